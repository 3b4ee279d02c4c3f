# SPDX-License-Identifier: Apache-2.0
"""What it costs to check everything about a caller's key, and what a flood of bad keys does."""

import concurrent.futures
import json
import os

from ..bad_keys import write_bad_keys
from ..bench import SERVER_CORE, Bench
from ..load import client_notes
from ..nginx import Nginx
from ..report import Row, Series

_AT_LEAST = 0.9
_AT_LEAST_IN_A_FLOOD = 0.8
_OTHERS_AT = "127.0.0.2"
# For the user API alone, from two networks; the server's rate for such keys is counted (server.py).
_CHECKED = {"scopes": ["user"], "allowed_networks": ["10.0.0.0/8", "127.0.0.0/8"]}


def _first_line(path: str) -> str:
    with open(path, encoding="utf-8") as lines:
        return lines.readline().strip()


def _rates(runs: list[dict]) -> Series:
    return Series([run["requests_per_second"] for run in runs])


class _Protected:
    """A server with some keys that have everything that can be checked."""

    def __init__(self, bench: Bench, server):
        self._bench = bench
        self._server = server
        self.checked_keys = bench.path("checked_keys")
        self._bad_keys = bench.path("bad_keys")
        write_bad_keys(self._bad_keys, bench.settings.bad_keys)
        bench.load.seed(server.port, users=bench.settings.checked_keys, keys=self.checked_keys,
                        admin_key_file=server.admin_key_file,
                        organizations=bench.path("checked_organizations"), name="checked",
                        key_fields=json.dumps(_CHECKED)[1:-1])
        self._how_long = {"warmup_s": bench.settings.warmup_s, "seconds": bench.settings.read_s}

    def balances(self, port: int, pid: int) -> dict:
        return self._bench.load.balance(
            port, keys=self.checked_keys, rotate=self._bench.settings.checked_keys,
            order="sequential", pipeline=1, server_pid=pid, **self._how_long)

    def verify(self) -> dict:
        return self._bench.load.verify(
            self._server.port, admin_key_file=self._server.admin_key_file,
            callers=self.checked_keys, rotate=self._bench.settings.checked_keys,
            server_pid=self._server.pid, **self._how_long)

    def balances_beside(self, keys: str, expect: str) -> dict:
        """While as many connections ask with these keys."""
        seconds = sum(self._how_long.values()) + 1
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            others = threads.submit(self._bench.load.others, self._server.port, keys=keys,
                                    source=_OTHERS_AT, expect=expect, seconds=seconds)
            own = self.balances(self._server.port, self._server.pid)
            others.result()
        return own

    def balances_beside_good(self) -> dict:
        return self.balances_beside(self._bench.keys, "200")

    def balances_in_a_flood(self) -> dict:
        return self.balances_beside(self._bad_keys, "401,429")


def measure(bench: Bench) -> list[Row]:
    settings = bench.settings
    checked, verified, peer, beside_good, in_a_flood = [], [], [], [], []
    with bench.copy_of(bench.seeded) as data, \
            bench.server(data, threads=1, core=SERVER_CORE) as server:
        protected = _Protected(bench, server)
        body = server.balance_body(_first_line(protected.checked_keys))
        nginx = Nginx(os.path.join(bench.folder, "nginx_of_protection"), body, SERVER_CORE)
        try:
            for number in range(settings.read_rounds):
                bench.say(f"checked keys, round {number + 1} of {settings.read_rounds}")
                checked.append(protected.balances(server.port, server.pid))
                peer.append(protected.balances(nginx.port, nginx.worker_pid))
                verified.append(protected.verify())
                beside_good.append(protected.balances_beside_good())
                in_a_flood.append(protected.balances_in_a_flood())
        finally:
            nginx.stop()
    return [
        Row("balance, keys with networks and a rate limit", "requests/s", _rates(checked), "nginx",
            _rates(peer), at_least=_AT_LEAST, notes=client_notes(checked, "farthing")),
        Row("verify of a caller's key", "requests/s", _rates(verified), "nginx", _rates(peer),
            at_least=_AT_LEAST, notes=client_notes(verified, "farthing")),
        Row("balance in a flood of bad keys", "requests/s", _rates(in_a_flood),
            "beside as many good ones", _rates(beside_good), at_least=_AT_LEAST_IN_A_FLOOD),
    ]
