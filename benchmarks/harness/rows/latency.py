# SPDX-License-Identifier: Apache-2.0
"""How long one charge waits, against what the disk itself takes for one sync."""

from ..bench import Bench
from ..disk import fdatasync_us
from ..load import client_notes
from ..report import Row, Series

_CONNECTIONS = 64
_AT_MOST = 10


def measure(bench: Bench) -> list[Row]:
    settings = bench.settings
    runs, syncs = [], []
    with bench.copy_of(bench.seeded) as data, \
            bench.server(data, threads=bench.charge_threads) as server:
        for number in range(settings.latency_rounds):
            bench.say(f"charge latency, round {number + 1} of {settings.latency_rounds}")
            runs.append(bench.load.charges(server.port, admin_key_file=server.admin_key_file,
                                           organizations=bench.organizations,
                                           connections=_CONNECTIONS, warmup=settings.warmup_s,
                                           seconds=settings.latency_s))
            syncs.append(fdatasync_us(bench.private, settings.latency_s))
    notes = client_notes(runs, "farthing")
    rates = ", ".join(f"{run['requests_per_second'] / 1000:.1f} k" for run in runs)
    notes.append(f"at {rates} charges/s")
    return [Row(f"charge p99, {_CONNECTIONS} connections", "us",
                Series([run["latency_us"]["p99"] for run in runs]), "fdatasync of 4 KiB",
                Series(syncs), at_most=_AT_MOST, notes=notes)]
