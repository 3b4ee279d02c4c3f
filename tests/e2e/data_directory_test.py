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
from tests.support.certificates import Certificates
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
        while_running = self.run_program("store", "admin-key", "--data", self.data)
        self.assertNotEqual(while_running.returncode, 0)
        self.assertIn("in use", while_running.stderr)
        self.assertEqual(while_running.stdout, "")
        self.assertEqual(server.stop(), 0)
        made = self.run_program("store", "admin-key", "--data", self.data)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertRegex(made.stdout, r"\Ask-[0-9A-Za-z]{48}\n\Z")
        server.start()
        self.assertTrue(self.is_admin_key(server, made.stdout.strip()))
        self.assertTrue(self.is_admin_key(server, server.admin_key))

    def test_admin_key_does_not_make_a_store(self):
        done = self.run_program("store", "admin-key", "--data", self.data)
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
        self.assertEqual(known, b"farthing store format 3\nneeds >= 0.1\n")
        for other in (known.replace(b"3", b"4"), known.replace(b"3", b"30"), known.replace(b"0.1", b"0.1.1"),
                      known.replace(b"0.1", b"17.0"), known.replace(b"0.1", b"a"), b"", known * 2):
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

    def test_what_the_server_makes_is_for_its_owner_alone(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        server = self.serving()
        self.assert_private()
        self.assertEqual(server.stop(), 0)
        self.assert_private()

    def assert_private(self, data: pathlib.Path | None = None) -> None:
        data = data or self.data
        found = [data, *data.rglob("*")]
        self.assertGreater(len(found), 5)
        for path in found:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)

    def test_copy_and_selftest_make_private_files_too(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        self.assertEqual(self.serving().stop(), 0)
        copied = self.run_program("store", "copy", "--from", self.data, "--to", self.folder / "copy")
        self.assertEqual(copied.returncode, 0, copied.stderr)
        self.assert_private(self.folder / "copy")
        tried = self.run_program("selftest", "--seed", "1", "--minutes", "0.001", "--data",
                                 self.folder / "selftest")
        self.assertEqual(tried.returncode, 0, tried.stderr)
        self.assert_private(self.folder / "selftest")

    def test_a_store_that_is_open_to_others_is_narrowed(self):
        self.assertEqual(self.serving().stop(), 0)
        for path in (self.data, *self.data.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        note = self.data / "note-of-the-operator.txt"
        note.write_text("not the store's", encoding="utf-8")
        note.chmod(0o644)
        server = self.serving()
        self.assertEqual(stat.S_IMODE(note.stat().st_mode), 0o644)
        note.unlink()
        self.assert_private()
        self.assertTrue(self.is_admin_key(server, server.admin_key))

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a directory away")
    def test_a_directory_of_somebody_else_is_a_warning(self):
        self.assertEqual(self.serving().stop(), 0)
        os.chown(self.data, 65534, -1)
        self.data.chmod(0o755)
        server = self.serving()
        self.assertIn("belongs to another user (uid 65534)", server.log())
        self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), 0o755)
        self.assertEqual(stat.S_IMODE((self.data / "admin.key").stat().st_mode), 0o600)

    def test_a_directory_that_holds_something_else_is_refused_and_left_as_it_is(self):
        for name in ("notes.txt", ".profile", "admin.key"):
            with self.subTest(name=name), tempfile.TemporaryDirectory() as folder:
                data = pathlib.Path(folder)
                (data / name).write_text("mine", encoding="utf-8")
                (data / name).chmod(0o644)
                data.chmod(0o755)
                self.refused(f"is not empty: there is {name}", data=data)
                self.assertEqual([path.name for path in data.iterdir()], [name])
                self.assertEqual(stat.S_IMODE((data / name).stat().st_mode), 0o644)
                self.assertEqual(stat.S_IMODE(data.stat().st_mode), 0o755)

    def test_a_new_disk_is_an_empty_directory(self):
        (self.data / "lost+found").mkdir(parents=True)
        server = self.serving()
        self.assertTrue(self.is_admin_key(server, server.admin_key))

    def failing_starts(self) -> dict[str, tuple[str, ...]]:
        """Options with which no server starts, by what is wrong."""
        blocker = socket.socket()
        self.addCleanup(blocker.close)
        blocker.bind(("127.0.0.1", 0))
        blocker.listen()
        occupied = self.folder / "occupied"
        occupied.touch()
        no_key = self.folder / "no.key"
        no_key.write_text("not a key\n", encoding="ascii")
        no_key.chmod(0o600)
        return {
            "port": ("--listen", f"127.0.0.1:{blocker.getsockname()[1]}"),
            "socket": ("--listen", f"unix:{occupied}"),
            "operators": ("--admin-listen", f"unix:{occupied}"),
            "TLS": ("--tls-certificate", str(no_key), "--tls-key", str(no_key)),
            "statement key": ("--statement-key", str(no_key)),
            "statement key's folder": ("--statement-key", "/nowhere/at/all"),
        }

    def test_a_start_that_fails_leaves_nothing_behind(self):
        for what, options in self.failing_starts().items():
            with self.subTest(what=what, directory="missing"):
                self.assertEqual(self.refused("", *options, data=self.data / "of" / "it"), 1)
                self.assertFalse(self.data.exists())
            with self.subTest(what=what, directory="empty"):
                self.data.mkdir(0o755)
                self.data.chmod(0o755)
                self.assertEqual(self.refused("", *options), 1)
                self.assertEqual(list(self.data.iterdir()), [])
                self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), 0o755)
                self.data.rmdir()

    def test_a_start_that_fails_leaves_a_store_that_was_there(self):
        server = self.serving()
        key = server.admin_key
        self.assertEqual(server.stop(), 0)
        for what, options in self.failing_starts().items():
            with self.subTest(what=what):
                self.assertEqual(self.refused("", *options), 1)
        server.start()
        self.assertEqual(server.admin_key, key)
        self.assertTrue(self.is_admin_key(server, key))

    def test_admin_key_makes_no_store_in_an_empty_directory(self):
        self.data.mkdir()
        done = self.run_program("store", "admin-key", "--data", self.data)
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no store in", done.stderr)
        self.assertEqual(list(self.data.iterdir()), [])

    def test_secrets_that_others_can_read_are_refused_unless_that_is_allowed(self):
        key = Certificates(self.folder).server("server", "IP:127.0.0.1")
        statement = self.folder / "statement.key"
        url = self.folder / "store.url"
        url.write_text("postgres://farthing:hidden@127.0.0.1:1/farthing\n", encoding="ascii")
        starting = self.serving()
        starting.stop()
        (self.data / "statement.key").rename(statement)
        config = self.folder / "shared.toml"
        config.write_text("shared_secret_files = true\n", encoding="ascii")
        for file, options, allowed in (
                (key, ("--tls-certificate", str(key), "--tls-key", str(key)), None),
                (statement, ("--statement-key", str(statement)), None),
                (url, ("--store-file", str(url)), "cannot connect")):
            place = () if file == url else ("--data", str(self.data))
            with self.subTest(file=file.name):
                file.chmod(0o644)
                refused = self.run_program("serve", *place, "--listen", "127.0.0.1:0", *options)
                self.assertNotEqual(refused.returncode, 0)
                self.assertIn("by other users (mode 0644)", refused.stderr)
                self.assertIn("shared_secret_files", refused.stderr)
                self.assertNotIn("hidden", refused.stderr)
                for setting, environment in ((("--config", str(config)), {}),
                                             ((), {"FARTHING_SHARED_SECRET_FILES": "true"})):
                    # That a port is taken is found after the secrets were read.
                    port = self.failing_starts()["port"] if allowed is None else ()
                    done = subprocess.run(
                        [PROGRAM, "serve", *place, *options, *setting, *port], capture_output=True,
                        text=True, check=False, env=os.environ | environment, timeout=TIMEOUT_S)
                    self.assertEqual(done.returncode, 1)
                    self.assertNotIn("by other users", done.stderr)
                    self.assertIn("cannot listen" if allowed is None else "connect", done.stderr)

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
