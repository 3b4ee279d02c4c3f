# SPDX-License-Identifier: Apache-2.0
"""SIGTERM and SIGINT: what is in flight is answered, what is idle is closed, and the exit code is 0."""

import json
import os
import pathlib
import signal
import tempfile
import time
import unittest

from tests.support import raw
from tests.support.server import Server
from tests.support.world import World


class Stopping(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-stop-")
        self.addCleanup(folder.cleanup)
        self.server = Server(pathlib.Path(folder.name) / "data").start()
        self.addCleanup(lambda: self.server.is_running() and self.server.kill())

    def test_either_signal_ends_an_idle_server_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                os.kill(self.server.pid, number)
                self.assertEqual(self.server.wait(), 0)
                self.server.start()

    def test_idle_connections_are_closed(self):
        with raw.Connection(self.server.port) as fresh, raw.Connection(self.server.port) as used:
            used.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(used.read_answer().status, 200)
            self.server.terminate()
            self.assertTrue(used.is_at_end())
            self.assertTrue(fresh.is_at_end())
            self.assertEqual(self.server.wait(), 0)

    def test_a_request_that_has_begun_is_finished_and_kept(self):
        world = World(self.server.port, self.server.admin_key)
        caller = world.caller("10")
        body = json.dumps({"organization": caller.organization, "amount": "4"}).encode()
        with raw.Connection(self.server.port) as connection:
            connection.send((
                f"POST /v1/charges HTTP/1.1\r\nHost: a\r\nAuthorization: {self.server.admin_key}\r\n"
                f"Content-Type: application/json\r\nIdempotency-Key: in-flight\r\n"
                f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n").encode())
            # From here on the server is known to have the request's head.
            self.assertEqual(connection.read_answer().status, 100)
            with raw.Connection(self.server.port) as idle:
                self.server.terminate()
                # When idle connections are closed, it has begun to stop.
                self.assertTrue(idle.is_at_end())
            self.assert_soon_refused()
            connection.send(body)
            answer = connection.read_answer()
            self.assertEqual(answer.status, 201, answer)
            self.assertEqual(answer.headers["connection"], "close")
            self.assertTrue(connection.is_at_end())
        self.assertEqual(self.server.wait(), 0)
        world.close()
        self.server.start()
        with World(self.server.port, self.server.admin_key).api(caller.key) as api:
            self.assertEqual(api.get("/v1/user/balance").json(), {"credits": 6})

    def assert_soon_refused(self):
        """Each thread of the server closes its own listening socket, so one may still take a connection
        after another has closed its own."""
        deadline = time.monotonic() + raw.TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                raw.Connection(self.server.port).socket.close()
            except OSError:
                return
        self.fail("the server still takes connections")

    def test_a_client_that_never_finishes_does_not_hold_it_up(self):
        self.server.stop()
        patient = Server(self.server.data, settings=("[limits]", "shutdown_timeout_ms = 300"))
        patient.start()
        self.addCleanup(lambda: patient.is_running() and patient.kill())
        with raw.Connection(patient.port) as connection:
            connection.send((f"POST /v1/charges HTTP/1.1\r\nHost: a\r\nAuthorization: {patient.admin_key}\r\n"
                             "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n").encode())
            self.assertEqual(connection.read_answer().status, 100)
            patient.terminate()
            self.assertEqual(patient.wait(), 0)


if __name__ == "__main__":
    unittest.main()
