# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `python` makes: every module of it is imported, and it plays a whole life."""

from tests.clients.life_case import LifeCase
from tests.clients.tools import HERE, generate, python_folder, run


class PythonClient(LifeCase):

    @classmethod
    def make_world(cls):
        cls.folder = generate("python")
        cls.python = python_folder() / "bin" / "python"

    def test_every_module_is_imported(self):
        told = run([self.python, "-c", "import importlib, pkgutil, openapi_client\n"
                    "for found in pkgutil.walk_packages(openapi_client.__path__, 'openapi_client.'):\n"
                    "    print(importlib.import_module(found.name).__name__)\n"], PYTHONPATH=str(self.folder))
        self.assertIn("openapi_client.models.api_key_verdict", told)

    def test_it_plays_a_whole_life(self):
        self.play([self.python, HERE / "life" / "life.py"], PYTHONPATH=str(self.folder))
