# SPDX-License-Identifier: Apache-2.0
"""Ten thousand connections that do nothing: they cost little, and others are served meanwhile."""

import contextlib
import pathlib
import resource
import socket
import tempfile
import time
import unittest

from tests.support import raw
from tests.support.server import Server

IDLE = 10_000
# What one may take of the server's memory; the buffers of the kernel come on top.
MEMORY_PER_CONNECTION = 16 * 1024
TIMEOUT_S = 60
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


def resident_bytes(pid: int) -> int:
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class IdleConnections(unittest.TestCase):

    def test_ten_thousand(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < IDLE + 200:
            self.skipTest(f"a process may have {hard} open files here, and this needs {IDLE + 200}")
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        # What most systems start a process with; the server is to raise it by itself.
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        with tempfile.TemporaryDirectory(prefix="farthing-idle-") as folder, contextlib.ExitStack() as stack:
            server = Server(pathlib.Path(folder) / "data").start()
            stack.callback(lambda: server.is_running() and server.kill())
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, IDLE + 200), hard))
            bystander = stack.enter_context(raw.Connection(server.port))
            before = resident_bytes(server.pid)
            for number in range(IDLE):
                idle = socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT_S)
                stack.callback(idle.close)
                if number % 2 == 0:
                    # Half of them have asked something before.
                    idle.sendall(HEALTH)
                if number % 100 == 0:
                    bystander.send(HEALTH)
                    self.assertEqual(bystander.read_answer().status, 200)
            began = time.monotonic()
            for _ in range(100):
                self.assertEqual(raw.exchange(server.port, HEALTH)[0].status, 200)
            self.assertLess(time.monotonic() - began, TIMEOUT_S)
            self.assertLess(resident_bytes(server.pid) - before, IDLE * MEMORY_PER_CONNECTION)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
