# SPDX-License-Identifier: Apache-2.0
"""Members, disabling and the audit log by the commands that an owner and an operator would type."""

import json
import os
import subprocess
import tempfile

from tests.support.case import ServerCase
from tests.support.paths import PROGRAM

TIMEOUT_S = 60
NOT_AUTHORIZED = 4
REFUSED = 5


class PeopleCommands(ServerCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-test-")
        self.addCleanup(folder.cleanup)
        self.home = folder.name
        self.owner = self.world.caller("10")

    def run_cli(self, *arguments: str, key: str | None = None, code: int = 0) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "NO_PROXY": "127.0.0.1",
                       "FARTHING_URL": self.server.url,
                       "FARTHING_API_KEY": key or self.server.admin_key}
        done = subprocess.run([PROGRAM, *arguments], text=True, capture_output=True, check=False,
                              timeout=TIMEOUT_S, env=environment, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, code, done.stderr)
        self.errors = done.stderr
        return done.stdout

    def json(self, *arguments: str, **options):
        return json.loads(self.run_cli(*arguments, "--json", **options))

    def test_an_owner_manages_members(self):
        user = self.world.user()
        organization = self.owner.organization
        key = self.owner.key
        added = self.json("members", "create", organization, "--email", user["email"],
                          key=key)
        self.assertEqual((added["user"], added["role"]), (user["id"], "MEMBER"))
        self.run_cli("members", "create", organization, "--email", user["email"],
                     key=key, code=REFUSED)
        self.assertIn("already_exists", self.errors)
        changed = self.json("members", "update", organization, "--user", user["id"],
                            "--role", "ACCOUNTANT", key=key)
        self.assertEqual(changed["role"], "ACCOUNTANT")
        members = self.run_cli("members", "list", organization, key=key)
        self.assertEqual(len(members.splitlines()), 2)
        self.json("members", "remove", organization, "--user", user["id"], key=key)
        self.run_cli("members", "remove", organization, "--user", self.owner.user,
                     key=key, code=REFUSED)
        self.assertIn("last_owner", self.errors)

    def test_a_user_chooses_the_default_organization(self):
        other = self.world.organization()["id"]
        self.world.join(other, self.owner.user)
        chosen = self.json("organizations", "set-default", other, key=self.owner.key)
        self.assertEqual(chosen["default_organization"], other)

    def test_disabling_and_enabling(self):
        self.assertIn("disabled_at", self.json("users", "disable", self.owner.user))
        self.run_cli("balance", key=self.owner.key, code=NOT_AUTHORIZED)
        self.assertIn("user_disabled", self.errors)
        self.assertNotIn("disabled_at", self.json("users", "enable", self.owner.user))
        self.assertEqual(self.run_cli("balance", key=self.owner.key), "10\n")
        organization = self.owner.organization
        self.assertIn("disabled_at", self.json("organizations", "disable", organization))
        self.run_cli("charges", "create", "--organization", organization, "--amount", "1",
                     code=NOT_AUTHORIZED)
        self.assertIn("organization_disabled", self.errors)
        self.json("organizations", "enable", organization)
        self.run_cli("charges", "create", "--organization", organization, "--amount", "1")

    def test_erasing_asks_for_a_word_and_leaves_nobody(self):
        user = self.owner.user
        shown = self.json("users", "erase", user)
        self.assertEqual(shown["email"], self.owner.email)
        self.assertIn("Nothing was done", self.errors)
        self.assertEqual(self.run_cli("balance", key=self.owner.key), "10\n")
        erased = self.json("users", "erase", user, "--yes")
        self.assertIsNone(erased["email"])
        self.assertIn("erased_at", erased)
        self.run_cli("balance", key=self.owner.key, code=NOT_AUTHORIZED)
        self.assertIn("email\t\n", self.run_cli("users", "show", user))
        log = self.run_cli("audit-log", "list", "--all", "--target", user)
        self.assertNotIn(self.owner.email, log)
        self.assertIn("email: - -> (erased)", log)
        self.run_cli("users", "enable", user, code=REFUSED)
        self.run_cli("audit-log", "verify")
        self.assertIn("erased already", self.run_cli("users", "erase", user) + self.errors)

    def test_the_audit_log_is_listed_and_verified(self):
        self.run_cli("organizations", "update", self.owner.organization, "--name", "Lab \\ Two")
        lines = self.run_cli("audit-log", "list", "--all", "--target",
                             self.owner.organization).splitlines()
        last = lines[-1].split("\t")
        self.assertEqual((last[2], last[3], last[7]),
                         ("organization.rename", self.owner.organization,
                          "name: Example -> Lab \\\\ Two"))
        acts = self.json("audit-log", "list", "--all")["acts"]
        verified = self.json("audit-log", "verify")
        self.assertEqual(verified, {"acts": len(acts), "hash": acts[-1]["hash"]})
        self.run_cli("audit-log", "list", key=self.owner.key, code=NOT_AUTHORIZED)
