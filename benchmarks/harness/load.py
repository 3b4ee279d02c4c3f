# SPDX-License-Identifier: Apache-2.0
"""The client programs of the benchmark, started with files for everything that is secret."""

import json
import os
from dataclasses import dataclass

from .processes import Way, run
from .server import Server

CLIENT_CORE = 1


@dataclass
class Load:
    """Where the client programs are, and what a run of them says."""
    build: str

    def seed(self, port: int, *, users: int, admin_key_file: str, keys: str,
             organizations: str, **how) -> dict:
        return self._call("bench_seed", {"port": port, "users": users, "keys": keys,
                                         "admin-key-file": admin_key_file,
                                         "organizations": organizations, **_flags(how)})

    def balance(self, port: int, *, keys: str, rotate: int, order: str, pipeline: int,
                warmup_s: float, seconds: float, server_pid: int) -> dict:
        return self._call("http_load", {
            "port": port, "path": "/v1/user/balance", "connections": 64, "pipeline": pipeline,
            "keys": keys, "rotate": rotate, "order": order, "warmup": warmup_s, "seconds": seconds,
            "cpu": CLIENT_CORE, "server-pid": server_pid})

    def verify(self, port: int, *, admin_key_file: str, callers: str, rotate: int, warmup_s: float,
               seconds: float, server_pid: int) -> dict:
        return self._call("http_load", {
            "port": port, "kind": "verify", "connections": 64, "keys": admin_key_file,
            "callers": callers, "rotate-callers": rotate, "warmup": warmup_s, "seconds": seconds,
            "cpu": CLIENT_CORE, "server-pid": server_pid})

    def others(self, port: int, *, keys: str, source: str, expect: str, seconds: float) -> dict:
        """Balances that somebody else asks for at the same time, from an address of their own."""
        return self._call("http_load", {
            "port": port, "path": "/v1/user/balance", "connections": 64, "keys": keys,
            "source": source, "expect": expect, "seconds": seconds, "cpu": CLIENT_CORE})

    def balances_of_many(self, server: Server, *, keys: str, connections: int, warmup_s: float,
                         seconds: float) -> dict:
        """With nobody pinned, each request with any of the keys."""
        return self._call("http_load", {
            **server.place(Way.SOCKET), "path": "/v1/user/balance", "connections": connections, "keys": keys,
            "order": "random", "warmup": warmup_s, "seconds": seconds, "server-pid": server.pid})

    def charges(self, server: Server, *, organizations: str, connections: int, way: Way = Way.SOCKET,
                **how) -> dict:
        """Of the given `kind`: charges one by one, unless it says otherwise."""
        return self._call("http_load", {
            **server.place(way), "kind": "charge", "connections": connections,
            "keys": server.admin_key_file, "organizations": organizations, "order": "random",
            "server-pid": server.pid, **_flags(how)})

    def sdk_and_curl(self, port: int, *, key_file: str, warmup_s: float, seconds: float) -> dict:
        return self._call("sdk_loop", {"port": port, "key-file": key_file, "warmup": warmup_s,
                                       "seconds": seconds, "cpu": CLIENT_CORE})

    def _call(self, program: str, arguments: dict) -> dict:
        command = [os.path.join(self.build, "benchmarks", program)]
        for name, value in arguments.items():
            command += [f"--{name}", str(value)]
        return json.loads(run(command))  # They end with 1 on an unexpected answer.


def _flags(named: dict) -> dict:
    return {name.replace("_", "-"): value for name, value in named.items()}


def client_notes(runs: list[dict], who: str) -> list[str]:
    """What a reader must know about the client's own share of the runs."""
    bound = sum(1 for answer in runs if answer["client_bound"])
    if not bound:
        return []
    return [f"the client was the bottleneck in {bound} of {len(runs)} runs against {who}: "
            "the figure is a lower bound"]
