# SPDX-License-Identifier: Apache-2.0
"""How small an idle server is, how fast it starts, and how fast it is back with millions of entries."""

import shutil
import time

from ..bench import Bench
from ..report import Row, Series

_IDLE_MIB = 30
_START_MS = 100
_RESTART_MS = 1000
_IDLE_PAUSE_S = 1


def measure_empty(bench: Bench) -> list[Row]:
    starts_ms, sizes_mib = [], []
    bench.say("starting on an empty store")
    for _ in range(bench.settings.starts):
        data = bench.path("empty")
        with bench.server(data, threads=1) as server:
            starts_ms.append(server.start_s * 1000)
            time.sleep(_IDLE_PAUSE_S)
            sizes_mib.append(server.resident_mib())
        shutil.rmtree(data)
    return [Row("idle, empty store", "MiB resident", Series(sizes_mib), at_most=_IDLE_MIB),
            Row("start on an empty store", "ms", Series(starts_ms), at_most=_START_MS)]


def _restart(bench: Bench, data: str) -> tuple[float, float]:
    """How many milliseconds it took, and how many MiB are resident a second later."""
    with bench.server(data, threads=bench.charge_threads) as server:
        time.sleep(_IDLE_PAUSE_S)
        return server.start_s * 1000, server.resident_mib()


def _crash_after_load(bench: Bench, data: str) -> None:
    with bench.server(data, threads=bench.charge_threads) as server:
        bench.load.charges(server, organizations=bench.organizations, connections=256,
                           seconds=bench.settings.charge_s)
        server.kill()  # While the background still writes what the load left behind.


def measure_restart(bench: Bench) -> list[Row]:
    data, settings = bench.with_entries, bench.settings
    bench.say(f"restarting with {settings.entries} entries")
    clean_ms, resident_mib = zip(*(_restart(bench, data) for _ in range(settings.restarts)))
    _, seeded_mib = zip(*(_restart(bench, bench.seeded) for _ in range(settings.restarts)))
    crashed_ms = []
    for _ in range(settings.crashes):
        _crash_after_load(bench, data)
        crashed_ms.append(_restart(bench, data)[0])
    name = f"with {settings.entries} entries"
    organizations = f"{settings.users} users, organizations and keys"
    return [Row(f"resident, {organizations}, no entries", "MiB", Series(list(seeded_mib))),
            Row(f"resident, {organizations}, {settings.entries} entries", "MiB",
                Series(list(resident_mib))),
            Row(f"restart {name}", "ms", Series(list(clean_ms)), at_most=_RESTART_MS),
            Row(f"restart after kill -9 {name}", "ms", Series(crashed_ms), at_most=_RESTART_MS)]
