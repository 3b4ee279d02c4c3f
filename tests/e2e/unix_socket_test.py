# SPDX-License-Identifier: Apache-2.0
"""A server at a Unix socket, for clients of the same machine: curl, Python, the command line; what a killed
server leaves behind, and what is not taken from others."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import unittest

from tests.support.paths import PROGRAM
from tests.support.server import Server
from tests.support.world import World

TIMEOUT_S = 60
NETWORK = 3
REFUSED = 5


class SocketConnection(http.client.HTTPConnection):
    """To a Unix socket."""

    def __init__(self, path: pathlib.Path):
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)


class UnixSocket(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-socket-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.path = self.folder / "farthing.sock"

    def start(self, name: str = "data") -> Server:
        server = Server(self.folder / name, more=("--listen", f"unix:{self.path}")).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        return server

    def caller(self, server: Server):
        world = World(server.port, server.admin_key)
        self.addCleanup(world.close)
        return world.caller("12.5")

    def run_client(self, *arguments, code: int = 0, **environment: str) -> subprocess.CompletedProcess:
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=TIMEOUT_S,
                              stdin=subprocess.DEVNULL, env=kept | environment)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def balance(self, key: str) -> float:
        connection = SocketConnection(self.path)
        try:
            connection.request("GET", "/v1alpha/user/balance", headers={"Authorization": key})
            return json.loads(connection.getresponse().read())["credits"]
        finally:
            connection.close()

    def test_curl_gets_the_two_calls(self):
        caller = self.caller(self.start())
        header = self.folder / "header"
        for scheme in ("", "Bearer "):
            header.write_text(f"Authorization: {scheme}{caller.key}\n", encoding="ascii")
            for version in ("v1alpha", "v1beta", "v1"):
                for call, field in (("account", "email"), ("balance", "credits")):
                    done = self.run_client("curl", "-sS", "--fail", "--unix-socket", self.path, "-H", f"@{header}",
                                           f"http://localhost/{version}/user/{call}")
                    self.assertIn(field, json.loads(done.stdout))

    def test_the_command_line_finds_it_by_its_url(self):
        caller = self.caller(self.start())
        done = self.run_client(PROGRAM, "balance", "--json", FARTHING_URL=f"unix:{self.path}",
                               FARTHING_API_KEY=caller.key)
        self.assertEqual(json.loads(done.stdout)["credits"], 12.5)
        done = self.run_client(PROGRAM, "account", "--json", "--base-url", f"unix:{self.path}",
                               FARTHING_API_KEY=caller.key)
        self.assertIn("organizations", json.loads(done.stdout))

    def test_nobody_there_is_said_with_the_path(self):
        done = self.run_client(PROGRAM, "balance", "--retries", "0", code=NETWORK,
                               FARTHING_URL=f"unix:{self.path}", FARTHING_API_KEY="sk-x")
        self.assertIn(f"no answer from unix:{self.path}", done.stderr)

    def test_the_log_says_where_and_an_orderly_stop_leaves_no_file(self):
        server = self.start()
        self.assertRegex(server.log(), rf"listening on http://127\.0\.0\.1:\d+ and unix:{self.path}\b")
        self.assertTrue(self.path.is_socket())
        self.assertEqual(server.stop(), 0)
        self.assertFalse(self.path.exists())

    def test_after_a_kill_the_next_start_takes_it_over(self):
        server = self.start()
        caller = self.caller(server)
        server.kill()
        self.assertTrue(self.path.is_socket())
        server.start()
        self.assertEqual(self.balance(caller.key), 12.5)

    def test_two_servers_do_not_share_one(self):
        server = self.start()
        caller = self.caller(server)
        done = self.run_client(PROGRAM, "serve", "--data", self.folder / "other", "--listen", f"unix:{self.path}",
                               code=1)
        self.assertIn("somebody listens there already", done.stderr)
        self.assertEqual(self.balance(caller.key), 12.5)

    def test_a_file_that_is_no_socket_stays(self):
        self.path.write_text("precious", encoding="ascii")
        done = self.run_client(PROGRAM, "serve", "--data", self.folder / "data", "--listen", f"unix:{self.path}",
                               code=1)
        self.assertIn("there is a file of another kind", done.stderr)
        self.assertEqual(self.path.read_text(encoding="ascii"), "precious")

    def test_operators_may_have_one_of_their_own(self):
        admin = self.folder / "admin.sock"
        server = Server(self.folder / "data", more=("--admin-listen", f"unix:{admin}"))
        server.launch()
        self.addCleanup(lambda: server.is_running() and server.kill())
        deadline = time.monotonic() + TIMEOUT_S
        while "listening on" not in server.log():
            self.assertLess(time.monotonic(), deadline, server.log())
            time.sleep(0.01)
        port = re.search(r"listening on http://127\.0\.0\.1:(\d+)", server.log())[1]
        for url, code in ((f"unix:{admin}", 0), (f"http://127.0.0.1:{port}", REFUSED)):
            self.run_client(PROGRAM, "users", "list", "--base-url", url, code=code,
                            FARTHING_API_KEY=server.admin_key, NO_PROXY="127.0.0.1")

    def test_trusted_proxies_may_be_several(self):
        server = Server(self.folder / "data", more=("--listen", f"unix:{self.path}", "--trusted-proxy", "10.0.0.0/8",
                                                    "--trusted-proxy", "127.0.0.1")).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        world = World(server.port, server.admin_key)
        self.addCleanup(world.close)
        key = world.key(world.caller("1").user, scopes=["user"], allowed_networks=["192.0.2.0/24"])["secret"]
        for address, status in (("192.0.2.7, 10.1.2.3", 200), ("192.0.2.7, 198.51.100.1", 403)):
            connection = SocketConnection(self.path)
            connection.request("GET", "/v1/user/balance", headers={"Authorization": key, "X-Forwarded-For": address})
            self.assertEqual(connection.getresponse().status, status, address)
            connection.close()

    def test_its_clients_count_as_this_machine(self):
        server = self.start()
        world = World(server.port, server.admin_key)
        self.addCleanup(world.close)
        user = world.caller("1").user
        for networks, status in ((["127.0.0.0/8"], 200), (["192.0.2.0/24"], 403)):
            key = world.key(user, scopes=["user"], allowed_networks=networks)["secret"]
            connection = SocketConnection(self.path)
            connection.request("GET", "/v1/user/balance", headers={"Authorization": key})
            self.assertEqual(connection.getresponse().status, status, networks)
            connection.close()


if __name__ == "__main__":
    unittest.main()
