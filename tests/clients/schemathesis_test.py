# SPDX-License-Identifier: Apache-2.0
"""Requests that schemathesis makes of api/openapi.yaml find no answer that is not described. Here it has a short
time; FARTHING_SCHEMATHESIS_S gives it more. Its exceptions are in schemathesis.toml, each with its reason."""

import os
import tempfile

from tests.support.case import ServerCase
from tests.support.paths import ROOT
from tests.clients.tools import HERE, python_folder, run

SECONDS = int(os.environ.get("FARTHING_SCHEMATHESIS_S", "40"))


class Schemathesis(ServerCase):

    @classmethod
    def make_world(cls):
        cls.program = python_folder() / "bin" / "schemathesis"
        cls.caller = cls.world.caller("1000000")

    def test_every_answer_is_described(self):
        with tempfile.TemporaryDirectory(prefix="farthing-schemathesis-") as folder:
            told = run([self.program, "--config-file", HERE / "schemathesis.toml", "run", ROOT / "api/openapi.yaml",
                        "--url", self.server.url, "--max-time", SECONDS, "--no-color",
                        "--generation-database", f"{folder}/examples"],
                       cwd=folder, timeout_s=SECONDS + 300, FARTHING_KEY=self.server.admin_key,
                       FARTHING_ORGANIZATION=self.caller.organization, FARTHING_USER=self.caller.user)
        self.assertRegex(told, r"Tested: [1-9]")
