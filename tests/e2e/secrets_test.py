# SPDX-License-Identifier: Apache-2.0
"""After a session with secrets that the test knows, none of them is anywhere that the server wrote to or that others of
the machine can read: its log, its data, its arguments and environment, its answers."""

import hashlib
import http.client
import json
import pathlib
import re
import tempfile
import time
import unittest

from tests.support.api import fresh_key
from tests.support.certificates import Certificates
from tests.support.server import Server
from tests.support.world import World

TIMEOUT_S = 60
# What people send when they mean to send a key.
MISTYPED = ("sk-known0but0wrong0" + "7" * 32, "sk-short0and0known0", "Known-Password-in-Basic", "known0token0without0form")


class Secrets(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-secrets-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = Server(self.folder / "data").start()
        self.addCleanup(lambda: self.server.is_running() and self.server.kill())

    def session(self) -> list[str]:
        """Everything that takes a secret, done well and badly; the secrets."""
        world = World(self.server.port, self.server.admin_key)
        self.addCleanup(world.close)
        caller = world.caller("100")
        service = world.key(caller.user, scopes=["service"])
        revoked = world.key(caller.user)
        world.admin.expect(200, "POST", f"/v1/api-keys/{revoked['id']}/revoke")
        purchase = {"organization": caller.organization, "amount": "1"}
        with world.api(service["secret"]) as api:
            for key in (caller.key, revoked["secret"], *MISTYPED):
                for path in ("/v1/charges", "/v1/holds"):
                    api.post(path, purchase | {"api_key": key}, fresh_key())
                # In places where no key belongs.
                api.post("/v1/charges", purchase | {"metadata": {"note": key}, "amount": key}, fresh_key())
                api.post("/v1/charges", purchase | {key: key}, fresh_key())
                api.post("/v1/charges", f'{{"api_key": "{key}", "broken'.encode(), fresh_key())
                if key.startswith("sk-"):
                    api.get(f"/v1/charges/{key}")
                    for spelled in (f"sk%2D{key[3:]}", f"%73k-{key[3:]}", f"%2573%6b%252d{key[3:]}",
                                    "".join(f"%{ord(c):02x}" for c in key), f"x/sk-y%2fsk-{key[3:]}"):
                        api.get(f"/v1/charges/{spelled}")
                        api.get(f"/v1/{spelled}/refunds")
                api.get(f"/v1/charges?organization={key}&{key}={key}")
        for key in (caller.key, revoked["secret"], *MISTYPED):
            self.ask_every_way(key)
        return [*world.secrets, *MISTYPED]

    def ask_every_way(self, key: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT_S)
        for headers in ({"Authorization": key}, {"Authorization": f"Bearer {key}"}, {"Authorization": f"Basic {key}"},
                        {"X-Api-Key": key}, {"Cookie": f"key={key}"}, {"Authorization": f"{key} {key}"},
                        {"Organization": key, "Authorization": key}, {"Idempotency-Key": key, "Authorization": key},
                        {"Content-Type": key}, {"User-Agent": key}, {"X-Forwarded-For": key}):
            for path in ("/v1/user/balance", f"/v1/user/balance?key={key}", "/v1alpha/user/account"):
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                said = str(answer.headers).encode() + answer.read()
                self.assertNotIn(key.encode(), said)
        connection.close()

    def written(self) -> dict[str, bytes]:
        """All that the server has written, by name; the file that hands out the first key aside."""
        files = [file for file in self.folder.rglob("*") if file.is_file() and file.name != "admin.key"]
        process = pathlib.Path(f"/proc/{self.server.pid}")
        return {str(file): file.read_bytes() for file in (*files, process / "cmdline", process / "environ")}

    def assert_nowhere(self, secrets: list[str], written: dict[str, bytes]):
        for secret in secrets:
            for name, content in written.items():
                self.assertNotIn(secret.encode(), content, name)
                self.assertNotIn("".join(f"%{ord(c):02x}" for c in secret).encode(), content, name)
                # The middle of one is as bad.
                if len(secret) > 40:
                    self.assertNotIn(secret[8:-8].encode(), content, name)

    def test_a_session_leaves_none(self):
        secrets = self.session()
        self.assertGreater(len(secrets), 6)
        self.assert_nowhere(secrets, self.written())
        # What is kept of a key is there, so this looked in the right place.
        digest = hashlib.sha256(secrets[0].encode()).digest()
        self.assertEqual(self.server.stop(), 0)
        after = {str(file): file.read_bytes() for file in self.folder.rglob("*")
                 if file.is_file() and file.name != "admin.key"}
        self.assert_nowhere(secrets, after)
        self.assertTrue(any(digest in content for content in after.values()))
        self.assertIn(" /v1/user/balance status=", self.server.log())

    def test_wrong_keys_are_told_in_few_lines_and_none_of_them(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT_S)
        wrong = [f"sk-wrong{number:043}" for number in range(2_000)]
        for key in wrong:
            connection.request("GET", "/v1/user/balance", headers={"Authorization": key})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 401)
        connection.close()
        self.assertEqual(self.server.stop(), 0)
        lines = [json.loads(line) for line in self.server.log().splitlines() if "were refused" in line]
        self.assertTrue(1 <= len(lines) <= 3, lines)
        self.assertEqual({line["level"] for line in lines}, {"warning"})
        counts = [re.fullmatch(r"requests were refused client=127\.0\.0\.1 wrong_keys=(\d+)", line["message"])
                  for line in lines]
        self.assertTrue(all(counts), lines)
        self.assertEqual(sum(int(count[1]) for count in counts), len(wrong))
        self.assertNotIn("sk-wrong", self.server.log())

    def test_nor_does_a_start_with_tls_and_its_errors(self):
        certificates = Certificates(self.folder)
        pair = certificates.server("server", "IP:127.0.0.1")
        key_lines = [line for line in pair.read_text(encoding="ascii").split("-----END PRIVATE KEY-----")[0].splitlines()
                     if line and not line.startswith("-")]
        self.assertGreaterEqual(len(key_lines), 2)
        tls = Server(self.folder / "tls", settings=(f'tls_certificate = "{pair}"', f'tls_key = "{pair}"')).start()
        self.addCleanup(lambda: tls.is_running() and tls.kill())
        pair.write_text("\n".join(["-----BEGIN PRIVATE KEY-----", *key_lines]), encoding="ascii")
        tls.hang_up()
        deadline = time.monotonic() + TIMEOUT_S
        while "is kept" not in tls.log():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        self.assertEqual(tls.stop(), 0)
        for line in key_lines:
            self.assertNotIn(line, tls.log())


if __name__ == "__main__":
    unittest.main()
