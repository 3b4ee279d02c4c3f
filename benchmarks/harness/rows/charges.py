# SPDX-License-Identifier: Apache-2.0
"""Durable movements over HTTP against pgbench, nobody pinned: clients and servers share all cores."""

import os
from statistics import median

from ..bench import Bench
from ..load import client_notes
from ..processes import Way
from ..report import Row, Series

_CONNECTIONS = 256
_BATCH_CONNECTIONS = 16
_AT_LEAST_BURST = 8
_AT_LEAST_SUSTAINED = 5
_AT_LEAST_BATCHES = 2
_AT_LEAST_HOLDS = 0.45
_AT_LEAST_WITH_ENTRIES = 5
_AT_LEAST_OF_EMPTY = 0.8


def _farthing(bench: Bench, data: str, seconds: float, connections: int = _CONNECTIONS, **how) -> dict:
    os.sync()  # What somebody else wrote before is not to be paid for here.
    with bench.server(data, threads=bench.charge_threads) as server:
        server.settle_down()
        return bench.load.charges(server, organizations=bench.organizations,
                                  connections=connections, warmup=bench.settings.warmup_s,
                                  seconds=seconds, **how)


def _farthing_from_empty(bench: Bench, seconds: float, **how) -> dict:
    with bench.copy_of(bench.seeded) as data:
        return _farthing(bench, data, seconds, **how)


def _postgres(bench: Bench, seconds: float, **how) -> float:
    os.sync()
    return bench.postgres.charges_per_second(bench.settings.warmup_s, seconds, **how)


def _postgres_from_empty(bench: Bench, seconds: float, **how) -> float:
    bench.postgres.make_empty()
    return _postgres(bench, seconds, **how)


def _rates(runs: list[dict], movements: float = 1) -> Series:
    """With so many movements in a request."""
    return Series([run["requests_per_second"] * movements for run in runs])


def _row(name: str, ours: list[dict], peer_name: str, peer: Series, movements: float = 1,
         what: str = "charge", **target) -> Row:
    latency = {quantile: median(run["latency_us"][quantile] for run in ours)
               for quantile in ("p50", "p99", "p99.9")}
    cpu_us = median(run["server_cpu_us_per_request"] for run in ours) / movements
    notes = client_notes(ours, "farthing")
    notes.append(f"latency p50 {latency['p50'] / 1000:.1f} ms, p99 {latency['p99'] / 1000:.1f} ms; "
                 f"CPU at the server {cpu_us:.1f} us a {what}")
    return Row(name, f"{what}s/s", _rates(ours, movements), peer_name, peer, notes=notes,
               details={"latency_us": latency, "server_cpu_us_per_movement": cpu_us}, **target)


def measure_burst(bench: Bench) -> list[Row]:
    settings = bench.settings
    rows = []
    for organizations, way in ((settings.users, Way.SOCKET), (settings.users, Way.TCP),
                               (settings.few_organizations, Way.SOCKET)):
        name = f"charges, {settings.charge_s:g} s, {organizations} organizations"
        if way is Way.TCP:
            name += ", over TCP"
        ours, peer = [], []
        for number in range(settings.charge_rounds):
            bench.say(f"{name}, round {number + 1} of {settings.charge_rounds}")
            ours.append(_farthing_from_empty(bench, settings.charge_s, way=way,
                                             rotate_organizations=organizations))
            peer.append(_postgres_from_empty(bench, settings.charge_s, way=way,
                                             organizations=organizations))
        rows.append(_row(name, ours, "pgbench", Series(peer), at_least=_AT_LEAST_BURST))
    return rows


def measure_sustained(bench: Bench) -> list[Row]:
    settings = bench.settings
    ours, peer = [], []
    for _ in range(settings.sustained_rounds):
        bench.say(f"charges for {settings.sustained_s:g} s")
        ours.append(_farthing_from_empty(bench, settings.sustained_s))
        peer.append(_postgres_from_empty(bench, settings.sustained_s))
    return [_row(f"charges, {settings.sustained_s:g} s sustained", ours, "pgbench", Series(peer),
                 at_least=_AT_LEAST_SUSTAINED)]


def measure_batches(bench: Bench) -> list[Row]:
    settings, batch = bench.settings, bench.settings.batch
    ours, peer = [], []
    for _ in range(settings.sustained_rounds):
        bench.say(f"charges in batches for {settings.sustained_s:g} s")
        ours.append(_farthing_from_empty(bench, settings.sustained_s,
                                         connections=_BATCH_CONNECTIONS, kind="batch", batch=batch))
        bench.postgres.make_empty()
        os.sync()
        peer.append(bench.postgres.batched_charges_per_second(settings.warmup_s,
                                                              settings.sustained_s, batch))
    return [_row(f"charges in batches of {batch}, {settings.sustained_s:g} s sustained", ours,
                 "pgbench", Series(peer), movements=batch, at_least=_AT_LEAST_BATCHES)]


def measure_holds(bench: Bench) -> list[Row]:
    settings = bench.settings
    pairs, charges = [], []
    for number in range(settings.charge_rounds):
        bench.say(f"holds and captures, round {number + 1} of {settings.charge_rounds}")
        pairs.append(_farthing_from_empty(bench, settings.charge_s, kind="hold"))
        charges.append(_farthing_from_empty(bench, settings.charge_s))
    return [_row("holds with their captures", pairs, "charges", _rates(charges), movements=0.5,
                 what="pair", at_least=_AT_LEAST_HOLDS)]


def measure_with_entries(bench: Bench) -> list[Row]:
    settings, data = bench.settings, bench.with_entries
    ours, empty, peer, random_keys = [], [], [], []
    bench.say(f"inserting {settings.entries} entries into PostgreSQL")
    bench.postgres.prefill(settings.entries)
    for number in range(settings.charge_rounds):
        bench.say(f"charges with {settings.entries} entries, "
                  f"round {number + 1} of {settings.charge_rounds}")
        ours.append(_farthing(bench, data, settings.charge_s))
        empty.append(_farthing_from_empty(bench, settings.charge_s))
        peer.append(_postgres(bench, settings.charge_s))
        random_keys.append(_farthing(bench, data, settings.charge_s, idempotency_keys="random"))
    name = f"charges, {settings.charge_s:g} s, {settings.entries} entries"
    return [_row(name, ours, "pgbench", Series(peer), at_least=_AT_LEAST_WITH_ENTRIES),
            _row(f"{name} against none", ours, "empty store", _rates(empty),
                 at_least=_AT_LEAST_OF_EMPTY),
            _row(f"{name}, random keys", random_keys, "keys in order of time", _rates(ours))]
