# SPDX-License-Identifier: Apache-2.0
"""What the C++ SDK adds to libcurl: one thread that asks for the balance over and over."""

from statistics import median

from ..bench import SERVER_CORE, Bench
from ..report import Row, Series

_AT_LEAST = 0.95


def measure(bench: Bench) -> list[Row]:
    settings = bench.settings
    runs = []
    with bench.server(bench.seeded, threads=1, core=SERVER_CORE) as server:
        for number in range(settings.sdk_rounds):
            bench.say(f"SDK, round {number + 1} of {settings.sdk_rounds}")
            runs.append(bench.load.sdk_and_curl(server.port, key_file=bench.keys,
                                                warmup_s=settings.warmup_s,
                                                seconds=settings.sdk_s))
    rates = {side: Series([run[side]["requests_per_second"] for run in runs])
             for side in ("sdk", "curl")}
    cpu_us = {side: median(run[side]["client_cpu_us_per_request"] for run in runs)
              for side in ("sdk", "curl")}
    return [Row("balance by the SDK", "calls/s", rates["sdk"], "bare libcurl", rates["curl"],
                at_least=_AT_LEAST, details={"client_cpu_us_per_request": cpu_us},
                notes=[f"CPU at the client {cpu_us['sdk']:.1f} us a call, "
                       f"with bare libcurl {cpu_us['curl']:.1f} us"])]
