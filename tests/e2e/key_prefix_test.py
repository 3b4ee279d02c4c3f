# SPDX-License-Identifier: Apache-2.0
"""Keys of a server whose prefix of keys is set, and keys from before it was."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.support.api import fresh_key
from tests.support.paths import PROGRAM
from tests.support.server import Server
from tests.support.world import World

PREFIX = "acme_"
SECRET = re.compile(f"{PREFIX}[0-9A-Za-z]{{48}}")
ACCOUNT = "/v1/user/account"


class KeyPrefix(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-key-prefix-")
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data"

    def start(self, *settings: str) -> Server:
        server = Server(self.data, settings=settings).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        return server

    def world_of(self, server: Server, key: str | None = None) -> World:
        world = World(server.port, key or server.admin_key)
        self.addCleanup(world.close)
        return world

    def status_of(self, world: World, key: str) -> int:
        with world.api(key) as api:
            return api.get(ACCOUNT).status

    def test_keys_of_before_stay_valid(self):
        server = self.start()
        caller = self.world_of(server).caller("100")
        self.assertEqual(server.stop(), 0)

        server = self.start(f'key_prefix = "{PREFIX}"')
        world = self.world_of(server)  # by the first key, from before
        old, new = caller.key, world.key(caller.user)
        self.assertRegex(old, r"\Ask-")
        self.assertRegex(new["secret"], SECRET)
        self.assertEqual(new["hint"], f"{new['secret'][:9]}...{new['secret'][-4:]}")
        rotated = world.admin.expect(200, "POST", f"/v1/api-keys/{new['id']}/rotate", {})
        self.assertRegex(rotated["secret"], SECRET)
        self.assertNotEqual(rotated["hint"], new["hint"])

        for number, key in enumerate((old, new["secret"], rotated["secret"])):
            with self.subTest(number):
                self.assertEqual(self.status_of(world, key), 200)
                purchase = {"organization": caller.organization, "amount": "1", "api_key": key}
                self.assertEqual(world.admin.post("/v1/charges", purchase, fresh_key()).status, 201)
                verdict = world.admin.expect(200, "POST", "/v1/api-keys/verify", {"api_key": key})
                self.assertTrue(verdict["valid"])
                for wrong in (f"sk_{key}", "x" + key[1:], key[:-1] + ("0" if key[-1] != "0" else "1"),
                              re.sub(r"\A(sk-|acme_)", "other_", key)):
                    self.assertEqual(self.status_of(world, wrong), 401)
        for key in (old, rotated["secret"]):
            world.admin.expect(200, "POST", "/v1/api-keys/revoke-leaked", {"secret": key})
            self.assertEqual(self.status_of(world, key), 401)

    def test_the_first_key_has_the_prefix_and_no_key_is_logged(self):
        server = self.start(f'key_prefix = "{PREFIX}"')
        self.assertRegex(server.admin_key, SECRET)
        world = self.world_of(server)
        keys = (server.admin_key, world.caller("1").key)
        for key in keys:
            for path in (key, key.replace("_", "%5F"), key.replace("a", "%61", 1), "x_" + key):
                world.admin.get(f"/v1/charges/{path}")
            refused = world.admin.get("/v1/user/balance", organization=key)
            self.assertEqual(refused.status, 403)
            self.assertNotIn(key, refused.body.decode())
        self.assertEqual(server.stop(), 0)
        for key in keys:
            self.assertNotIn(key[len(PREFIX):], server.log())
        self.assertIn(f"/v1/charges/{PREFIX}***", server.log())

    def test_the_command_that_makes_a_key_takes_a_prefix(self):
        self.assertEqual(self.start().stop(), 0)
        made = subprocess.run([PROGRAM, "store", "admin-key", "--data", self.data, "--key-prefix", PREFIX],
                              capture_output=True, text=True, check=True).stdout.strip()
        self.assertRegex(made, SECRET)
        self.assertEqual(self.status_of(self.world_of(self.start()), made), 200)

    def test_what_is_no_prefix_is_refused_at_the_start(self):
        for wrong in ("sk", "abcdefgh_", "SK-", "sk-secret"):
            for command in (["serve", "--listen", "127.0.0.1:0"], ["store", "admin-key"]):
                with self.subTest(wrong=wrong, command=command[0]):
                    done = subprocess.run(
                        [PROGRAM, *command, "--data", self.data, f"--key-prefix={wrong}"],
                        check=False, capture_output=True, text=True, timeout=60)
                    self.assertEqual((done.returncode, done.stdout), (2, ""))
                    self.assertIn("must be 2 to 8 characters", done.stderr)
                    self.assertNotIn("secret", done.stderr)


if __name__ == "__main__":
    unittest.main()
