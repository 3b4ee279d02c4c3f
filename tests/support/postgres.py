# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of its own, on a Unix socket in a folder of its own. It ends when whoever started it does.

    python3 -m tests.support.postgres COMMAND...    runs COMMAND with FARTHING_POSTGRES, the URL of an empty
                                                    database, and ends with its exit code, or with 77 when
                                                    there is no PostgreSQL; in CI that is a failure
"""

import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

from .paths import IN_CI
from .run import SKIPPED

_VERSIONS = pathlib.Path("/usr/lib/postgresql")


def _newest_programs() -> pathlib.Path:
    """Where the programs of the newest PostgreSQL are, or would be."""
    found = [int(path.parts[-3]) for path in _VERSIONS.glob("*/bin/postgres") if path.parts[-3].isdecimal()]
    return _VERSIONS / str(max(found, default=15)) / "bin"


PROGRAMS = _newest_programs()
START_TIMEOUT_S = 60
_USER = "postgres"  # whom the programs run as when we are root, which PostgreSQL refuses to be
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)

# For what is not about crashes: nothing here survives one.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresError(Exception):
    """A program of PostgreSQL did not do what it should; holds its words."""


def _end_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Cluster:
    """One server. `folder` must be reachable for its user; it is made. The setting `port` names its Unix
    socket too. `environment` is added to that of the server alone."""

    def __init__(self, folder: pathlib.Path, settings: dict[str, str] | None = None,
                 environment: dict[str, str] | None = None):
        self.folder = folder
        self.data = folder / "data"
        self.log_path = folder.parent / f"{folder.name}.log"
        self.settings = {"listen_addresses": "", "max_connections": "200"} | (settings or {})
        self.port = self.settings.get("port", "5432")
        self._process: subprocess.Popen | None = None
        folder.mkdir(mode=0o700)
        self._environment = os.environ | {"PGPORT": self.port}
        self._as_user: dict = {"cwd": folder, "env": self._environment}
        self._server_environment = self._environment | (environment or {})
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
            self._as_user |= {"user": _USER, "group": _USER, "extra_groups": []}

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self, database: str = "postgres", other: "Cluster | None" = None) -> str:
        """Of this server, and of another one to turn to."""
        hosts = [self] if other is None else [self, other]
        host = urllib.parse.quote(",".join(str(each.folder) for each in hosts), safe=",")
        return f"postgres://{_USER}@/{database}?host={host}&port={self.port}"

    def initialize(self) -> None:
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", _USER, "-E", "UTF8", "--no-locale",
                 "--no-sync")

    def copy_from(self, primary: "Cluster", name: str) -> None:
        """Makes this a standby of a running server."""
        self.run("pg_basebackup", "-h", primary.folder, "-U", _USER, "-D", self.data, "-R", "-X",
                 "stream", "--checkpoint=fast", "--no-sync")
        info = f"host={primary.folder} port={primary.port} user={_USER} application_name={name}"
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(f"primary_conninfo = '{info}'\n")

    def start(self) -> "Cluster":
        command = [PROGRAMS / "postgres", "-D", self.data, "-k", self.folder]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log_path.open("ab") as log:
            # pylint: disable=subprocess-popen-preexec-fn
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             preexec_fn=_end_with_parent,
                                             **self._as_user | {"env": self._server_environment})
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = self.log_path.read_text(encoding="utf-8", errors="replace")
                self.kill()
                raise PostgresError(f"PostgreSQL did not start:\n{log[-2000:]}")
            time.sleep(0.02)
        return self

    def accepts(self) -> bool:
        done = subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", self.folder], check=False,
                              env=self._environment)
        return done.returncode == 0

    def run(self, program: str, *arguments) -> str:
        """Runs one of PostgreSQL's programs to its end and returns its stdout."""
        done = subprocess.run([PROGRAMS / program, *arguments], capture_output=True, text=True,
                              check=False, **self._as_user)
        if done.returncode != 0:
            raise PostgresError(f"{program} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def sql(self, text: str, database: str = "postgres") -> str:
        return self.run("psql", "-h", self.folder, "-U", _USER, "-d", database, "-v", "ON_ERROR_STOP=1",
                        "-qAtc", text).strip()

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-D", self.data, "-w")

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """A fast shutdown, which does not wait for clients."""
        if self.is_running():
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)

    def process_ids(self) -> list[int]:
        """The server's and those of its children."""
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.pid)], capture_output=True,
                                text=True, check=False)
        return [self.pid, *(int(line) for line in listed.stdout.split())]

    def signal_all(self, number: int) -> None:
        """Sends a signal to every process of the server."""
        for pid in self.process_ids():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def kill(self) -> None:
        if self._process is None:
            return
        if self.is_running():
            self.signal_all(signal.SIGKILL)
        self._process.wait()


def main() -> int:
    if not (PROGRAMS / "postgres").exists():
        print(f"SKIPPED: there is no PostgreSQL in {_VERSIONS}; tools/setup.sh postgres installs it")
        return 1 if IN_CI else SKIPPED
    with tempfile.TemporaryDirectory(prefix="farthing-postgres-") as folder:
        os.chmod(folder, 0o711)  # its user must get through
        cluster = Cluster(pathlib.Path(folder) / "postgres", UNSAFE)
        cluster.initialize()
        cluster.start()
        try:
            done = subprocess.run(sys.argv[1:], check=False,
                                  env=os.environ | {"FARTHING_POSTGRES": cluster.url()})
        finally:
            cluster.stop()
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
