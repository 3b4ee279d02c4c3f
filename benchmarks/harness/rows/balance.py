# SPDX-License-Identifier: Apache-2.0
"""The balance call against nginx: one server thread on one core, the client on another, plain
keep-alive and 16 requests deep."""

import os
from statistics import median

from ..bench import SERVER_CORE, Bench
from ..load import client_notes
from ..nginx import Nginx
from ..report import Row, Series

_PIPELINE = 16
_AT_LEAST = 0.95
_AT_LEAST_PIPELINED = 3


def _one_key(path: str) -> str:
    with open(path, encoding="utf-8") as keys:
        return keys.readline().strip()


def _series(runs: list[dict]) -> Series:
    return Series([run["requests_per_second"] for run in runs])


def _details(runs: list[dict]) -> dict:
    return {name: median(run[name] for run in runs)
            for name in ("server_cpu_us_per_request", "server_cpu_share", "client_cpu_share")} | {
                "latency_us": {name: median(run["latency_us"][name] for run in runs)
                               for name in ("p50", "p99", "p99.9")}}


def _row(name: str, ours: list[dict], peer: list[dict], **target) -> Row:
    notes = client_notes(ours, "farthing") + client_notes(peer, "nginx")
    us = "server_cpu_us_per_request"
    notes.append(f"CPU at the server {_details(ours)[us]:.1f} us a request, "
                 f"at nginx {_details(peer)[us]:.1f} us")
    return Row(name, "requests/s", _series(ours), "nginx", _series(peer), notes=notes,
               details={"farthing": _details(ours), "nginx": _details(peer)}, **target)


def measure(bench: Bench) -> list[Row]:
    settings = bench.settings
    few, all_keys, peer, deep, deep_peer = [], [], [], [], []
    with bench.server(bench.seeded, threads=1, core=SERVER_CORE) as server:
        nginx = Nginx(os.path.join(bench.folder, "nginx"),
                      server.balance_body(_one_key(bench.keys)), SERVER_CORE)
        try:
            def run(target, worker: int, rotate: int, order: str, pipeline: int) -> dict:
                return bench.load.balance(target.port, keys=bench.keys, rotate=rotate, order=order,
                                          pipeline=pipeline, warmup_s=settings.warmup_s,
                                          seconds=settings.read_s, server_pid=worker)

            some = settings.keys_in_rotation
            for number in range(settings.read_rounds):
                bench.say(f"balance, round {number + 1} of {settings.read_rounds}")
                few.append(run(server, server.pid, some, "sequential", 1))
                peer.append(run(nginx, nginx.worker_pid, some, "sequential", 1))
                all_keys.append(run(server, server.pid, settings.users, "random", 1))
                deep.append(run(server, server.pid, some, "sequential", _PIPELINE))
                deep_peer.append(run(nginx, nginx.worker_pid, some, "sequential", _PIPELINE))
        finally:
            nginx.stop()
    return [_row(f"balance, {some} keys", few, peer, at_least=_AT_LEAST),
            _row(f"balance, {settings.users} keys", all_keys, peer),
            _row(f"balance, {_PIPELINE} deep", deep, deep_peer, at_least=_AT_LEAST_PIPELINED)]
