# SPDX-License-Identifier: Apache-2.0
"""Movements leave the server's memory within what its settings say (docs/operating/configuration.md), however many they
are. `FARTHING_MEMORY_MOVEMENTS` drives more of them, by hand."""

import json
import os
import pathlib
import resource
import tempfile
import threading
import time
import unittest

from tests.support.api import fresh_key
from tests.support.server import Server
from tests.support.world import World

MOVEMENTS = int(os.environ.get("FARTHING_MEMORY_MOVEMENTS", "150000"))
BATCH = 250
THREADS = 2
CACHE_MIB, KEY_FILTER_MIB, RUN_MIB = 8, 4, 1
# That of the page, less what the program has before the first movement.
BOUND_MIB = CACHE_MIB + KEY_FILTER_MIB + 12 * RUN_MIB + 32
# AddressSanitizer has a shadow of all memory, and space between blocks.
SANITIZED_FACTOR = 4


def resident_mib(pid: int) -> int:
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() >> 20


def is_sanitized(pid: int) -> bool:
    return "libasan" in pathlib.Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")


class Memory(unittest.TestCase):

    def test_movements(self):
        options = os.environ.get("ASAN_OPTIONS", "")
        # Freed blocks would wait in a quarantine of 256 MiB.
        environment = {"ASAN_OPTIONS": f"{options}{':' if options else ''}quarantine_size_mb=1"}
        settings = ("[memory]", f"cache_mib = {CACHE_MIB}", f"key_filter_mib = {KEY_FILTER_MIB}", f"run_mib = {RUN_MIB}")
        with tempfile.TemporaryDirectory(prefix="farthing-memory-") as folder:
            server = Server(pathlib.Path(folder) / "data", settings=settings, environment=environment).start()
            self.addCleanup(lambda: server.is_running() and server.kill())
            world = World(server.port, server.admin_key)
            self.addCleanup(world.close)
            organizations = [world.organization()["id"] for _ in range(20)]
            for organization in organizations:
                world.grant(organization, "1000000")
            before = resident_mib(server.pid)
            most = [before]
            failures: list[str] = []

            def book(part: int):
                api = world.api(server.admin_key)
                for number in range(MOVEMENTS // BATCH // THREADS):
                    organization = organizations[(number * THREADS + part) % len(organizations)]
                    charges = [{"idempotency_key": fresh_key(), "organization": organization, "amount": "0.000001"}
                               for _ in range(BATCH)]
                    answer = api.request("POST", "/v1/charges/batch", json.dumps({"charges": charges}).encode())
                    if answer.status != 200:
                        failures.append(f"{answer.status} {answer.body[:200]!r}")
                        return
                    most[0] = max(most[0], resident_mib(server.pid))

            threads = [threading.Thread(target=book, args=(part,)) for part in range(THREADS)]
            began = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])
            factor = SANITIZED_FACTOR if is_sanitized(server.pid) else 1
            rate = MOVEMENTS / (time.monotonic() - began)
            self.assertLess(most[0] - before, BOUND_MIB * factor, f"from {before} MiB, {rate:.0f} movements a second")
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
