# SPDX-License-Identifier: Apache-2.0
"""What was erased is in no answer at once, and in no file of the data directory soon, also when the server is killed
meanwhile; the ledger verifies and goes on."""

import json
import os
import pathlib
import secrets
import subprocess
import tempfile
import time
import unittest

from tests.support.api import fresh_key
from tests.support.paths import PROGRAM
from tests.support.server import Server
from tests.support.world import World

TIMEOUT_S = 60
SOON = ("disk.erase_after_ms = 100",)


def text_of() -> str:
    """A text that nothing else has, and that no compression takes apart."""
    return secrets.token_urlsafe(24)


class Erasure(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-erasure-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def start(self, *settings: str) -> World:
        self.server = Server(self.data, settings=settings).start()
        self.addCleanup(lambda server=self.server: server.is_running() and server.kill())
        world = World(self.server.port, self.server.admin_key)
        self.addCleanup(world.close)
        return world

    def run_cli(self, *arguments: str, code: int = 0) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_PROXY": "127.0.0.1",
                       "FARTHING_URL": self.server.url, "FARTHING_API_KEY": self.server.admin_key}
        done = subprocess.run([PROGRAM, *arguments], text=True, capture_output=True, check=False, timeout=TIMEOUT_S,
                              env=environment, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def files_with(self, text: str) -> list[str]:
        found = []
        for file in self.data.rglob("*"):
            try:
                if file.is_file() and text.encode() in file.read_bytes():
                    found.append(str(file.relative_to(self.data)))
            except FileNotFoundError:
                pass
        return found

    def wait_until_gone(self, texts: list[str]) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while left := [(text, self.files_with(text)) for text in texts if self.files_with(text)]:
            self.assertLess(time.monotonic(), deadline, left)
            time.sleep(0.05)

    def verify(self) -> None:
        self.assertEqual(self.server.stop(), 0)
        self.run_cli("store", "verify", "--data", str(self.data))

    def entries(self, world: World, organization: str) -> list[dict]:
        return world.admin.expect(200, "GET", f"/v1/organizations/{organization}/entries")["entries"]

    def test_the_text_leaves_answers_and_files(self):
        world = self.start(*SOON)
        organization = world.organization()["id"]
        texts = [text_of() for _ in range(4)]
        key = fresh_key()
        charge = {"organization": organization, "amount": "2", "operation": "image", "metadata": {"who": texts[1]}}
        world.grant(organization, "100", metadata={"who": texts[0]})
        first = world.admin.expect(201, "POST", "/v1/charges", charge, {"Idempotency-Key": key})
        world.admin.expect(201, "POST", "/v1/holds", {"organization": organization, "amount": "3",
                                                      "metadata": {"who": texts[2]}}, {"Idempotency-Key": fresh_key()})
        world.charge(organization, "1", metadata={"who": texts[3]})
        statement = self.folder / "statement.jsonl"
        statement.write_text(self.run_cli("entries", "statement", "--organization", organization, "--from",
                                          "2020-01-01T00:00:00Z"))
        public_key = self.folder / "server.pem"
        self.run_cli("entries", "statement-key", "-o", str(public_key))
        before = self.entries(world, organization)
        for text in texts:
            self.assertTrue(self.files_with(text), text)

        for seq in (1, 2):
            path = f"/v1/organizations/{organization}/entries/{seq}/erase"
            erased = world.admin.expect(200, "POST", path)
            self.assertNotIn("metadata", erased)
            self.assertNotIn("erasable_salt", erased)
            self.assertEqual(world.admin.expect(200, "POST", path), erased)
        shown = json.loads(self.run_cli("entries", "erase", "3", "--organization", organization, "--yes", "--json"))
        self.assertNotIn("metadata", shown)
        after = self.entries(world, organization)
        for old, new in zip(before, after, strict=True):
            self.assertEqual(old["hash"], new["hash"])
            self.assertEqual(old["erasable_digest"], new["erasable_digest"])
        self.assertEqual([("metadata" in entry) for entry in after], [False, False, False, True])
        for path in (f"/v1/charges?organization={organization}", f"/v1/charges/{first['id']}",
                     f"/v1/charges/{first['id']}/explain", f"/v1/organizations/{organization}/outcomes/{key}",
                     f"/v1/organizations/{organization}/grants", "/v1/audit-log"):
            said = world.admin.get(path)
            self.assertEqual(said.status, 200, path)
            for text in texts[:3]:
                self.assertNotIn(text.encode(), said.body, path)

        again = world.admin.post("/v1/charges", charge, key)
        self.assertEqual(again.status, 201)
        self.assertEqual(again.json()["id"], first["id"])
        self.assertNotIn(texts[1].encode(), again.body)
        other = world.admin.post("/v1/charges", charge | {"amount": "3"}, key)
        self.assertEqual((other.status, other.json()["name"]), (409, "idempotency_key_reused"))

        acts = world.admin.expect(200, "GET", "/v1/audit-log?kind=entry.erase")["acts"]
        self.assertEqual([act["target"] for act in acts], [organization] * 3)
        self.wait_until_gone(texts[:3])
        self.assertTrue(self.files_with(texts[3]))
        self.verify()
        self.run_cli("entries", "check-statement", str(statement), "--public-key", str(public_key), "--data",
                     str(self.data))
        for text in texts[:3]:
            self.assertEqual(self.files_with(text), [])

    def test_a_fingerprint_tells_nothing_of_the_text(self):
        world = self.start()
        organization = world.organization()["id"]
        for metadata in ({"who": "Grace"}, {"who": "Ada"}, None):
            members = {} if metadata is None else {"metadata": metadata}
            world.grant(organization, "100", **members)
            world.charge(organization, "1", operation="image", **members)
            world.admin.expect(201, "POST", "/v1/holds", {"organization": organization, "amount": "1"} | members,
                               {"Idempotency-Key": fresh_key()})
        of_kind: dict[str, set[str]] = {}
        for entry in self.entries(world, organization):
            of_kind.setdefault(entry["kind"], set()).add(entry["fingerprint"])
        self.assertEqual({kind: len(fingerprints) for kind, fingerprints in of_kind.items()},
                         {"grant": 1, "charge": 1, "hold": 1})

    def test_a_server_that_is_killed_goes_on_with_it(self):
        texts = []
        for delay_s in (0, 0.05, 0.15, 0.3):
            world = self.start(*SOON)
            organization = world.organization()["id"]
            world.grant(organization, "100")
            for number in range(6):
                texts.append(text_of())
                world.charge(organization, "1", metadata={"who": texts[-1]})
                world.admin.expect(200, "POST", f"/v1/organizations/{organization}/entries/{number + 2}/erase")
            time.sleep(delay_s)
            self.server.kill()
        self.start(*SOON)
        self.wait_until_gone(texts)
        self.verify()

    def test_what_is_not_there_and_who_may_not(self):
        world = self.start()
        caller = world.caller("10")
        for entry, status in (("2", 404), ("0", 404), ("x", 404), ("-1", 404), ("01", 404), ("9" * 20, 404),
                              ("9223372036854775807", 404), ("1", 200)):
            path = f"/v1/organizations/{caller.organization}/entries/{entry}/erase"
            self.assertEqual(world.admin.post(path, None).status, status, entry)
            with world.api(caller.key) as api:
                self.assertEqual(api.post(path, None).status, 403, entry)
        # Never another entry: not octal, not hexadecimal, not rounded.
        for number in ("011", "0x1", "1.0", "+1", "-1", "0", "9223372036854775808"):
            self.run_cli("entries", "erase", number, "--yes", "--organization", caller.organization, code=2)
        self.assertEqual(world.admin.expect(200, "GET", "/v1/audit-log?kind=entry.erase")["acts"], [])
