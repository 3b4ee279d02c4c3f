# SPDX-License-Identifier: Apache-2.0
"""The real server on a disk whose syncs fail and on one that is full. A failed sync is the end: nothing more is
acknowledged, the process says why and ends, and what was acknowledged is there when it starts again. A full disk is a
503 for what would write, until there is room; reads go on."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from tests.support.api import Api, fresh_key
from tests.support.paths import PROGRAM, ROOT
from tests.support.server import Server
from tests.support.world import World

from .load_case import LoadCase
from .movements import Movement

FULL_TIMEOUT_S = 30
DISK_MIB = 420
# More than is left then is what the server wants to be free.
LEAVE_MIB = 100
MIB = 1 << 20
# More than a client can charge before the server has looked at its disk again.
CREDITS = 1_000_000


class FailingSync(LoadCase):

    def setUp(self):
        super().setUp()
        shim = self.folder / "failing_sync.so"
        subprocess.run([shutil.which("g++"), "-std=c++20", "-shared", "-fPIC", "-o", shim,
                        ROOT / "tests" / "chaos" / "failing_sync.cpp", "-ldl"], check=True)
        self.sign = self.folder / "syncs-fail"
        self.last: list[Movement] = []  # sent when syncs failed
        self.server = Server(self.folder / "data", environment={
            "LD_PRELOAD": str(shim), "FARTHING_FAILING_SYNC": str(self.sign)})

    def test_nothing_is_acknowledged_after_a_failed_sync_and_nothing_is_lost(self):
        self.server.start()
        self.make_organizations()
        fresh = self.run_round(1, self.fail_syncs) + self.last
        self.assertEqual(self.server.wait(), 1)
        self.assertIn("the store has failed and cannot go on", self.server.log())
        self.sign.unlink()
        self.server.start()
        self.verify(fresh)
        self.assertEqual(self.server.stop(), 0)

    def test_a_sync_that_fails_while_the_server_stops_is_a_failure(self):
        self.server.start()
        self.make_organizations()
        self.sign.touch()
        self.assertEqual(self.server.stop(), 1)
        self.assertIn("the store has failed and cannot go on", self.server.log())
        self.sign.unlink()
        self.server.start()
        self.verify([])
        self.assertEqual(self.server.stop(), 0)

    def fail_syncs(self) -> None:
        """From now on; returns when the server has ended because of it."""
        self.sign.touch()
        with Api(self.server.port, self.server.admin_key) as api:
            organization = self.books[0].organization
            try:
                for _ in range(100):
                    self.last.append(Movement("charge", organization, fresh_key(),
                                              {"organization": organization, "amount": "1"}))
                    answer = self.last[-1].send(api)
                    self.assertEqual(answer.status, 503, "acknowledged, though nothing can be synced")
            except OSError:
                pass  # it has ended
        self.server.wait()


class SmallDiskServer(Server):
    """A server that sees a disk in memory at `disk`, which goes away with it."""

    def __init__(self, disk: pathlib.Path, scratch: pathlib.Path):
        wrapper = scratch / "farthing-on-small-disk"
        wrapper.write_text('#!/bin/sh\n'
                           f'exec {" ".join(UNSHARE)} sh -c \'mount -t tmpfs -o size={DISK_MIB}m none "$0" && '
                           f'exec {PROGRAM} "$@"\' {disk} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o700)
        super().__init__(disk / "data", program=wrapper, scratch=scratch)
        self._disk = disk

    def seen(self, path: pathlib.Path) -> pathlib.Path:
        """Where this process finds what the server sees at `path`."""
        return pathlib.Path(f"/proc/{self.pid}/root{path}")

    @property
    def disk(self) -> pathlib.Path:
        return self.seen(self._disk)

    @property
    def admin_key(self) -> str:
        return self.seen(self.data / "admin.key").read_text(encoding="ascii").strip()


# A mount of its own needs no rights of root's within a user namespace of its own.
UNSHARE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")


class FullDisk(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-full-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        disk = self.folder / "disk"
        disk.mkdir()
        tried = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", disk], check=False,
                               capture_output=True, text=True)
        if tried.returncode != 0:
            self.skipTest(f"no disk can be mounted here: {tried.stderr}")
        self.server = SmallDiskServer(disk, self.folder).start()
        self.addCleanup(lambda: self.server.is_running() and self.server.kill())
        self.world = World(self.server.port, self.server.admin_key)
        self.addCleanup(self.world.close)
        self.organization = self.world.caller(str(CREDITS)).organization

    def charge(self, key: str):
        return self.world.admin.post("/v1/charges", {"organization": self.organization, "amount": "1"},
                                     key)

    def charge_until(self, status: int):
        """The first answer with that status, under a key that had none before, and the number of charges that were
        booked on the way, this one not included."""
        deadline = time.monotonic() + FULL_TIMEOUT_S
        booked = 0
        key = fresh_key()
        while (answer := self.charge(key)).status != status:
            self.assertLess(time.monotonic(), deadline, f"no {status} in time")
            if answer.status == 201:
                booked += 1
                key = fresh_key()
        return answer, booked

    def available(self) -> str:
        path = f"/v1/organizations/{self.organization}/balance"
        return self.world.admin.expect(200, "GET", path)["available"]

    def test_writes_wait_for_room_and_reads_go_on(self):
        first = self.charge("before")
        self.assertEqual(first.status, 201)
        left = CREDITS - 1
        keys = [self.world.key(self.world.user()["id"])["id"] for _ in range(2)]
        filler = self.server.disk / "filler"
        for leave in (LEAVE_MIB * MIB, 0):
            with self.subTest(leave=leave):
                self.fill(filler, leave)
                refused, booked = self.charge_until(503)
                left -= booked
                self.assertEqual(refused.json()["name"], "unavailable")
                self.assertIn("disk is full", refused.json()["message"])
                self.check_readiness()
                # What protects goes on, in what is prepared for it.
                self.world.admin.expect(200, "POST", f"/v1/api-keys/{keys.pop()}/revoke")
                self.assertEqual(self.available(), str(left), "reads do not go on")
                self.assertEqual(self.world.admin.get(f"/v1/charges/{first.json()['id']}").status, 200)
                entries = f"/v1/organizations/{self.organization}/entries"
                self.assertEqual(len(list(self.world.admin.list_all(entries, "entries"))), 1 + CREDITS - left)
        self.assertEqual(self.server.log().count("disk_space: refuses acts, movements:"), 1)
        filler.unlink()
        booked, none_before = self.charge_until(201)
        self.assertEqual(none_before, 0)
        self.assertIsNone(booked.headers["Idempotency-Replayed"])
        self.assertEqual(self.available(), str(left - 1))
        replayed = self.charge("before")
        self.assertEqual((replayed.status, replayed.headers["Idempotency-Replayed"]), (201, "true"))
        self.assertEqual(self.world.admin.get("/readyz").json(), {"status": "ok"})
        self.assertIn("disk_space: over after", self.server.log())
        self.assertEqual(self.server.stop(), 0)

    def check_readiness(self) -> None:
        answer = self.world.admin.get("/readyz")
        self.assertEqual(answer.status, 503)
        self.assertEqual(answer.json()["refused"], ["acts", "movements"])
        self.assertEqual([each["name"] for each in answer.json()["limitations"]], ["disk_space"])
        self.assertNotIn("MiB", answer.body.decode(), "details are for the operators' port")
        for work, status in (("reads", 200), ("protection", 200), ("movements", 503), ("acts", 503)):
            self.assertEqual(self.world.admin.get(f"/readyz?for={work}").status, status, work)

    @staticmethod
    def fill(filler: pathlib.Path, leave: int) -> None:
        """Makes the file so large that so many bytes are left."""
        with filler.open("ab") as file:
            status = os.statvfs(filler)
            more = status.f_bavail * status.f_frsize - leave
            os.posix_fallocate(file.fileno(), file.tell(), more)


class StartWithoutRoom(unittest.TestCase):
    """A server that finds no room at its start says what to do and exits with 1, whatever takes the room."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-no-room-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serve_in(self, script: str, *wrapper: str) -> subprocess.CompletedProcess:
        """Runs `script` in the folder, in which $SERVE serves the store `data`."""
        serve = f"{PROGRAM} serve --data data --listen 127.0.0.1:0"
        return subprocess.run([*wrapper, "sh", "-c", f'SERVE="{serve}"; cd "$0" && {script}', self.folder],
                              check=False, capture_output=True, text=True, timeout=FULL_TIMEOUT_S)

    def check(self, done: subprocess.CompletedProcess) -> None:
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("Make at least 16 MiB free", done.stderr)

    def test_a_limit_of_file_sizes_ends_the_start_with_a_sentence(self):
        done = self.serve_in("mkdir data && ulimit -f 2048 && exec $SERVE")
        self.check(done)
        self.assertIn("File too large", done.stderr)

    def test_a_limit_of_open_files_that_is_too_low_ends_the_start_with_a_sentence(self):
        for files in (100, 511):
            done = self.serve_in(f"rm -rf data && mkdir data && ulimit -n {files} && exec $SERVE")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("the limit of open files is too low: a server needs 512 at least", done.stderr)

    def test_a_disk_that_is_full_to_the_last_byte_ends_the_start_with_a_sentence(self):
        mount = 'mount -t tmpfs -o size=400m none "$0" && cd "$0" && mkdir data'
        tried = self.serve_in(mount, *UNSHARE)
        if tried.returncode != 0:
            self.skipTest(f"no disk can be mounted here: {tried.stderr}")
        fill = "cat /dev/zero > filler 2> /dev/null"
        make = ('$SERVE 2> log & served=$!; for i in $(seq 300); do grep -q "listening on" log && break;'
                ' sleep 0.1; done; kill $served && wait $served')
        # A new store, and one that was there before.
        for before in ("true", make):
            with self.subTest(before=before):
                done = self.serve_in(f"{mount} && {{ {before}; }} && ({fill}; exec $SERVE)", *UNSHARE)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("No space left on device", done.stderr)

    def test_a_disk_of_any_small_size_is_refused_or_served_from(self):
        # All is written as long as there is any room.
        marks = ("printf '[disk]\\nacts_stop_at_mib = 0\\nmovements_stop_at_mib = 0\\neverything_stops_at_mib = 0\\n'"
                 " > marks")
        # The log of the start before says "listening on" too.
        start = (': > log; $SERVE --config marks 2> log & served=$!;'
                 ' for i in $(seq 300); do grep -q "listening on" log && break;'
                 ' kill -0 $served 2> /dev/null || break; sleep 0.1; done;')
        least = 16 << 10
        for kib in (4_120, 4_200, 4_300, 8_192, *range(least - 64, least + 2_048, 256), 2 * least):
            with self.subTest(kib=kib):
                mount = f'mount -t tmpfs -o size={kib}k none "$0" && cd "$0" && {marks}'
                # A new store, and the same one once more after it was killed.
                done = self.serve_in(f"{mount} && {{ {start} kill -9 $served; wait $served; ls -A;"
                                     f" {start} kill $served; wait $served; }}", *UNSHARE)
                if "mount:" in done.stderr:
                    self.skipTest(f"no disk can be mounted here: {done.stderr}")
                self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
                if kib < least:
                    self.assertEqual((done.returncode, done.stdout.split()), (1, ["log", "marks"]))
                if kib >= 2 * least:
                    self.assertEqual((done.returncode, done.stdout.split()), (0, ["data", "log", "marks"]))


if __name__ == "__main__":
    unittest.main()
