# SPDX-License-Identifier: Apache-2.0
"""The peer of the charge rows: a PostgreSQL 15 of its own on the same disk, driven by pgbench over its
Unix socket. One prepared statement books one charge: it takes the amount from the organization if
there is enough, and inserts an entry under a unique idempotency key. Everything that could be kinder
to PostgreSQL without losing durability or exactness is: see README.md."""

import os
import re
import signal
import time

from .processes import BenchError, Service, free_port, run, wait_until

PROGRAMS = "/usr/lib/postgresql/15/bin"
_USER = "postgres"  # Whom the programs run as when we are root, which PostgreSQL refuses to be.

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "{shared_buffers_mib}MB",
    "max_wal_size": "8GB",       # No checkpoint by size within a burst.
    "checkpoint_timeout": "15min",
    "max_connections": "50",
}

_SCHEMA = """
CREATE TABLE organization (
  id integer PRIMARY KEY,
  balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 50);
CREATE TABLE entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id integer NOT NULL,
  idempotency_key uuid NOT NULL,
  amount bigint NOT NULL,
  balance_after bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (idempotency_key, organization_id)
);
INSERT INTO organization SELECT id, 1000000000000000 FROM generate_series(1, {organizations}) AS id;
"""

# Keys are in order of time, as they are in the requests to Farthing.
_CHARGE = """
\\set number :number + 1
\\set organization random(1, :organizations)
WITH paid AS (
  UPDATE organization SET balance = balance - 1000
  WHERE id = :organization AND balance >= 1000 RETURNING id, balance)
INSERT INTO entry (organization_id, idempotency_key, amount, balance_after)
SELECT id, (lpad(to_hex(:number::bigint), 16, '0') || lpad(to_hex(:client_id::bigint), 16, '0'))::uuid,
       1000, balance
FROM paid;
"""

_PREFILL = """
INSERT INTO entry (organization_id, idempotency_key, amount, balance_after)
SELECT 1 + n::bigint * 7919 % {organizations}, lpad(to_hex(n), 32, '0')::uuid, 1000, 1000000000000000
FROM generate_series(1, {entries}) AS n;
"""


def _shared_buffers_mib() -> int:
    """A quarter of the memory, as its manual advises, and 4 GiB at most."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(total // 4, 4 * 2**30) // 2**20


class Postgres:
    """A cluster in `folder`, running until `stop`. `folder` must be reachable for its user."""

    def __init__(self, folder: str, organizations: int):
        os.makedirs(folder)
        self._folder = folder
        self._organizations = organizations
        self._port = free_port()  # Only names the socket.
        self._as_user = {"cwd": folder}
        if os.geteuid() == 0:
            os.chmod(folder, 0o700)
            self._as_user |= {"user": _USER, "group": _USER, "extra_groups": []}
            run(["chown", f"{_USER}:{_USER}", folder])
        data = os.path.join(folder, "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", _USER, "-E", "UTF8", "--no-locale")
        self._service = self._start(data)
        try:
            wait_until(self._accepts, self._service, pause_s=0.1)
            self._sql(_SCHEMA.format(organizations=organizations))
            self._settle_down()
        except BaseException:
            self.stop()
            raise

    def _start(self, data: str) -> Service:
        command = [os.path.join(PROGRAMS, "postgres"), "-D", data, "-k", self._folder,
                   "-p", str(self._port)]
        for name, value in _SETTINGS.items():
            command += ["-c", f"{name}={value.format(shared_buffers_mib=_shared_buffers_mib())}"]
        log = os.path.join(os.path.dirname(self._folder), "postgres.log")
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        return Service(command, log, stop_signal=signal.SIGINT, **self._as_user)

    def _run(self, program: str, *arguments: str) -> str:
        return run([os.path.join(PROGRAMS, program), *arguments], **self._as_user)

    def _connection(self) -> list[str]:
        return ["-h", self._folder, "-p", str(self._port), "-U", _USER]

    def _accepts(self) -> bool:
        try:
            self._run("pg_isready", *self._connection())
            return True
        except BenchError:
            return False

    def _sql(self, text: str) -> str:
        return self._run("psql", *self._connection(), "-d", "postgres", "-v", "ON_ERROR_STOP=1",
                         "-qAtc", text)

    def _settle_down(self) -> None:
        """Leaves nothing for its background to do while somebody else is measured."""
        for statement in ("VACUUM ANALYZE organization", "VACUUM ANALYZE entry", "CHECKPOINT"):
            self._sql(statement)

    def make_empty(self) -> None:
        self._sql("TRUNCATE entry")
        self._settle_down()

    def prefill(self, entries: int) -> None:
        self._sql("TRUNCATE entry")
        self._sql(_PREFILL.format(entries=entries, organizations=self._organizations))
        self._settle_down()

    def _count_entries(self) -> int:
        return int(self._sql("SELECT count(*) FROM entry"))

    def charges_per_second(self, warmup_s: float, seconds: float) -> float:
        """Charges booked a second by 16 clients; raises BenchError unless each left its entry."""
        self._pgbench(max(1, round(warmup_s)))
        before = self._count_entries()
        output = self._pgbench(round(seconds))
        done = int(re.search(r"transactions actually processed: (\d+)", output)[1])
        if self._count_entries() - before != done:
            raise BenchError("pgbench: not every charge left an entry")
        self._settle_down()
        return float(re.search(r"tps = ([\d.]+)", output)[1])

    def _pgbench(self, seconds: int) -> str:
        script = os.path.join(self._folder, "charge.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write(_CHARGE)
        os.chmod(script, 0o644)
        return self._run("pgbench", *self._connection(), "-n", "-M", "prepared", "-c", "16",
                         "-j", "2", "-T", str(seconds), "-f", script,
                         "-D", f"organizations={self._organizations}",
                         "-D", f"number={time.time_ns() // 1000}", "postgres")

    def stop(self) -> None:
        self._service.stop()
