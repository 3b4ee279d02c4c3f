# SPDX-License-Identifier: Apache-2.0
"""Farthing on PostgreSQL against pgbench in the same PostgreSQL, nobody pinned: clients, nodes and the
database share all cores."""

import concurrent.futures
import contextlib
import os
from statistics import median

from ..bench import Bench
from ..load import client_notes
from ..processes import run
from ..report import Row, Series
from ..server import Server

_DATABASE = "farthing"
_CONNECTIONS = 256
_NODES = 3
_AT_LEAST_CHARGES = 2
_AT_LEAST_BALANCES = 3
_AT_LEAST_THREE = 1


class _Shared:
    """A seeded database, and nodes on it."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.keys = bench.path("shared.keys")
        self.organizations = bench.path("shared.organizations")
        self._program = os.path.join(bench.build, "farthing")
        self._folder = bench.path("shared")
        os.mkdir(self._folder)
        self.admin_key_file = os.path.join(self._folder, "admin.key")
        self._url = bench.shared_postgres.make_database(_DATABASE)
        run([self._program, "store", "migrate", "--store", self._url, "--admin-key-file",
             self.admin_key_file])
        with self.nodes(1) as (node,):
            users = bench.settings.shared_users
            bench.say(f"seeding {users} users, organizations, keys and grants in PostgreSQL")
            bench.load.seed(node.port, users=users, admin_key_file=self.admin_key_file,
                            keys=self.keys, organizations=self.organizations)

    @contextlib.contextmanager
    def nodes(self, count: int):
        with contextlib.ExitStack() as stack:
            started = []
            for number in range(count):
                started.append(Server(self._program, self._folder, node=number,
                                      threads=self.bench.charge_threads, store=self._url))
                stack.callback(started[-1].stop)
            yield started

    def settle_down(self) -> None:
        self.bench.shared_postgres.settle_down(_DATABASE)
        os.sync()

    def charges(self, node: Server, connections: int) -> dict:
        settings = self.bench.settings
        return self.bench.load.charges(
            node, organizations=self.organizations, connections=connections,
            warmup=settings.warmup_s, seconds=settings.charge_s)


def _charges(shared: _Shared, count: int) -> list[dict]:
    """What each of so many nodes did at the same time."""
    shared.settle_down()
    with shared.nodes(count) as nodes, concurrent.futures.ThreadPoolExecutor(count) as threads:
        return list(threads.map(lambda node: shared.charges(node, _CONNECTIONS // count), nodes))


def _balances(shared: _Shared) -> dict:
    settings = shared.bench.settings
    with shared.nodes(1) as (node,):
        return shared.bench.load.balances_of_many(
            node, keys=shared.keys, connections=_CONNECTIONS, warmup_s=settings.warmup_s,
            seconds=settings.read_s)


def _rates(runs: list[dict]) -> list[float]:
    return [each["requests_per_second"] for each in runs]


def _notes(runs: list[dict], what: str) -> list[str]:
    cpu_us = median(each["server_cpu_us_per_request"] for each in runs)
    p50, p99 = (median(each["latency_us"][quantile] for each in runs) / 1000
                for quantile in ("p50", "p99"))
    return [*client_notes(runs, "farthing"),
            f"latency p50 {p50:.1f} ms, p99 {p99:.1f} ms; CPU at the node {cpu_us:.1f} us a {what}"]


def measure(bench: Bench) -> list[Row]:
    settings = bench.settings
    shared = _Shared(bench)
    one, three, peer, balances, reads = [], [], [], [], []
    for number in range(settings.charge_rounds):
        bench.say(f"on PostgreSQL, round {number + 1} of {settings.charge_rounds}")
        one += _charges(shared, 1)
        bench.shared_postgres.make_empty()
        peer.append(bench.shared_postgres.charges_per_second(settings.warmup_s, settings.charge_s))
        three.append(sum(_rates(_charges(shared, _NODES))))
        balances.append(_balances(shared))
        reads.append(bench.shared_postgres.reads_per_second(settings.warmup_s, settings.read_s))
    return [
        Row("charges on PostgreSQL", "charges/s", Series(_rates(one)), "pgbench", Series(peer),
            at_least=_AT_LEAST_CHARGES, notes=_notes(one, "charge")),
        Row("balances on PostgreSQL", "requests/s", Series(_rates(balances)), "pgbench",
            Series(reads), at_least=_AT_LEAST_BALANCES, notes=_notes(balances, "balance")),
        Row("charges through three nodes", "charges/s", Series(three), "one node",
            Series(_rates(one)), at_least=_AT_LEAST_THREE),
    ]
