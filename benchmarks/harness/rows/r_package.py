# SPDX-License-Identifier: Apache-2.0
"""What the R package is worth to who has called by httr and jsonlite, as the generated client does."""

import glob
import json
import os

from ..bench import SERVER_CORE, Bench
from ..load import CLIENT_CORE
from ..processes import BenchError, run
from ..report import Row, Series

_AT_LEAST = 3
_LOADED_WITHIN_S = 0.2
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def _install(bench: Bench) -> str:
    """A library with the package of this project in it."""
    folder = bench.path("r")
    library = os.path.join(folder, "library")
    os.makedirs(library)
    bench.say("building the R package")
    run(["R", "CMD", "build", "--no-build-vignettes", os.path.join(_ROOT, "sdk", "r")], cwd=folder)
    tarballs = glob.glob(os.path.join(folder, "openapi_*.tar.gz"))
    if len(tarballs) != 1:
        raise BenchError(f"R CMD build made {len(tarballs)} tarballs")
    environment = os.environ | {"MAKEFLAGS": f"-j{os.cpu_count()}"}
    run(["R", "CMD", "INSTALL", f"--library={library}", tarballs[0]], env=environment)
    return library


def measure(bench: Bench) -> list[Row]:
    settings = bench.settings
    environment = os.environ | {"R_LIBS": _install(bench), "NO_PROXY": "127.0.0.1"}
    script = os.path.join(_ROOT, "benchmarks", "r_balance_call.R")
    runs = []
    with bench.server(bench.seeded, threads=1, core=SERVER_CORE) as server:
        for number in range(settings.sdk_rounds):
            bench.say(f"R package, round {number + 1} of {settings.sdk_rounds}")
            runs.append(json.loads(run(
                ["taskset", "-c", str(CLIENT_CORE), "Rscript", script,
                 f"http://127.0.0.1:{server.port}", bench.keys, str(settings.warmup_s),
                 str(settings.sdk_s)], env=environment)))
    rates = {side: Series([run[side] for run in runs]) for side in ("openapi", "httr")}
    return [Row("balance from R", "calls/s", rates["openapi"], "httr + jsonlite", rates["httr"],
                at_least=_AT_LEAST),
            Row("load of the R package", "s", Series([run["load_s"] for run in runs]),
                at_most=_LOADED_WITHIN_S)]
