# SPDX-License-Identifier: Apache-2.0
"""API keys by the commands that their owner would type: each secret is shown once and goes to its
file, and what becomes of a key holds for the next command."""

import json
import os
import pathlib
import subprocess
import tempfile

from tests.support.case import ServerCase
from tests.support.paths import PROGRAM

TIMEOUT_S = 60
NOT_AUTHORIZED = 4
REFUSED = 5
RATE_LIMITED = 7


class KeyCommands(ServerCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.caller = self.world.caller("10")

    def run_cli(self, *arguments: str, key: str | None = None, code: int = 0) -> str:
        """A run with that key in the environment, or with none when it is empty."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder),
                       "NO_PROXY": "127.0.0.1", "FARTHING_URL": self.server.url}
        key = self.caller.key if key is None else key
        if key:
            environment["FARTHING_API_KEY"] = key
        done = subprocess.run([PROGRAM, *arguments], text=True, capture_output=True, check=False,
                              timeout=TIMEOUT_S, env=environment, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, code, done.stderr)
        for secret in self.world.secrets:
            self.assertNotIn(secret, done.stdout + done.stderr)
        self.errors = done.stderr
        return done.stdout

    def json(self, *arguments: str, **options):
        return json.loads(self.run_cli(*arguments, "--json", **options))

    def kept(self, name: str, *arguments: str, **options) -> tuple[dict, str]:
        """The key and its new secret, which went to a file of that name."""
        file = self.folder / name
        shown = self.json(*arguments, "--secret-file", str(file), **options)
        secret = file.read_text(encoding="ascii").strip()
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertNotIn("secret", shown)
        self.assertNotIn(secret, self.errors)
        self.world.secrets.append(secret)
        return shown, secret

    def test_an_owner_makes_changes_and_ends_a_key(self):
        made, secret = self.kept("laptop.key", "keys", "create", "--name", "laptop", "--network",
                                 "192.0.2.0/24")
        self.assertEqual((made["user"], made["scopes"], made["allowed_networks"]),
                         (self.caller.user, ["user"], ["192.0.2.0/24"]))
        self.run_cli("balance", key=secret, code=NOT_AUTHORIZED)
        changed = self.json("keys", "update", made["id"], "--network", "any", "--name", "desk",
                            "--expires-at", "2100-01-01T00:00:00Z")
        self.assertNotIn("allowed_networks", changed)
        self.assertEqual((changed["name"], changed["expires_at"]),
                         ("desk", "2100-01-01T00:00:00.000000Z"))
        self.assertEqual(self.run_cli("balance", key=secret), "10\n")
        never = self.json("keys", "update", made["id"], "--expires-at", "never")
        self.assertNotIn("expires_at", never)
        shown = self.json("keys", "show", made["id"])
        self.assertLessEqual(never.items(), shown.items())
        self.assertIn("last_used_at", shown)
        self.assertEqual({key["id"] for key in self.json("keys", "list")["api_keys"]},
                         {made["id"], self.caller.key_id})
        self.assertIn("revoked_at", self.json("keys", "revoke", made["id"]))
        self.run_cli("balance", key=secret, code=NOT_AUTHORIZED)
        self.run_cli("keys", "update", made["id"], "--name", "n", code=REFUSED)
        self.assertIn("conflict", self.errors)

    def test_a_key_is_rotated_with_an_overlap_and_at_once(self):
        made, first = self.kept("first.key", "keys", "create")
        rotated, second = self.kept("second.key", "keys", "rotate", made["id"])
        self.assertEqual(rotated["id"], made["id"])
        self.assertEqual(rotated["previous_secret"]["hint"], made["hint"])
        for secret in (first, second):
            self.assertEqual(self.run_cli("balance", key=secret), "10\n")
        _, third = self.kept("third.key", "keys", "rotate", made["id"], "--overlap", "0")
        for secret in (first, second):
            self.run_cli("balance", key=secret, code=NOT_AUTHORIZED)
        self.assertEqual(self.run_cli("balance", key=third), "10\n")

    def test_a_lost_secret_is_replaced_by_the_same_command(self):
        made, _ = self.kept("key", "keys", "create")
        command = ("keys", "rotate", made["id"], "--idempotency-key", "monthly")
        _, lost = self.kept("lost.key", *command)
        _, found = self.kept("found.key", *command)
        self.assertIn("works no longer", self.errors)
        self.run_cli("balance", key=lost, code=NOT_AUTHORIZED)
        self.assertEqual(self.run_cli("balance", key=found), "10\n")

    def test_only_an_admin_sets_a_rate(self):
        self.run_cli("keys", "update", self.caller.key_id, "--rate-limit", "1000/1s",
                     code=NOT_AUTHORIZED)
        admin = self.server.admin_key
        made, secret = self.kept("key", "keys", "create", "--user", self.caller.user,
                                 "--rate-limit", "1/3600s", key=admin)
        self.assertEqual(made["rate_limit"], {"requests": 1, "per_s": 3600})
        self.assertEqual(self.run_cli("balance", "--retries", "0", key=secret), "10\n")
        self.run_cli("balance", "--retries", "0", key=secret, code=RATE_LIMITED)
        self.json("keys", "update", made["id"], "--rate-limit", "default", key=admin)
        self.assertEqual(self.run_cli("balance", key=secret), "10\n")

    def test_spend_caps_are_set_changed_and_shown(self):
        made, secret = self.kept("capped.key", "keys", "create", "--spend-cap", "day=0",
                                 "--spend-cap", "total=12.5")
        self.assertEqual(made["spend_caps"], {"day": "0", "total": "12.5"})
        changed = self.json("keys", "update", made["id"], "--spend-cap", "day=none",
                            "--spend-cap", "month=3")
        self.assertEqual(changed["spend_caps"], {"month": "3", "total": "12.5"})
        self.assertIn("spend_caps\tmonth=3,total=12.5\n", self.run_cli("keys", "show", made["id"]))
        self.run_cli("keys", "create", key=secret, code=NOT_AUTHORIZED)
        verified = self.run_cli("keys", "verify", "--caller-key-file",
                                str(self.folder / "capped.key"), key=self.server.admin_key)
        self.assertIn("left_this_month\t3\nleft_in_all\t12.5\n", verified)

    def test_a_leaked_secret_is_ended_by_whoever_found_it(self):
        _, secret = self.kept("leaked.key", "keys", "create")
        command = ("keys", "revoke-leaked", "--secret-file", str(self.folder / "leaked.key"))
        self.assertEqual(self.run_cli(*command, key=""), "revoked\ttrue\n")
        self.run_cli("balance", key=secret, code=NOT_AUTHORIZED)
        self.assertEqual(self.run_cli(*command, key=""), "revoked\tfalse\n")

    def test_a_service_verifies_the_key_of_its_caller(self):
        file = self.folder / "caller.key"
        file.touch(0o600)
        file.write_text(self.caller.key + "\n", encoding="ascii")
        command = ("keys", "verify", "--caller-key-file", str(file), "--could-spend")
        admin = self.server.admin_key
        good = self.json(*command, "10", key=admin)
        self.assertEqual((good["valid"], good["organization"]["id"], good["balance"]["available"]),
                         (True, self.caller.organization, "10"))
        self.assertIn("insufficient_credits", self.run_cli(*command, "11", key=admin, code=REFUSED))
        self.json("organizations", "disable", self.caller.organization, key=admin)
        self.assertIn("organization_disabled",
                      self.run_cli(*command, "1", key=admin, code=NOT_AUTHORIZED))
