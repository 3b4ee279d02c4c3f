# SPDX-License-Identifier: Apache-2.0
"""The peer of the charge rows: a PostgreSQL 15 of its own on the same disk, driven by pgbench over its
Unix socket, or over TCP. One prepared statement books one charge: it takes the amount from the organization if
there is enough, and inserts an entry under a unique idempotency key. Everything that could be kinder
to PostgreSQL without losing durability or exactness is: see README.md."""

import contextlib
import os
import pathlib
import re
import time

from tests.support.postgres import Cluster, PostgresError

from .processes import BenchError, Way, free_port

_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "{shared_buffers_mib}MB",
    "max_wal_size": "8GB",       # No checkpoint by size within a burst.
    "checkpoint_timeout": "15min",
    "max_connections": "100",
}

_ADDRESS = "127.0.0.1"

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

# The rows of a batch are taken in order, or two batches could wait for each other.
_BATCH = """
\\set number :number + 1
WITH asked AS MATERIALIZED (
  SELECT n, 1 + floor(random() * :organizations)::integer AS organization_id
  FROM generate_series(1, {batch}) AS n),
taken AS MATERIALIZED (
  SELECT id FROM organization WHERE id IN (SELECT organization_id FROM asked) ORDER BY id FOR UPDATE),
totals AS (SELECT organization_id, 1000 * count(*) AS total FROM asked GROUP BY organization_id),
paid AS (
  UPDATE organization SET balance = balance - total
  FROM totals JOIN taken ON taken.id = organization_id
  WHERE organization.id = organization_id AND balance >= total RETURNING organization.id, balance)
INSERT INTO entry (organization_id, idempotency_key, amount, balance_after)
SELECT paid.id,
       (lpad(to_hex(:number::bigint * 1000 + n), 16, '0') || lpad(to_hex(:client_id::bigint), 16, '0'))::uuid,
       1000, balance
FROM asked JOIN paid ON paid.id = organization_id;
"""

_READ = """
\\set organization random(1, :organizations)
SELECT balance FROM organization WHERE id = :organization;
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


@contextlib.contextmanager
def _as_bench_error():
    try:
        yield
    except PostgresError as error:
        raise BenchError(str(error)) from error


class Postgres:
    """A cluster in `folder`, running until `stop`. `folder` must be reachable for its user."""

    def __init__(self, folder: str, organizations: int):
        self._folder = folder
        self._organizations = organizations
        settings = {name: value.format(shared_buffers_mib=_shared_buffers_mib())
                    for name, value in _SETTINGS.items()}
        settings |= {"listen_addresses": _ADDRESS, "port": str(free_port())}
        self._cluster = Cluster(pathlib.Path(folder), settings)
        with _as_bench_error():
            self._cluster.initialize()
            self._cluster.start()
        try:
            self._sql(_SCHEMA.format(organizations=organizations))
            self._settle_down()
        except BaseException:
            self.stop()
            raise

    def make_database(self, name: str) -> str:
        """An empty one beside our own; its URL."""
        self._sql(f"CREATE DATABASE {name}")
        return self._cluster.url(name)

    def settle_down(self, database: str) -> None:
        """Leaves nothing to do for the background of a database that somebody else has filled."""
        for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
            with _as_bench_error():
                self._cluster.sql(statement, database)

    def _sql(self, text: str) -> str:
        with _as_bench_error():
            return self._cluster.sql(text)

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

    def charges_per_second(self, warmup_s: float, seconds: float, *, way: Way = Way.SOCKET,
                           organizations: int | None = None) -> float:
        """Charges booked a second by 16 clients, of the first so many organizations or of all; raises
        BenchError unless each left its entry."""
        return self._charges(warmup_s, seconds, _CHARGE, 1, way=way, organizations=organizations)

    def batched_charges_per_second(self, warmup_s: float, seconds: float, batch: int) -> float:
        """The same with so many charges in one statement and one commit."""
        return self._charges(warmup_s, seconds, _BATCH.format(batch=batch), batch)

    def _charges(self, warmup_s: float, seconds: float, script: str, batch: int, **how) -> float:
        self._pgbench(max(1, round(warmup_s)), script, **how)
        before = self._count_entries()
        output = self._pgbench(round(seconds), script, **how)
        done = int(re.search(r"transactions actually processed: (\d+)", output)[1]) * batch
        if self._count_entries() - before != done:
            raise BenchError("pgbench: not every charge left an entry")
        self._settle_down()
        return float(re.search(r"tps = ([\d.]+)", output)[1]) * batch

    def reads_per_second(self, warmup_s: float, seconds: float) -> float:
        """Balances read a second by 16 clients, one in each statement."""
        self._pgbench(max(1, round(warmup_s)), _READ)
        output = self._pgbench(round(seconds), _READ)
        return float(re.search(r"tps = ([\d.]+)", output)[1])

    def _pgbench(self, seconds: int, text: str, *, way: Way = Way.SOCKET,
                 organizations: int | None = None) -> str:
        script = os.path.join(self._folder, "script.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(script, 0o644)
        with _as_bench_error():
            return self._cluster.run(
                "pgbench", "-h", _ADDRESS if way is Way.TCP else self._folder, "-U", "postgres", "-n",
                "-M", "prepared", "-c", "16", "-j", "2", "-T", str(seconds), "-f", script,
                "-D", f"organizations={organizations or self._organizations}",
                "-D", f"number={time.time_ns() // 1000}", "postgres")

    def stop(self) -> None:
        self._cluster.stop()
