# SPDX-License-Identifier: Apache-2.0
"""The measured server: `farthing serve` on a data directory, or on a database."""

import http.client
import os
import socket
import time

from .processes import BenchError, Service, Way, free_port, wait_until

_PATIENCE_S = 180
_IDLE_CPU_S = 0.05  # in one second


class Server:
    """Ready when constructed. On the database at `store`, `data` names the log and the folder of the admin
    key, and `node` says which of several nodes it is. `start_s` says how long that took from exec to the first 200 of
    /readyz. Pinned to one core when `core` is given. Keys
    have a rate limit that no load here reaches: it is counted and never refuses."""

    def __init__(self, program: str, data: str, *, threads: int, core: int | None = None,
                 store: str | None = None, node: int = 0):
        self.port = free_port()
        self._socket = f"{data}.{node}.sock"
        self.admin_key_file = os.path.join(data, "admin.key")
        pin = [] if core is None else ["taskset", "-c", str(core)]
        place = ["--data", data] if store is None else ["--store", store]
        start = time.perf_counter()
        self._service = Service([*pin, program, "serve", *place, "--threads", str(threads),
                                 "--listen", f"127.0.0.1:{self.port}", "--listen", f"unix:{self._socket}",
                                 "--user-key-rate", "1000000/1s"], data + ".log")
        try:
            wait_until(self._is_ready, self._service, pause_s=0.0005)
        except BaseException:
            self.stop()
            raise
        self.start_s = time.perf_counter() - start
        self.pid = self._service.pid

    def place(self, way: Way) -> dict:
        """Where the client programs find it, as their arguments say it."""
        return {"port": self.port} if way is Way.TCP else {"socket": self._socket}

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n")
                return connection.recv(64).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def resident_mib(self) -> float:
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        raise BenchError("the kernel does not tell the server's resident size")

    def settle_down(self) -> None:
        """Waits until its background has nothing to do: merging what was booked before, reading the
        idempotency keys of a large store."""
        until = time.monotonic() + _PATIENCE_S
        before = self._cpu_s()
        while time.monotonic() < until:
            time.sleep(1)
            now = self._cpu_s()
            if now - before < _IDLE_CPU_S:
                return
            before = now
        raise BenchError("the server's background has not come to rest")

    def _cpu_s(self) -> float:
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as stat:
            user, system = stat.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def balance_body(self, key: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/v1/user/balance", headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200 or '"credits"' not in body:
            raise BenchError(f"the balance call was answered with {answer.status} {body}")
        return body

    def stop(self) -> None:
        self._service.stop()

    def kill(self) -> None:
        self._service.kill()
