# SPDX-License-Identifier: Apache-2.0
"""What `serve` does with its data directory, and what it refuses: each with a sentence for the operator and an
exit code that is not 0."""

import os
import pathlib
import socket
import stat
import subprocess
import tempfile
import unittest

from tests.support.api import Api
from tests.support.paths import PROGRAM
from tests.support.server import Server

TIMEOUT_S = 60


class DataDirectory(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-data-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def serving(self, data: pathlib.Path | None = None) -> Server:
        server = Server(data or self.data, scratch=self.folder).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        return server

    def run_program(self, *arguments) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)

    def refused(self, words: str, *options: str, data: pathlib.Path | None = None) -> int:
        """Runs a server that must refuse to, saying `words`; returns its exit code."""
        listen = () if "--listen" in options else ("--listen", "127.0.0.1:0")
        done = self.run_program("serve", "--data", data or self.data, *listen, *options)
        self.assertNotEqual(done.returncode, 0)
        self.assertGreater(done.returncode, 0, "ended by a signal")
        self.assertIn(words, done.stderr)
        return done.returncode

    def is_admin_key(self, server: Server, key: str) -> bool:
        with Api(server.port, key) as api:
            return api.get("/v1/users").status == 200

    def test_the_first_start_makes_an_admin_key_that_only_its_owner_can_read(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        server = self.serving(self.folder / "not" / "there" / "yet")
        file = server.data / "admin.key"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertTrue(self.is_admin_key(server, server.admin_key))
        self.assertIn(str(file), server.log())
        self.assertNotIn(server.admin_key, server.log())

    def test_later_starts_keep_the_admin_key(self):
        server = self.serving()
        first = server.admin_key
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(server.admin_key, first)
        (self.data / "admin.key").unlink()
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertFalse((self.data / "admin.key").exists(), "a key was made without being asked for")
        self.assertTrue(self.is_admin_key(server, first))

    def test_admin_key_makes_another_one_while_the_server_is_stopped(self):
        server = self.serving()
        while_running = self.run_program("admin-key", "--data", self.data)
        self.assertNotEqual(while_running.returncode, 0)
        self.assertIn("in use", while_running.stderr)
        self.assertEqual(while_running.stdout, "")
        self.assertEqual(server.stop(), 0)
        made = self.run_program("admin-key", "--data", self.data)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertRegex(made.stdout, r"\Ask-[0-9A-Za-z]{48}\n\Z")
        server.start()
        self.assertTrue(self.is_admin_key(server, made.stdout.strip()))
        self.assertTrue(self.is_admin_key(server, server.admin_key))

    def test_admin_key_does_not_make_a_store(self):
        done = self.run_program("admin-key", "--data", self.data)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(str(self.data), done.stderr)
        self.assertFalse(self.data.exists())

    def test_a_second_server_on_the_same_directory_is_refused(self):
        server = self.serving()
        self.refused("is in use by another farthing server")
        self.assertTrue(self.is_admin_key(server, server.admin_key))
        self.assertEqual(server.stop(), 0)
        self.serving()

    def test_a_store_of_a_newer_format_is_refused_and_left_as_it_is(self):
        self.assertEqual(self.serving().stop(), 0)
        file = self.data / "format"
        known = file.read_bytes()
        for other in (known.replace(b"2", b"3"), known.replace(b"2", b"20"), b"", known * 2):
            with self.subTest(format=other):
                file.write_bytes(other)
                before = self.contents()
                self.refused("format")
                self.assertEqual(self.contents(), before)
        file.write_bytes(known)
        self.serving()

    def contents(self) -> dict[str, bytes]:
        return {str(file): file.read_bytes() for file in self.data.rglob("*") if file.is_file()}

    def test_a_store_without_its_format_is_refused(self):
        self.assertEqual(self.serving().stop(), 0)
        (self.data / "format").unlink()
        self.refused("format")

    def test_a_file_in_place_of_the_directory_is_refused(self):
        self.data.write_text("something of mine", encoding="utf-8")
        self.refused(str(self.data))
        self.assertEqual(self.data.read_text(encoding="utf-8"), "something of mine")

    def test_a_port_that_is_taken_is_refused(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.refused(str(taken.getsockname()[1]), "--listen", address)

    def test_wrong_options_are_usage_errors(self):
        for options in (("--listen", "nowhere"), ("--listen", "127.0.0.1:99999"), ("--threads", "0"),
                        ("--threads", "x"), ("--config", "/nonexistent"), ("--nonsense",)):
            with self.subTest(options=options):
                self.assertEqual(self.refused("", *options), 2)
                self.assertFalse(self.data.exists())

    def test_a_wrong_configuration_is_a_usage_error_that_names_the_setting(self):
        config = self.folder / "farthing.toml"
        for text, words in (("threads = 0", "threads"), ("thread = 1", "thread"), ("= 1", "line 1"),
                            ("[limits]\nbody_bytes = -1", "limits.body_bytes"),
                            ('log_level = "loud"', "log_level")):
            with self.subTest(text=text):
                config.write_text(text, encoding="utf-8")
                self.assertEqual(self.refused(words, "--config", str(config)), 2)


if __name__ == "__main__":
    unittest.main()
