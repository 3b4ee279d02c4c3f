# SPDX-License-Identifier: Apache-2.0
"""How long one charge waits, against what the disk itself takes for one sync."""

from ..bench import Bench
from ..disk import fdatasync_us
from ..load import client_notes
from ..report import Row, Series

_CONNECTIONS = 64
_AT_MOST = 10


def measure(bench: Bench) -> list[Row]:
    with bench.copy_of(bench.seeded) as data:
        return [_row(bench, data, f"charge p99, {_CONNECTIONS} connections")]


def measure_with_entries(bench: Bench) -> list[Row]:
    return [_row(bench, bench.with_entries,
                 f"charge p99, {_CONNECTIONS} connections, {bench.settings.entries} entries")]


def _row(bench: Bench, data: str, name: str) -> Row:
    settings = bench.settings
    runs, syncs = [], []
    with bench.server(data, threads=bench.charge_threads) as server:
        server.settle_down()
        for number in range(settings.latency_rounds):
            bench.say(f"{name}, round {number + 1} of {settings.latency_rounds}")
            runs.append(bench.load.charges(server, organizations=bench.organizations,
                                           connections=_CONNECTIONS, warmup=settings.warmup_s,
                                           seconds=settings.latency_s))
            syncs.append(fdatasync_us(bench.private, settings.latency_s))
    notes = client_notes(runs, "farthing")
    rates = ", ".join(f"{run['requests_per_second'] / 1000:.1f} k" for run in runs)
    notes.append(f"at {rates} charges/s")
    return Row(name, "us", Series([run["latency_us"]["p99"] for run in runs]),
               "fdatasync of 4 KiB", Series(syncs), at_most=_AT_MOST, notes=notes)
