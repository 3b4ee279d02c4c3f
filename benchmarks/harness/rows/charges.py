# SPDX-License-Identifier: Apache-2.0
"""Durable charges over HTTP against pgbench, nobody pinned: clients and servers share all cores."""

import os
from statistics import median

from ..bench import Bench
from ..load import client_notes
from ..report import Row, Series

_CONNECTIONS = 256
_AT_LEAST = 5


def _farthing(bench: Bench, data: str, seconds: float) -> dict:
    os.sync()  # What somebody else wrote before is not to be paid for here.
    with bench.server(data, threads=bench.charge_threads) as server:
        return bench.load.charges(server.port, admin_key_file=server.admin_key_file,
                                  organizations=bench.organizations, connections=_CONNECTIONS,
                                  warmup=bench.settings.warmup_s, seconds=seconds,
                                  server_pid=server.pid)


def _postgres(bench: Bench, seconds: float) -> float:
    os.sync()
    return bench.postgres.charges_per_second(bench.settings.warmup_s, seconds)


def _row(name: str, ours: list[dict], peer: list[float], **target) -> Row:
    latency = {quantile: median(run["latency_us"][quantile] for run in ours)
               for quantile in ("p50", "p99", "p99.9")}
    cpu_us = median(run["server_cpu_us_per_request"] for run in ours)
    notes = client_notes(ours, "farthing")
    notes.append(f"latency p50 {latency['p50'] / 1000:.1f} ms, p99 {latency['p99'] / 1000:.1f} ms; "
                 f"CPU at the server {cpu_us:.1f} us a charge")
    return Row(name, "charges/s", Series([run["requests_per_second"] for run in ours]), "pgbench",
               Series(peer), notes=notes,
               details={"latency_us": latency, "server_cpu_us_per_request": cpu_us}, **target)


def _from_empty(bench: Bench, rounds: int, seconds: float) -> tuple[list[dict], list[float]]:
    """Each round starts from a store without a charge in it."""
    ours, peer = [], []
    for number in range(rounds):
        bench.say(f"charges for {seconds:g} s from an empty store, round {number + 1} of {rounds}")
        with bench.copy_of(bench.seeded) as data:
            ours.append(_farthing(bench, data, seconds))
        bench.postgres.make_empty()
        peer.append(_postgres(bench, seconds))
    return ours, peer


def measure_burst(bench: Bench) -> list[Row]:
    settings = bench.settings
    ours, peer = _from_empty(bench, settings.charge_rounds, settings.charge_s)
    return [_row(f"charges, {settings.charge_s:g} s, empty store", ours, peer, at_least=_AT_LEAST)]


def measure_sustained(bench: Bench) -> list[Row]:
    settings = bench.settings
    ours, peer = _from_empty(bench, settings.sustained_rounds, settings.sustained_s)
    return [_row(f"charges, {settings.sustained_s:g} s sustained", ours, peer)]


def measure_with_entries(bench: Bench) -> list[Row]:
    settings = bench.settings
    ours, peer = [], []
    data = bench.with_entries
    bench.say(f"inserting {settings.entries} entries into PostgreSQL")
    bench.postgres.prefill(settings.entries)
    for number in range(settings.charge_rounds):
        bench.say(f"charges with {settings.entries} entries, "
                  f"round {number + 1} of {settings.charge_rounds}")
        ours.append(_farthing(bench, data, settings.charge_s))
        peer.append(_postgres(bench, settings.charge_s))
    return [_row(f"charges, {settings.charge_s:g} s, {settings.entries} entries", ours, peer,
                 at_least=_AT_LEAST)]
