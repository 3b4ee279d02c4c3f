# SPDX-License-Identifier: Apache-2.0
"""What the client does with servers that cannot prove who they are: nothing is sent to them, and the
message says what is wrong. The client is the command line, so the SDK and its libcurl transport."""

import os
import pathlib
import socketserver
import ssl
import subprocess
import tempfile
import threading
import unittest

from tests.support.certificates import Certificates
from tests.support.paths import PROGRAM

TIMEOUT_S = 60
KEY = "sk-tls-0123456789abcdefghijklmnopqrstuvwxyz"
NETWORK = 3
USAGE = 2
ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n"
          b"Connection: close\r\n\r\n{\"credits\":12.5}")


class Handler(socketserver.BaseRequestHandler):
    """Answers one request; remembers what arrived in readable form."""

    def handle(self):
        connection = self.request
        try:
            if self.server.context:
                connection = self.server.context.wrap_socket(connection, server_side=True)
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
                if not self.server.context and not received.startswith(b"GET "):
                    break
            self.server.seen.append(received)
            connection.sendall(ANSWER)
            connection.close()
        except OSError:
            """The client did not like the certificate."""


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, certificate: pathlib.Path | None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[bytes] = []
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, scheme: str = "https") -> str:
        return f"{scheme}://127.0.0.1:{self.server_address[1]}"


class Tls(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.certificates = Certificates(cls.folder)
        cls.good = cls.certificates.server("good", "IP:127.0.0.1")

    def serve(self, certificate: pathlib.Path | None) -> Server:
        server = Server(certificate)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def balance(self, url: str, *arguments, code: int) -> str:
        """What the client said about it."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_PROXY": "*",
                       "FARTHING_API_KEY": KEY, "FARTHING_URL": url}
        done = subprocess.run([PROGRAM, "balance", "--retries", "0", *map(str, arguments)],
                              text=True, capture_output=True, check=False, timeout=TIMEOUT_S,
                              env=environment)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "12.5\n" if code == 0 else "")
        self.assertNotIn(KEY, done.stderr)
        return done.stderr

    def assert_nothing_was_sent(self, server: Server):
        self.assertFalse(any(KEY.encode() in received for received in server.seen))

    def test_a_certificate_of_a_trusted_ca_is_good(self):
        server = self.serve(self.good)
        self.balance(server.url(), "--ca-file", self.certificates.ca, code=0)
        self.assertIn(KEY.encode(), server.seen[0])

    def test_an_unknown_ca_is_refused(self):
        server = self.serve(self.good)
        for arguments in ((), ("--ca-file", self.certificates.other_ca)):
            said = self.balance(server.url(), *arguments, code=NETWORK)
            self.assertIn(server.url(), said)
            self.assertIn("certificate problem", said)
            self.assertIn("its CA is trusted", said)
        self.assert_nothing_was_sent(server)

    def test_the_name_of_another_host_is_refused(self):
        server = self.serve(self.certificates.server("other", "DNS:other.example,IP:127.0.0.2"))
        said = self.balance(server.url(), "--ca-file", self.certificates.ca, code=NETWORK)
        self.assertIn("127.0.0.1", said)
        self.assertIn("has the name that the certificate is for", said)
        self.assert_nothing_was_sent(server)

    def test_an_expired_certificate_is_refused(self):
        server = self.serve(self.certificates.server("expired", "IP:127.0.0.1", days=-1))
        said = self.balance(server.url(), "--ca-file", self.certificates.ca, code=NETWORK)
        self.assertIn("certificate has expired", said)
        self.assert_nothing_was_sent(server)

    def test_a_server_without_tls_is_told_apart(self):
        server = self.serve(None)
        said = self.balance(server.url("https"), code=NETWORK)
        self.assertIn("the base URL begins with http://", said)
        self.assert_nothing_was_sent(server)

    def test_a_server_with_tls_gives_no_answer_without(self):
        server = self.serve(self.good)
        said = self.balance(server.url("http"), code=NETWORK)
        self.assertIn("no answer from " + server.url("http"), said)

    def test_a_file_of_certificates_must_be_one(self):
        server = self.serve(self.good)
        missing = self.folder / "missing.pem"
        self.assertIn(str(missing), self.balance(server.url(), "--ca-file", missing, code=USAGE))
        wrong = self.folder / "wrong.pem"
        wrong.write_text("no certificate\n", encoding="ascii")
        self.assertIn("check the file of CA certificates",
                      self.balance(server.url(), "--ca-file", wrong, code=NETWORK))
        self.assert_nothing_was_sent(server)
