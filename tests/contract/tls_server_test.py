# SPDX-License-Identifier: Apache-2.0
"""The server over TLS, as curl and openssl see it: what it agrees to, new certificates while connections are
open, and clients that do not keep to TLS."""

import json
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

from tests.support import raw
from tests.support.case import ServerCase
from tests.support.certificates import Certificates
from tests.support.paths import PROGRAM

TIMEOUT_S = 60
ADDRESS = "IP:127.0.0.1"
READY = b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
# The begin of a hello of 512 bytes.
HALF_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40


class TlsServer(ServerCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-tls-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.certificates = Certificates(cls.folder)
        cls.pair = cls.folder / "in-use.pem"
        shutil.copy(cls.certificates.server("first", ADDRESS), cls.pair)
        cls.settings = (f'tls_certificate = "{cls.pair}"', f'tls_key = "{cls.pair}"',
                        'admin_listen = "127.0.0.1:0"', "[limits]", "handshake_timeout_ms = 2000")
        cls.tls = ssl.create_default_context(cafile=str(cls.certificates.ca))
        super().setUpClass()

    def connect(self) -> raw.Connection:
        return raw.Connection(self.server.port, self.tls)

    def curl(self, *arguments, scheme: str = "https", path: str = "/readyz", port: int | None = None):
        url = f"{scheme}://127.0.0.1:{port or self.server.port}{path}"
        return subprocess.run(["curl", "--silent", "--show-error", "--include", "--cacert",
                               str(self.certificates.ca), *arguments, url], capture_output=True,
                              text=True, timeout=TIMEOUT_S, check=False)

    def openssl(self, *arguments) -> subprocess.CompletedProcess:
        """A handshake by openssl s_client, and what it tells about it."""
        return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.port}",
                               "-CAfile", str(self.certificates.ca), *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)

    def assert_serves(self):
        with self.connect() as connection:
            connection.send(READY)
            self.assertEqual(connection.read_answer().status, 200)

    def server_name(self) -> str:
        with self.connect() as connection:
            subject = dict(pair for part in connection.socket.getpeercert()["subject"] for pair in part)
            return subject["commonName"]

    def reload(self, expected: str) -> None:
        """Sends SIGHUP and waits for a new line of the log that has `expected`."""
        known = len(self.server.log())
        self.server.hang_up()
        deadline = time.monotonic() + TIMEOUT_S
        while expected not in self.server.log()[known:]:
            self.assertLess(time.monotonic(), deadline, self.server.log()[known:])
            time.sleep(0.005)

    def test_curl_is_served_by_either_version(self):
        for version in ("1.2", "1.3"):
            with self.subTest(version=version):
                done = self.curl(f"--tlsv{version}", "--tls-max", version)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.startswith("HTTP/1.1 200 OK"), done.stdout)
                self.assertIn("\nStrict-Transport-Security: max-age=31536000", done.stdout)

    def test_older_versions_and_weak_ciphers_are_refused(self):
        for arguments in (("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
                          ("-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"),
                          ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"),
                          ("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"), ("-alpn", "h2")):
            with self.subTest(arguments=arguments):
                done = self.openssl(*arguments)
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.assertIn("alert", done.stderr)
        self.assert_serves()

    def test_what_is_agreed_on(self):
        for arguments, words in ((("-alpn", "h2,http/1.1"), "ALPN protocol: http/1.1"),
                                 (("-tls1_3",), "Verification: OK"),
                                 (("-tls1_2",), "Secure Renegotiation IS supported"),
                                 (("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"),
                                  "ECDHE-ECDSA-AES128-GCM-SHA256")):
            with self.subTest(arguments=arguments):
                done = self.openssl(*arguments)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(words, done.stdout)
        self.assertNotIn("TLS session ticket:", self.openssl("-tls1_2").stdout)

    def test_a_client_without_the_ca_gets_nothing(self):
        done = self.curl("--cacert", "/etc/ssl/certs/ca-certificates.crt")
        self.assertEqual((done.returncode, done.stdout), (60, ""))

    def test_the_command_line_is_served_at_the_operators_port(self):
        key_file = self.server.data / "admin.key"
        users = [PROGRAM, "users", "list", "--json", "--ca-file", self.certificates.ca,
                 "--api-key-file", key_file, "--base-url"]
        done = subprocess.run([*users, f"https://127.0.0.1:{self.server.admin_port}"],
                              capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("operator", done.stdout)
        done = subprocess.run([*users, f"https://127.0.0.1:{self.server.port}"], capture_output=True,
                              text=True, timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("There is nothing here.", done.stderr)

    def test_http_to_either_port_is_told_to_use_https(self):
        for port in (self.server.port, self.server.admin_port):
            with self.subTest(port=port):
                done = self.curl(scheme="http", port=port)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.startswith("HTTP/1.1 400 Bad Request"), done.stdout)
                self.assertIn("HTTPS", done.stdout)
                self.assertNotIn("Strict-Transport-Security", done.stdout)

    def test_a_new_certificate_is_for_new_connections(self):
        with self.connect() as open_before:
            open_before.send(READY)
            self.assertEqual(open_before.read_answer().status, 200)
            shutil.copy(self.certificates.server("second", ADDRESS), self.pair)
            self.reload("the TLS certificate of ")
            self.wait_for_name("second")
            open_before.send(READY)
            self.assertEqual(open_before.read_answer().status, 200)

    def wait_for_name(self, name: str) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while self.server_name() != name:
            self.assertLess(time.monotonic(), deadline)

    def test_a_pair_that_does_not_serve_changes_nothing(self):
        good = self.pair.read_bytes()
        name = self.server_name()
        other = self.certificates.server("other", ADDRESS).read_bytes()
        key, certificate = (re.search(b"-----BEGIN %b-----.*?-----END %b-----\n" % (kind, kind),
                                      source, re.DOTALL)[0]
                            for kind, source in ((b"PRIVATE KEY", other), (b"CERTIFICATE", good)))
        try:
            for bad in (b"", b"no PEM", key, certificate, key + certificate, good[:200]):
                with self.subTest(bad=bad[:40]):
                    self.pair.write_bytes(bad)
                    self.reload("the TLS certificate in use is kept: cannot use the TLS ")
                    self.assertEqual(self.server_name(), name)
            self.pair.unlink()
            self.reload("the TLS certificate in use is kept: cannot read the TLS certificate ")
            self.assertEqual(self.server_name(), name)
        finally:
            self.pair.write_bytes(good)

    def test_half_done_handshakes_keep_nobody_waiting(self):
        halves = []
        try:
            for number in range(200):
                half = socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT_S)
                halves.append(half)
                half.sendall(HALF_HELLO[:number % len(HALF_HELLO)])
            for _ in range(20):
                self.assert_serves()
            for half in halves:
                # Cut off at the deadline, at most with an alert.
                while half.recv(4096):
                    pass
        finally:
            for half in halves:
                half.close()
        self.assert_serves()

    def test_bytes_that_are_no_tls_end_the_connection(self):
        for noise in (b"\x16\x03\x01\xff\xff" + b"\0" * 70_000, b"\x80\x2e\x01\x00\x02", b"\xff" * 1000,
                      b"\x15\x03\x01\x00\x02\x02\x28", b"SSH-2.0-x\r\n" * 50, b"\0" * 600):
            with self.subTest(noise=noise[:12]), \
                    socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT_S) as client:
                try:
                    client.sendall(noise)
                    while client.recv(4096):
                        pass
                except ConnectionError:
                    pass
        self.assert_serves()

    def test_a_session_that_is_damaged_ends(self):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT_S) as client:
            tls = self.tls.wrap_socket(client, server_hostname="127.0.0.1")
            # Past the session, so that the record cannot be read.
            with socket.socket(fileno=socket.dup(tls.fileno())) as below:
                below.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
                with self.assertRaises(ssl.SSLError):
                    while tls.recv(4096):
                        pass
        self.assert_serves()

    def test_errors_are_the_same_as_without_tls(self):
        with self.connect() as connection:
            connection.send(b"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = connection.read_answer()
            self.assertEqual(answer.status, 401)
            self.assertEqual(json.loads(answer.body)["id"], answer.headers["x-request-id"])
