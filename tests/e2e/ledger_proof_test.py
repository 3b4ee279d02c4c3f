# SPDX-License-Identifier: Apache-2.0
"""`farthing entries` and `farthing store`: ledgers verified over the API and in the data directory, and what is told when one deviates."""

import json
import os
import pathlib
import shutil
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
        charge = self.world.charge(self.organization, "12.5", operation="image", model="v3")
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
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True,
                              check=False, env=environment, stdin=subprocess.DEVNULL,
                              timeout=TIMEOUT_S)

    def counts(self, *arguments: str) -> dict:
        done = self.farthing(*arguments, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def test_verify_online_and_offline(self):
        expected = {"organizations": 1, "entries": 6, "idempotency_keys": 5, "grants": 1,
                    "charges": 2, "holds": 1, "refunds": 1}
        self.assertEqual(self.counts("entries", "verify", "--organization", self.organization), expected)
        in_use = self.farthing("store", "verify", "--data", str(self.server.data))
        self.assertEqual(in_use.returncode, 1)
        self.assertIn("in use", in_use.stderr)
        self.assertEqual(self.server.stop(), 0)
        offline = self.counts("store", "verify", "--data", str(self.server.data))
        self.assertEqual(offline, expected | {"organizations": offline["organizations"]})

    def test_more_entries_than_a_page_has(self):
        charges = [{"organization": self.organization, "amount": "0.001",
                    "idempotency_key": fresh_key()} for _ in range(1000)]
        for _ in range(2):
            self.world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": charges})
        charges = [one | {"idempotency_key": fresh_key()} for one in charges]
        self.world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": charges})
        self.assertEqual(self.counts("entries", "verify", "--organization", self.organization)["entries"], 2006)

    def test_an_organization_without_entries_is_right(self):
        empty = self.world.organization()["id"]
        self.assertEqual(self.counts("entries", "verify", "--organization", empty)["entries"], 0)

    def test_a_wrong_command_line(self):
        for arguments in (("entries", "verify"), ("entries", "verify", "--organization", "mine"), ("store", "verify"),
                          ("entries", "verify", "--data", "x"), ("store", "verify", "--organization", "y")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.farthing(*arguments).returncode, 2)
        nothing = self.folder / "nothing"
        done = self.farthing("store", "verify", "--data", str(nothing))
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds no store", done.stderr)
        self.assertFalse(nothing.exists())

    def statement(self, *arguments: str) -> list[str]:
        """The lines of a statement."""
        done = self.farthing("entries", "statement", "--organization", self.organization, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def key_file(self) -> str:
        path = self.folder / "server.pem"
        done = self.farthing("entries", "statement-key", "-o", str(path))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return str(path)

    def check(self, lines: list[str], key: str) -> subprocess.CompletedProcess:
        path = self.folder / "statement"
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return self.farthing("entries", "check-statement", str(path), "--public-key", key, "--json")

    def test_a_statement_is_checked_without_the_server(self):
        path = self.folder / "a.statement"
        whole = self.statement()
        key = self.key_file()
        self.statement("-o", str(path))
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(len(whole), 2 + 6)
        stated = json.loads(whole[0])
        done = self.check(whole, key)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        checked = json.loads(done.stdout)
        self.assertEqual(checked["entries"], 6)
        self.assertEqual(checked["closing"], stated["closing"])
        self.assertEqual(checked["opening"], {"seq": 0, "hash": "0" * 64, "available": "0", "held": "0"})
        self.assertEqual(checked["closing"]["available"], "85.250000001")
        plain = self.farthing("entries", "check-statement", str(path), "--public-key", key)
        self.assertEqual(plain.returncode, 0)
        self.assertIn("entries\t6\n", plain.stdout)

    def test_a_part_of_the_ledger(self):
        entries = [json.loads(line) for line in self.statement()[2:]]
        key = self.key_file()
        for begin, end in ((1, 3), (0, 2), (2, 2)):
            with self.subTest(begin=begin, end=end):
                part = self.statement("--from", entries[begin]["at"], "--to", entries[end]["at"])
                expected = [one for one in entries
                            if entries[begin]["at"] <= one["at"] < entries[end]["at"]]
                self.assertEqual([json.loads(line) for line in part[2:]], expected)
                stated = json.loads(part[0])
                before = [one for one in entries if one["at"] < entries[begin]["at"]]
                self.assertEqual(stated["opening"]["seq"], len(before))
                self.assertEqual(self.check(part, key).returncode, 0)

    def test_whatever_is_changed_is_found(self):
        whole = self.statement()
        key = self.key_file()

        def replaced(line: int, old: str, new: str) -> list[str]:
            self.assertIn(old, whole[line])
            return whole[:line] + [whole[line].replace(old, new)] + whole[line + 1:]

        for lines, words in (
                (replaced(0, '"available":"85.250000001"', '"available":"95.250000001"'), "signature"),
                (replaced(1, whole[1][20:24], "0000"), "signature"),
                (replaced(3, '"amount":"12.5"', '"amount":"12.4"'), "entry 2: the hash"),
                (replaced(3, '"operation":"image"', '"operation":"video"'), "entry 2: the hash"),
                (replaced(2, '"order":"é"',
                          '"order":"e"'), "entry 1: the digest of what may be erased"),
                (whole[:3] + whole[4:], "entry 2: the number: expected 2, found 3"),
                (whole[:-1], "entry 5: the last number: expected 6, found 5"),
                (whole + whole[-1:], "entry 7: the number: expected 7, found 6"),
                (whole[:2], "the last number"),
                (whole[:1], "not a whole statement"),
                ([], "not a whole statement")):
            with self.subTest(words=words):
                done = self.check(lines, key)
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_another_servers_key_says_so(self):
        other = Server(self.folder / "other").start()
        self.addCleanup(lambda: other.is_running() and other.kill())
        with World(other.port, other.admin_key).admin as api:
            pem = api.expect(200, "GET", "/v1/statement-key")["public_key"]
        key = self.folder / "other.pem"
        key.write_text(pem, encoding="ascii")
        done = self.check(self.statement(), str(key))
        self.assertEqual(done.returncode, 1)
        self.assertIn("It names the key", done.stderr)

    def test_the_key_stays_and_is_the_servers_alone(self):
        path = self.server.data / "statement.key"
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        before = self.farthing("entries", "statement-key").stdout
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.assertEqual(self.farthing("entries", "statement-key").stdout, before)
        self.assertNotIn(path.read_text(encoding="ascii").strip(), self.server.log())

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_another_program_checks_the_signature(self):
        key = self.key_file()
        text, signature = self.statement()[:2]
        (self.folder / "text").write_bytes(text.encode())
        (self.folder / "signature").write_bytes(bytes.fromhex(json.loads(signature)["signature"]))
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in",
                   self.folder / "text", "-sigfile", self.folder / "signature"]
        self.assertEqual(subprocess.run(command, check=False, timeout=TIMEOUT_S,
                                        capture_output=True).returncode, 0)

    def test_a_period_that_makes_no_sense_is_refused(self):
        path = f"/v1/organizations/{self.organization}/statement"
        for query, field in (("to=2999-01-01T00:00:00Z", "to"), ("from=yesterday", "from"),
                             ("to=x", "to"), ("at=2026-01-01T00:00:00Z", "at"),
                             ("from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z", "from")):
            with self.subTest(query=query):
                answer = self.world.admin.get(f"{path}?{query}")
                self.assertEqual((answer.status, answer.json()["field"]), (400, field))
        before = self.world.admin.expect(200, "GET", f"{path}?to=2020-01-01T00:00:00Z")
        self.assertEqual(before["statement"]["closing"]["seq"], 0)
