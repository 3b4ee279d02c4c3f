# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `go` makes: it compiles, and it plays a whole life."""

import shutil

from tests.clients.life_case import LifeCase
from tests.clients.tools import HERE, generate, need, run

# Neither another toolchain nor a module: the client has none but Go's own.
OFFLINE = {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOPROXY": "off"}


class GoClient(LifeCase):

    @classmethod
    def make_world(cls):
        need("go", "version", at_least=(1, 18))
        cls.folder = generate("go")
        (cls.folder / "life").mkdir()
        shutil.copy(HERE / "life" / "life.go", cls.folder / "life" / "main.go")
        run(["go", "build", "./..."], cwd=cls.folder, **OFFLINE)

    def test_it_plays_a_whole_life(self):
        run(["go", "build", "-o", "whole-life", "./life"], cwd=self.folder, **OFFLINE)
        self.play([self.folder / "whole-life"])
