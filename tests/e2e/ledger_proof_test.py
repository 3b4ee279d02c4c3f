# SPDX-License-Identifier: Apache-2.0
"""`farthing ledger`: ledgers verified over the API and in the data directory, and what is told when one deviates."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from tests.support.api import fresh_key
from tests.support.paths import PROGRAM
from tests.support.server import Server
from tests.support.world import World

TIMEOUT_S = 120


class LedgerProof(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-proof-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = Server(self.folder / "data").start()
        self.addCleanup(lambda: self.server.is_running() and self.server.kill())
        self.world = World(self.server.port, self.server.admin_key)
        self.addCleanup(self.world.close)
        self.organization = self.world.organization()["id"]
        self.world.grant(self.organization, "100", metadata={"order": "é"})
        charge = self.world.charge(self.organization, "12.5", operation="image", engine="v3")
        hold = self.write(201, "/v1/holds", organization=self.organization, amount="6")
        self.write(200, f"/v1/holds/{hold['id']}/capture", amount="2.25")
        self.write(201, f"/v1/charges/{charge['id']}/refunds", amount="0.000000001")

    def write(self, status: int, path: str, **members) -> dict:
        return self.world.admin.expect(status, "POST", path, members,
                                       {"Idempotency-Key": fresh_key()})

    def farthing(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"],
                       "FARTHING_URL": self.server.url,
                       "FARTHING_API_KEY": self.world.secrets[0]}
        return subprocess.run([PROGRAM, "ledger", *arguments], capture_output=True, text=True,
                              check=False, env=environment, stdin=subprocess.DEVNULL,
                              timeout=TIMEOUT_S)

    def counts(self, *arguments: str) -> dict:
        done = self.farthing("verify", "--json", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def test_verify_online_and_offline(self):
        expected = {"organizations": 1, "entries": 6, "idempotency_keys": 5, "grants": 1,
                    "charges": 2, "holds": 1, "refunds": 1}
        self.assertEqual(self.counts("--organization", self.organization), expected)
        in_use = self.farthing("verify", "--data", str(self.server.data))
        self.assertEqual(in_use.returncode, 1)
        self.assertIn("in use", in_use.stderr)
        self.assertEqual(self.server.stop(), 0)
        offline = self.counts("--data", str(self.server.data))
        self.assertEqual(offline, expected | {"organizations": offline["organizations"]})

    def test_more_entries_than_a_page_has(self):
        charges = [{"organization": self.organization, "amount": "0.001",
                    "idempotency_key": fresh_key()} for _ in range(1000)]
        for _ in range(2):
            self.world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": charges})
        charges = [one | {"idempotency_key": fresh_key()} for one in charges]
        self.world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": charges})
        self.assertEqual(self.counts("--organization", self.organization)["entries"], 2006)

    def test_an_organization_without_entries_is_right(self):
        empty = self.world.organization()["id"]
        self.assertEqual(self.counts("--organization", empty)["entries"], 0)

    def test_a_wrong_command_line(self):
        for arguments in (("--data", "x", "--organization", "y"), ("--organization", "mine"), ()):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.farthing("verify", *arguments).returncode, 2)
        nothing = self.folder / "nothing"
        done = self.farthing("verify", "--data", str(nothing))
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds no store", done.stderr)
        self.assertFalse(nothing.exists())
