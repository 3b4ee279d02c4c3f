# SPDX-License-Identifier: Apache-2.0
"""The samples of the C++ SDK, run against the server."""

import json
import os
import pathlib
import subprocess
import tempfile

from tests.support.case import ServerCase
from tests.support.paths import ROOT

SAMPLES = pathlib.Path(os.environ.get("FARTHING_SAMPLES", ROOT / "build/release/sdk/cpp"))
TIMEOUT_S = 60


class Samples(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("12.500000001")

    def run_sample(self, name: str, *arguments: str, key: str, **variables: str):
        environment = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1",
                       "STABILITY_API_KEY": key, "API_HOST": self.server.url}
        return subprocess.run([SAMPLES / f"farthing_sample_{name}", *arguments], text=True,
                              capture_output=True, check=False, timeout=TIMEOUT_S,
                              env=environment | variables)

    def test_account(self):
        done = self.run_sample("account", key=self.caller.key)
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in (self.caller.email, self.caller.user, self.caller.organization, "OWNER"):
            self.assertIn(word, done.stdout)

    def test_balance(self):
        other = self.world.organization()["id"]
        self.world.join(other, self.caller.user)
        self.world.grant(other, "3")
        for arguments, expected in (((), "12.500000001 credits\n"), ((other,), "3 credits\n")):
            done = self.run_sample("balance", *arguments, key=self.caller.key)
            self.assertEqual((done.returncode, done.stdout), (0, expected), done.stderr)

    def test_balance_into_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "balance.json"
            done = self.run_sample("balance", "", str(file), key=self.caller.key)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(file.read_text(encoding="utf-8")), {"credits": 12.500000001})
            done = self.run_sample("balance", "org-nowhere", str(file), key=self.caller.key)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(json.loads(file.read_text(encoding="utf-8")), {"credits": 12.500000001})
            self.assertEqual(os.listdir(folder), [file.name])

    def test_a_charge_is_made_once(self):
        organization = self.world.caller("10").organization
        outputs = []
        for _ in range(2):
            done = self.run_sample("charge", organization, "2.5", "1001", key=self.server.admin_key)
            self.assertEqual(done.returncode, 0, done.stderr)
            outputs.append(done.stdout)
        self.assertIn("7.5 credits left", outputs[0])
        self.assertIn("made before", outputs[1])
        done = self.run_sample("charge", organization, "1000", "1002", key=self.server.admin_key)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("available: 7.5", done.stderr)

    def test_a_hold_gives_back_what_the_job_did_not_cost(self):
        organization = self.world.caller("10").organization
        done = self.run_sample("hold", organization, "5", "3.5", key=self.server.admin_key)
        self.assertEqual((done.returncode, done.stdout),
                         (0, "charged 3.5, released 1.5, 6.5 credits left\n"), done.stderr)
        done = self.run_sample("hold", organization, "5", "0", key=self.server.admin_key)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_sample("hold", organization, "5", "6", key=self.server.admin_key)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("capture_exceeds_hold", done.stderr)
        balance = self.world.admin.expect(200, "GET", f"/v1/organizations/{organization}/balance")
        self.assertEqual((balance["available"], balance["held"]), ("6.5", "0"))
        done = self.run_sample("hold", organization, "100", "1", key=self.server.admin_key)
        self.assertIn("needed: 100, available: 6.5", done.stderr)

    def test_a_wrong_key_is_refused_and_not_shown(self):
        wrong = "sk-" + "a" * 48
        done = self.run_sample("balance", key=wrong)
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr)
        self.assertNotIn(wrong[:12], done.stdout + done.stderr)
