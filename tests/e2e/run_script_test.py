# SPDX-License-Identifier: Apache-2.0
"""`./run`: makes the demo once, shows it, serves, and tells the truth when it cannot."""

import os
import pathlib
import signal
import socket
import stat
import subprocess
import tempfile
import unittest

from tests.support import raw
from tests.support.api import Api
from tests.support.paths import ROOT
from tests.support.run_script import RunScript
from tests.support.server import Server


class Run(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-run-")
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data"

    def run_once(self, *options: str) -> RunScript:
        script = RunScript(self.data, "--once", *options)
        self.assertEqual(script.wait(), 0, script.errors)
        return script

    def key(self, name: str) -> str:
        file = self.data / f"{name}.key"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        return file.read_text(encoding="ascii").strip()

    def serve(self) -> Server:
        server = Server(self.data).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        return server

    def test_once_shows_the_demo_and_leaves_both_keys_for_a_later_server(self):
        script = self.run_once()
        self.assertIn("demo@example.com", script.output)
        self.assertIn("1000", script.output)
        with self.assertRaises(OSError):
            raw.Connection(script.port)
        server = self.serve()
        with Api(server.port, self.key("demo")) as api:
            self.assertEqual(api.get("/v1alpha/user/balance").json(), {"credits": 1000})
            self.assertEqual(api.get("/v1alpha/user/account").json()["email"], "demo@example.com")
        with Api(server.port, self.key("admin")) as api:
            self.assertEqual(api.get("/v1/users").status, 200)

    def test_on_postgres_it_does_the_same_and_ends_what_it_started(self):
        os.chmod(self.data.parent, 0o711)  # the user of PostgreSQL must get through
        for _ in range(2):
            script = self.run_once("--store", "postgres")
            self.assertIn("demo@example.com", script.output)
            self.assertIn("1000", script.output)
            self.assertFalse((self.data / "postgres" / "data" / "postmaster.pid").exists())
        self.assertTrue(self.key("admin").startswith("sk-"))
        self.assertTrue(self.key("demo").startswith("sk-"))

    def test_a_cluster_of_a_postgres_that_is_not_installed_is_told_and_left(self):
        cluster = self.data / "postgres" / "data"
        cluster.mkdir(parents=True)
        (cluster / "PG_VERSION").write_text("9\n", encoding="ascii")
        script = RunScript(self.data, "--once", "--store", "postgres")
        self.assertEqual(script.wait(), 1)
        self.assertIn("is one of PostgreSQL 9, which is not installed", script.errors)
        self.assertEqual([file.name for file in cluster.iterdir()], ["PG_VERSION"])

    def test_a_second_run_finds_everything_and_only_shows_it(self):
        first = self.run_once()
        keys = (self.key("admin"), self.key("demo"))
        second = self.run_once()
        self.assertEqual(second.output, first.output)
        self.assertEqual((self.key("admin"), self.key("demo")), keys)
        self.assertNotIn("making", second.errors)
        server = self.serve()
        with Api(server.port, keys[0]) as api:
            self.assertEqual(len(list(api.list_all("/v1/organizations", "organizations"))), 1)

    def test_a_demo_that_was_interrupted_is_finished(self):
        self.run_once()
        lost = self.key("demo")
        (self.data / "demo.key").unlink()
        (self.data / "demo.key.pending").touch()
        again = self.run_once()
        self.assertIn("1000", again.output)
        server = self.serve()
        with Api(server.port, lost) as api:
            self.assertEqual(api.get("/v1/user/account").status, 401)
        with Api(server.port, self.key("demo")) as api:
            self.assertEqual(api.get("/v1/user/balance").json(), {"credits": 1000})
        with Api(server.port, self.key("admin")) as api:
            self.assertEqual(len(api.get("/v1/users").json()["users"]), 2)
            keys = api.get("/v1/api-keys").json()["api_keys"]
            self.assertEqual(len([key for key in keys if "revoked_at" not in key]), 2)

    def test_a_store_of_somebody_elses_gets_no_demo(self):
        server = self.serve()
        with Api(server.port, server.admin_key) as api:
            api.expect(201, "POST", "/v1/users", {"email": "ada@example.com"})
        self.assertEqual(server.stop(), 0)
        script = self.run_once()
        self.assertIn("nothing to show", script.errors)
        self.assertFalse((self.data / "demo.key").exists())

    def test_keeps_serving_until_interrupted_and_then_ends_with_0(self):
        script = RunScript(self.data)
        script.wait_until_serving()
        with Api(script.port, self.key("demo")) as api:
            self.assertEqual(api.get("/v1/user/balance").json(), {"credits": 1000})
        script.interrupt()
        self.assertEqual(script.wait(), 0, script.errors)
        with self.assertRaises(OSError):
            raw.Connection(script.port)

    def test_a_server_that_dies_is_told(self):
        script = RunScript(self.data)
        script.wait_until_serving()
        os.kill(script.server_pid(), signal.SIGKILL)
        self.assertEqual(script.wait(), 128 + signal.SIGKILL)
        self.assertIn("the server ended", script.errors)

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            script = RunScript(self.data, "--once", port=taken.getsockname()[1])
            self.assertNotEqual(script.wait(), 0)
        self.assertIn("is in use", script.errors)
        self.assertFalse(self.data.exists())

    def test_a_directory_of_the_other_store_is_left_as_it_is(self):
        self.run_once()
        before = (self.data.stat().st_mode, sorted(self.data.iterdir()))
        script = RunScript(self.data, "--once", "--store", "postgres")
        self.assertEqual(script.wait(), 1)
        self.assertIn("holds the data of an embedded store; choose another directory", script.errors)
        self.assertEqual((self.data.stat().st_mode, sorted(self.data.iterdir())), before)
        other = self.data.parent / "other"
        (other / "postgres" / "data").mkdir(parents=True)
        script = RunScript(other, "--once")
        self.assertEqual(script.wait(), 1)
        self.assertIn("holds a PostgreSQL; start it with --store postgres", script.errors)
        self.assertEqual([file.name for file in other.iterdir()], ["postgres"])

    def test_a_data_directory_that_is_in_use(self):
        self.serve()
        script = RunScript(self.data, "--once")
        self.assertNotEqual(script.wait(), 0)
        self.assertIn("in use by another farthing server", script.errors)

    def test_wrong_options(self):
        for options in (["--port", "0"], ["--port", "65536"], ["--port", "x"], ["--port"], ["--data"],
                        ["--data", ""], ["--nonsense"], ["extra"]):
            with self.subTest(options=options):
                done = subprocess.run([ROOT / "run", *options], capture_output=True, text=True,
                                      check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn("usage: ./run", done.stderr)


if __name__ == "__main__":
    unittest.main()
