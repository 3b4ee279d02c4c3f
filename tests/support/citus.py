# SPDX-License-Identifier: Apache-2.0
"""A cluster of Citus that somebody has started on this machine for tests, with all its content lost to them.
FARTHING_CITUS has the URL of a database on its coordinator, as a superuser.

    python3 -m tests.support.citus COMMAND...    runs COMMAND and ends with its exit code, or says that it is
                                                 skipped and ends with 77 when FARTHING_CITUS names nothing
"""

import functools
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.parse
import uuid

from .postgres import PROGRAMS, START_TIMEOUT_S, PostgresError
from .run import SKIPPED

URL = os.environ.get("FARTHING_CITUS")
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # of ids
WHY_SKIPPED = "FARTHING_CITUS has no URL of a coordinator (docs/operating/citus.md)"


class CitusNode:
    """The coordinator or a worker, whose files are on this machine."""

    def __init__(self, url: str):
        self.url = url
        self._data = pathlib.Path(self.sql("SHOW data_directory"))
        self._owner = self._data.stat()

    def sql(self, text: str) -> str:
        done = subprocess.run([PROGRAMS / "psql", self.url, "-v", "ON_ERROR_STOP=1", "-qAtc", text],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PostgresError(f"psql ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _first_pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text(encoding="ascii").split("\n", maxsplit=1)[0])

    def stop(self) -> None:
        """A fast shutdown, which leaves nothing to recover."""
        os.kill(self._first_pid(), signal.SIGINT)
        deadline = time.monotonic() + START_TIMEOUT_S
        while (self._data / "postmaster.pid").exists():
            if time.monotonic() > deadline:
                raise PostgresError(f"{self._data} did not stop")
            time.sleep(0.1)

    def kill(self) -> None:
        """Ends every process of it with kill -9."""
        self.signal_all(signal.SIGKILL)

    def signal_all(self, number: int) -> None:
        """Sends a signal to every process of it."""
        first = self._first_pid()
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True,
                                check=False)
        for pid in [first, *(int(line) for line in listed.stdout.split())]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def start(self, **settings: str) -> None:
        """With settings beside those of its configuration."""
        options = ["-o", " ".join(f"-c {name}={value}" for name, value in settings.items())]
        as_owner = {"cwd": "/"}
        if os.geteuid() == 0:
            as_owner |= {"user": self._owner.st_uid, "group": self._owner.st_gid, "extra_groups": []}
        log = self._data.with_suffix(".log")
        deadline = time.monotonic() + START_TIMEOUT_S
        # It refuses to start as long as a process of before is ending.
        while subprocess.run([PROGRAMS / "pg_ctl", "-D", self._data, "-l", log, "-w", *options, "start"],
                             check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             **as_owner).returncode != 0:
            if time.monotonic() > deadline:
                raise PostgresError(f"{self._data} did not start; see {log}")
            time.sleep(0.1)


class CitusCluster:
    """All nodes. Stands where a Cluster stands, but is not ended, since nobody here has started it."""

    def __init__(self):
        self.coordinator = CitusNode(URL)
        parts = urllib.parse.urlsplit(URL)
        names = self.sql("SELECT nodename || ':' || nodeport FROM pg_dist_node"
                         " WHERE groupid <> 0 ORDER BY groupid").split()
        user = f"{parts.username}@" if parts.username else ""
        self.workers = [CitusNode(parts._replace(netloc=user + name).geturl()) for name in names]

    def url(self) -> str:
        return URL

    def sql(self, text: str) -> str:
        return self.coordinator.sql(text)

    def clear(self) -> None:
        self.sql("DROP SCHEMA IF EXISTS farthing CASCADE")

    def worker_of(self, organization: str) -> CitusNode:
        number = functools.reduce(lambda before, digit: before * 32 + _DIGITS.index(digit),
                                  organization.removeprefix("org-"), 0)
        port = self.sql("SELECT n.nodeport FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)"
                        " WHERE p.shardid = get_shard_id_for_distribution_column('farthing.ledger_state',"
                        f" '{uuid.UUID(int=number)}'::uuid)")
        return next(worker for worker in self.workers if urllib.parse.urlsplit(worker.url).port == int(port))

    def kill(self) -> None:
        """Leaves it running."""


def main() -> int:
    if not URL:
        print(f"SKIPPED: {WHY_SKIPPED}")
        return SKIPPED
    return subprocess.run(sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
