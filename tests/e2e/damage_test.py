# SPDX-License-Identifier: Apache-2.0
"""Data directories whose journal has lost something: what is refused and named, the operator's word that goes on
without it, and the loss that only a statement can tell."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from tests.support.paths import PROGRAM
from tests.support.server import Server
from tests.support.world import World

TIMEOUT_S = 120
HEADER_BYTES = 73


def records_of(segment: bytes) -> list[tuple[int, int]]:
    """Begin and end of each record."""
    places, at = [], HEADER_BYTES
    while size := int.from_bytes(segment[at:at + 4], "big"):
        places.append((at, at + 4 + size))
        at += 4 + size
    return places


class Damage(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        """A store whose server was killed: nothing is in its database yet."""
        folder = tempfile.TemporaryDirectory(prefix="farthing-damage-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        server = Server(cls.folder / "whole").start()
        cls.addClassCleanup(lambda: server.is_running() and server.kill())
        world = World(server.port, server.admin_key)
        cls.admin_key = world.secrets[0]
        cls.organization = world.organization()["id"]
        world.grant(cls.organization, "100")
        for number in range(1, 21):
            world.admin.expect(201, "POST", "/v1/charges", {"organization": cls.organization, "amount": "1"},
                               {"Idempotency-Key": f"charge {number:02}"})
        cls.statement = cls.folder / "a.statement"
        cls.public_key = cls.folder / "server.pem"
        for arguments in (("statement", "--organization", cls.organization, "-o", cls.statement),
                          ("statement-key", "-o", cls.public_key)):
            done = cls.farthing("entries", *arguments, FARTHING_URL=server.url, FARTHING_API_KEY=cls.admin_key)
            assert done.returncode == 0, done.stderr
        world.close()
        server.kill()

    def setUp(self):
        self.data = self.folder / self.id().rsplit(".", 1)[1]
        shutil.copytree(self.folder / "whole", self.data)
        self.addCleanup(shutil.rmtree, self.data)

    @classmethod
    def farthing(cls, *arguments, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                              env={"PATH": os.environ["PATH"], "HOME": str(cls.folder)} | environment)

    def segment(self) -> pathlib.Path:
        return sorted((self.data / "journal").glob("*.log"))[-1]

    def find_charge(self, number: int) -> tuple[int, int]:
        """How many records come before that of the charge, and where it begins."""
        content = self.segment().read_bytes()
        places = records_of(content)
        key = f"charge {number:02}".encode()
        before = next(i for i, (begin, end) in enumerate(places) if key in content[begin:end])
        return before, places[before][0]

    def damage_charge(self, number: int) -> tuple[int, int]:
        before, begin = self.find_charge(number)
        with self.segment().open("r+b") as file:
            file.seek(begin + 30)
            file.write(b"????")
        return before, begin

    def refused(self, words: str) -> None:
        """A server, and a command that reads the store, say the same, and change nothing."""
        before = self.contents()
        for arguments in (("serve", "--listen", "127.0.0.1:0"), ("store", "verify")):
            done = self.farthing(*arguments, "--data", self.data)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("journal is damaged", done.stderr)
            self.assertIn(words, done.stderr)
            self.assertIn("farthing store accept-loss", done.stderr)
        self.assertEqual({name: before[name] for name in ("format", "journal-reach") if name in before},
                         {name: found for name, found in self.contents().items()
                          if name in ("format", "journal-reach")})

    def contents(self) -> dict[str, bytes]:
        return {str(file.relative_to(self.data)): file.read_bytes()
                for file in self.data.rglob("*") if file.is_file()}

    def check_statement(self, *store) -> subprocess.CompletedProcess:
        return self.farthing("entries", "check-statement", self.statement, "--public-key", self.public_key, *store)

    def accept(self, *options: str) -> subprocess.CompletedProcess:
        return self.farthing("store", "accept-loss", "--data", self.data, *options)

    def shown(self) -> dict[str, str]:
        """What is lost; each kind of thing of which there may be several, as their lines together."""
        done = self.accept()
        self.assertEqual(done.returncode, 0, done.stderr)
        loss: dict[str, str] = {}
        for line in done.stdout.splitlines():
            name, value = line.split("\t", 1)
            loss[name] = f"{loss[name]}\n{value}" if name in loss else value
        return loss

    def serves(self) -> tuple[dict, list[dict]]:
        """The organization's balance, and the acts that accepted a loss."""
        server = Server(self.data, scratch=self.folder).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        world = World(server.port, self.admin_key)
        self.addCleanup(world.close)
        acts = list(world.admin.list_all("/v1/audit-log?kind=journal.accept_loss", "acts"))
        organization = world.admin.get(f"/v1/organizations/{self.organization}/balance")
        if organization.status == 200:
            world.charge(self.organization, "1")
        self.assertEqual(server.stop(), 0)
        self.assertIn("journal-lost-" if acts else "listening", server.log())
        verified = self.farthing("store", "verify", "--data", self.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        return organization.json() if organization.status == 200 else {}, acts

    def test_a_whole_store_has_what_a_statement_says(self):
        done = self.check_statement("--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.shown(), {})

    def test_a_journal_that_was_removed_beside_its_database(self):
        """With it goes all that was acknowledged, and journal-reach may go, too."""
        for names in (("journal",), ("journal-reach",), ("journal", "journal-reach")):
            with self.subTest(names=names):
                shutil.rmtree(self.data)
                shutil.copytree(self.folder / "whole", self.data)
                for name in names:
                    place = self.data / name
                    shutil.rmtree(place) if place.is_dir() else place.unlink()
                self.refused("journal-reach" if "journal-reach" in names else "it has lost its end")
                self.assertNotEqual(self.check_statement("--data", self.data).returncode, 0)

    def test_a_record_in_the_midst_and_the_word_that_goes_on(self):
        segment = self.segment()
        kept, begin = self.damage_charge(17)
        self.refused(f"in {segment} the bytes from {begin} on cannot be read")
        before = self.contents()
        loss = self.shown()
        self.assertEqual(int(loss["last_record"]), kept)
        self.assertIn(str(begin), loss["damage"])
        # The damaged record itself cannot be read; those behind it can.
        self.assertEqual(int(loss["lost_records"]), int(loss["known_record"]) - kept)
        self.assertEqual(int(loss["readable_records"]), int(loss["lost_records"]) - 1)
        movements = [line.split("\t") for line in loss["lost_movement"].splitlines()]
        self.assertEqual([movement[4] for movement in movements],
                         [f"charge {number:02}" for number in range(18, 18 + len(movements))])
        self.assertGreater(len(movements), 2)
        for movement in movements:
            self.assertEqual((movement[0], movement[2], movement[3]), (self.organization, "charge", "1"))
        wrong = self.accept("--word", "0" * 16)
        self.assertEqual(wrong.returncode, 1, wrong.stderr)
        self.assertEqual(self.contents(), before, "looking changes nothing")

        done = self.accept("--word", loss["word"])
        self.assertEqual(done.returncode, 0, done.stderr)
        lost = self.data / f"journal-lost-{loss['word']}"
        self.assertEqual((lost / segment.name).read_bytes(), before[str(segment.relative_to(self.data))])
        self.assertEqual(self.shown(), {})
        stated = self.check_statement("--data", self.data)
        self.assertEqual(stated.returncode, 1)
        self.assertIn("lost its end", stated.stderr)

        balance, acts = self.serves()
        self.assertEqual(balance["available"], "84")
        self.assertEqual(len(acts), 1)
        changes = {change["field"]: change for change in acts[0]["changes"]}
        self.assertEqual(changes["last_record"]["after"], loss["last_record"])
        self.assertEqual(changes["damage"]["after"], loss["damage"])

    def test_an_acceptance_that_is_interrupted_is_finished(self):
        """As it is when the process ends behind any of its steps."""
        self.damage_charge(17)
        word = self.shown()["word"]
        self.assertEqual(self.accept("--word", word).returncode, 0)
        done = self.folder / "done"
        shutil.copytree(self.data, done)
        self.addCleanup(shutil.rmtree, done)
        lost = self.data / f"journal-lost-{word}"
        undo = (lambda: (self.data / "journal-reach").rename(self.data / "journal-next-reach"),
                lambda: (lost / "journal-reach").rename(self.data / "journal-reach"),
                lambda: (self.data / "journal").rename(self.data / "journal-next"),
                lambda: lost.rename(self.data / "journal"))
        for steps in range(len(undo) + 1):
            with self.subTest(steps=steps):
                shutil.rmtree(self.data)
                shutil.copytree(done, self.data)
                for step in undo[:steps]:
                    step()
                (self.data / "journal-loss-accepted").write_text(word, encoding="ascii")
                refused = self.farthing("serve", "--listen", "127.0.0.1:0", "--data", self.data)
                self.assertEqual(refused.returncode, 1)
                self.assertIn("again to finish it", refused.stderr)
                self.assertEqual(self.accept().returncode, 0)
                self.assertEqual(sorted(self.contents()), sorted(
                    str(file.relative_to(done)) for file in done.rglob("*") if file.is_file()))
                self.assertEqual(self.shown(), {})
        self.serves()

    def test_the_loss_of_a_tail_is_found_by_a_statement(self):
        segment = self.segment()
        content = segment.read_bytes()
        _, begin = self.find_charge(5)
        segment.write_bytes(content[:begin] + bytes(len(content) - begin))
        self.assertEqual(self.shown(), {}, "nothing in the store can tell")
        self.assertEqual(self.farthing("store", "verify", "--data", self.data).returncode, 0)
        stated = self.check_statement("--data", self.data)
        self.assertEqual(stated.returncode, 1)
        self.assertRegex(stated.stderr, re.escape(self.organization) + r" entry 21: .*lost its end")
        as_json = self.check_statement("--json")
        self.assertEqual(json.loads(as_json.stdout)["closing"]["seq"], 21, "the statement itself is right")
        balance, acts = self.serves()
        self.assertEqual((balance["available"], acts), ("96", []))


if __name__ == "__main__":
    unittest.main()
