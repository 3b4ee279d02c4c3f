# SPDX-License-Identifier: Apache-2.0
"""Clients that mean harm. Whatever they send, the server goes on, has no fault of its own (which the end of every
class checks in the log), and serves a bystander all the while. The table of docs/concepts/security.md says
what becomes of each attack."""

import contextlib
import json
import pathlib
import resource
import socket
import struct
import threading
import time

from tests.support import raw
from tests.support.api import fresh_key
from tests.support.case import ServerCase

TIMEOUT_S = 60
# The bystander waits no longer than this for an answer, however slow the machine is.
PATIENCE_S = 20
# What a refusal of the request's form may be.
REFUSALS = {400, 408, 413, 414, 415, 417, 431, 501, 505}
SMUGGLED = b"GET /v1/user/account?smuggled HTTP/1.1\r\nHost: a\r\nAuthorization: %b\r\n\r\n"


class Bystander:
    """Somebody who asks for a balance, again and again, on a connection of their own."""

    def __init__(self, port: int, key: str):
        self._request = (f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: {key}\r\n\r\n").encode()
        self._port = port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answers = 0
        self.problem: str | None = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _ask(self):
        try:
            with raw.Connection(self._port) as connection:
                while not self._over.is_set():
                    began = time.monotonic()
                    connection.send(self._request)
                    status = connection.read_answer().status
                    if status != 200:
                        raise ValueError(f"an answer with {status}")
                    if time.monotonic() - began > PATIENCE_S:
                        raise ValueError("an answer that came too late")
                    self.answers += 1
        except (OSError, EOFError, ValueError) as error:
            self.problem = repr(error)


class HostileCase(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("1000")
        cls.admin = cls.server.admin_key

    def setUp(self):
        self.bystander = Bystander(self.server.port, self.caller.key)
        self.enterContext(self.bystander)
        # Runs before the bystander ends.
        self.addCleanup(self.assert_serves)

    def assert_serves(self):
        """The bystander was served up to now and still is."""
        seen = self.bystander.answers
        deadline = time.monotonic() + PATIENCE_S
        while self.bystander.answers <= seen and not self.bystander.problem and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertIsNone(self.bystander.problem)
        self.assertGreater(self.bystander.answers, seen)
        self.assertTrue(self.server.is_running())

    def everything(self, sent: bytes) -> bytes:
        """All that comes back until the server closes, after `sent` and the end of what is sent."""
        received = b""
        with raw.Connection(self.server.port) as connection, contextlib.suppress(ConnectionError):
            connection.send(sent)
            connection.socket.shutdown(socket.SHUT_WR)
            while piece := connection.socket.recv(65536):
                received += piece
        return received

    def statuses(self, sent: bytes) -> list[int]:
        """The status of every answer to `sent`."""
        received = self.everything(sent)
        # No body has a line that begins so.
        return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


class Smuggling(HostileCase):

    def assert_refused_whole(self, head: bytes, body: bytes = b""):
        """One refusal, and what follows is not taken for a request."""
        smuggled = SMUGGLED % self.caller.key.encode()
        statuses = self.statuses(head + b"\r\n" + body + smuggled)
        self.assertEqual(len(statuses), 1, statuses)
        self.assertIn(statuses[0], REFUSALS)

    def test_lengths_that_differ_or_are_none(self):
        post = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\n"
        for lines in (b"Content-Length: 0\r\nContent-Length: 5\r\n", b"Content-Length: 5\r\nContent-Length: 5\r\n",
                      b"Content-Length: 5, 5\r\n", b"Content-Length: +5\r\n", b"Content-Length: -0\r\n",
                      b"Content-Length: 0x5\r\n", b"Content-Length: 5 5\r\n", b"Content-Length: 5;\r\n",
                      b"Content-Length: \xef\xbc\x95\r\n", b"Content-Length: 5\x0b\r\n", b"Content-Length:\r\n",
                      b"Content-Length: 184467440737095516160\r\n", b"Content-Length : 5\r\n",
                      b"Content-Length\t: 5\r\n", b"Content-Length: 5\r\n 0\r\n", b"\x00Content-Length: 5\r\n",
                      b"Content-\x00Length: 5\r\n", b"Content-Length: 5\x00\r\n", b"X: y\rContent-Length: 5\r\n"):
            with self.subTest(lines=lines):
                self.assert_refused_whole(post + lines, b"hello")

    def test_a_length_and_chunks(self):
        post = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\n"
        for lines in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                      b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                      b"Content-Length: 0\r\ntransfer-encoding: CHUNKED\r\n"):
            with self.subTest(lines=lines):
                self.assert_refused_whole(post + lines, b"0\r\n\r\n")

    def test_encodings_that_others_read_otherwise(self):
        post = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\n"
        for value in (b"chunked, chunked", b"chunked, identity", b"identity", b"xchunked", b"chunked\x0b", b"\x0bchunked",
                      b"chunked\x00", b"\"chunked\"", b"chunked;q=1", b"gzip, chunked", b"chunked, gzip", b"",
                      b"chu\r\n nked", b"\r\n chunked", b"chunke\xc4\x91"):
            with self.subTest(value=value):
                self.assert_refused_whole(post + b"Transfer-Encoding: %b\r\n" % value, b"0\r\n\r\n")
        for lines in (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                      b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                      b"Transfer-Encoding : chunked\r\n", b" Transfer-Encoding: chunked\r\n",
                      b"X: y\n Transfer-Encoding: chunked\r\n", b"X: y\nTransfer-Encoding: chunked\r\n"):
            with self.subTest(lines=lines):
                self.assert_refused_whole(post + lines, b"0\r\n\r\n")
        self.assert_refused_whole(b"POST /v1/charges HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")

    def test_chunks_that_others_read_otherwise(self):
        head = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        for body in (b"-1\r\n", b"0x1\r\na\r\n0\r\n\r\n", b"+1\r\na\r\n0\r\n\r\n", b"1\na\n0\n\n", b"1\r\nab\r\n0\r\n\r\n",
                     b"ffffffffffffffff1\r\na\r\n", b"1;\x00\r\na\r\n0\r\n\r\n", b"1;a\nb\r\na\r\n0\r\n\r\n",
                     b"\r\n", b" 1\r\na\r\n0\r\n\r\n", b"g\r\n", b"1\r\na0\r\n\r\n", b"1\r\r\na\r\n0\r\n\r\n"):
            with self.subTest(body=body):
                self.assert_refused_whole(head, body)

    def test_what_a_trailer_says_does_not_count(self):
        body = json.dumps({"organization": self.caller.organization, "amount": "0.000000001"}).encode()
        head = (f"POST /v1/charges HTTP/1.1\r\nHost: a\r\nAuthorization: {self.admin}\r\n"
                "Content-Type: application/json\r\nIdempotency-Key: %b\r\n"
                "Transfer-Encoding: chunked\r\n\r\n").encode()
        smuggled = SMUGGLED % self.caller.key.encode()
        for trailer, expected in ((b"Authorization: x\r\nHost: b\r\nOrganization: x\r\n", [201, 200]),
                                  (b"Content-Length: 100\r\n", [400]),
                                  (b"Transfer-Encoding: chunked\r\n", [400])):
            with self.subTest(trailer=trailer):
                sent = head % fresh_key().encode() + b"%x\r\n%b\r\n0\r\n" % (len(body), body)
                self.assertEqual(self.statuses(sent + trailer + b"\r\n" + smuggled), expected)

    def test_lines_that_end_otherwise(self):
        for request in (b"GET /v1/user/account HTTP/1.1\nHost: a\n", b"GET /v1/user/account HTTP/1.1\rHost: a\r",
                        b"GET /v1/user/account HTTP/1.1\r\nHost: a\r\nX: y\n",
                        b"GET /v1/user/account HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n",
                        b"GET /v1/user/account HTTP/1.1\r\n\tHost: a\r\n",
                        b"GET /v1/user/account HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n",
                        b"GET /v1/user/account HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                        b"GET /v1/user/account HTTP/1.1\r\nHost: a b\r\n",
                        b"GET\t/v1/user/account\tHTTP/1.1\r\nHost: a\r\n",
                        b"GET /v1/user/account  HTTP/1.1\r\nHost: a\r\n",
                        b"GET /v1/user/account HTTP/1.1 \r\nHost: a\r\n",
                        b"GET /v1/user/account HTTP/1.1\x00\r\nHost: a\r\n"):
            with self.subTest(request=request):
                self.assert_refused_whole(request)


class HostileBytes(HostileCase):

    HEADERS = ("Authorization", "Organization", "Idempotency-Key", "Content-Type", "Accept", "Host", "Connection",
               "Expect", "X-Forwarded-For", "Forwarded", "User-Agent", "Cookie", "Origin", "Referer", "Upgrade",
               "TE", "Range", "If-None-Match", "Accept-Encoding", "X-Http-Method-Override", "Content-Length",
               "Transfer-Encoding")
    VALUES = (b"", b"\0", b"a\0b", b"\x01\x02\x7f", b"\xff\xfe\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
              "‮😀é".encode(), b"' OR 1=1; DROP TABLE organizations; --", b"%s%n%x%p%99999999d",
              b"${jndi:ldap://x/y}", b"{{7*7}}", b"<script>alert(1)</script>", b"../../etc/passwd", b"$(id)`id`",
              b"a\tb", b"\"", b"\\", b",,,,", b";;;;", b"a" * 15_000, b"%0d%0aX-Injected: yes",
              b"sk-" + b"0" * 48, b"Bearer", b"Bearer ", b"Bearer " + b"\xff" * 51, b"Basic YTpi", b"-1", b"1e9")

    def test_every_header_with_hostile_bytes(self):
        for header in self.HEADERS:
            for value in self.VALUES:
                with self.subTest(header=header, value=value[:40]):
                    lines = {"Host": b"a", "Authorization": self.caller.key.encode(), header: value}
                    head = b"GET /v1/user/balance HTTP/1.1\r\n" + b"".join(
                        b"%b: %b\r\n" % (name.encode(), one) for name, one in lines.items()) + b"\r\n"
                    received = self.everything(head)
                    self.assertNotIn(b"X-Injected", received)
                    status = int(received[9:12])
                    self.assertIn(status, REFUSALS | {200, 401, 403}, received[:200])

    def test_paths_that_mean_something_else_elsewhere(self):
        key = self.caller.key.encode()
        for path in (b"/v1/users/../user/balance", b"/v1/user/./balance", b"//v1/user/balance", b"/v1//user/balance",
                     b"/v1/user/balance/", b"/v1/user/balance/..", b"/v1/user/%2e%2e/user/balance", b"/v1%2fuser%2fbalance",
                     b"/v1/user/balance%00", b"/v1/user/balance%20", b"/v1/user/balance;x=1", b"/V1/user/balance",
                     b"/v1/user/balance%", b"/v1/user/balance\\", b"\\v1\\user\\balance", b"/..\\..\\etc\\passwd",
                     b"/../../../../etc/passwd", b"/v1/user/%c0%ae%c0%ae/", b"/%ff%fe", b"/v1/user/balance#x", b"*",
                     b"http://a", b"http:///v1/user/balance", b"http://u:p@a/v1/user/balance", b"file:///etc/passwd",
                     b"/" * 8000, b"/a" * 4000, b"/%2f" * 1000, b"/healthz/..", b"/v1/user/balance\xc3\xa9"):
            with self.subTest(path=path[:60]):
                statuses = self.statuses(b"GET %b HTTP/1.1\r\nHost: a\r\nAuthorization: %b\r\nConnection: close\r\n\r\n"
                                         % (path, key))
                self.assertEqual(len(statuses), 1)
                self.assertIn(statuses[0], (400, 404, 414))

    def test_methods_that_are_not_for_servers(self):
        for method in (b"CONNECT", b"TRACE", b"PROPFIND", b"get", b"G\0T", b"GET\x0b", b"A" * 5000, b"\xff"):
            with self.subTest(method=method[:20]):
                statuses = self.statuses(b"%b /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: %b\r\n"
                                         b"Connection: close\r\n\r\n" % (method, self.caller.key.encode()))
                self.assertEqual(len(statuses), 1)
                self.assertIn(statuses[0], (400, 405, 414, 501))


class JsonBombs(HostileCase):

    def test_bombs(self):
        charge = json.dumps({"organization": self.caller.organization, "amount": "1"})[:-1].encode()
        inside = charge + b', "metadata": %b}'
        names = b",".join(b'"%x": 1' % number for number in range(60_000))
        for what, body in (
                ("deep arrays", b"[" * 1_000_000), ("deep objects", b'{"a":' * 170_000),
                ("deep and whole", b"[" * 100_000 + b"]" * 100_000),
                ("deep metadata", inside % (b'{"a":' * 50_000 + b"1" + b"}" * 50_000)),
                ("wide metadata", inside % (b"{" + names + b"}")),
                ("one name again and again", inside % (b"{" + b",".join([b'"a": 1'] * 60_000) + b"}")),
                ("a number without end", inside % (b'{"a": 1' + b"0" * 900_000 + b"}")),
                ("an exponent without end", inside % (b'{"a": 1e' + b"9" * 900_000 + b"}")),
                ("a fraction without end", charge + b', "amount": 0.' + b"0" * 900_000 + b"1}"),
                ("an amount without end", charge.replace(b'"1"', b'"' + b"9" * 900_000 + b'"') + b"}"),
                ("a string of escapes", inside % (b'{"a": "' + b"\\u0000" * 150_000 + b'"}')),
                ("half a pair", inside % b'{"a": "\\ud83d"}'), ("no UTF-8", inside % b'{"a": "\xc3\x28"}'),
                ("an unknown name of great length", charge + b', "' + b"x" * 900_000 + b'": 1}'),
                ("a name of great length, twice", inside % (b'{"%b": 1, "%b": 1}' % ((b"x" * 400_000,) * 2))),
                ("blanks", b" " * 1_000_000), ("zero bytes", b"\0" * 1_000_000)):
            with self.subTest(what):
                answer = self.world.admin.request("POST", "/v1/charges", body, {"Idempotency-Key": fresh_key()})
                self.assertEqual(answer.status, 400, answer.body[:200])
                # What was sent does not come back, but for the name that is to blame.
                self.assertLess(len(answer.body), 4096)

    def test_a_batch_of_bombs(self):
        one = b'{"idempotency_key": "k", "organization": "x", "amount": "1"}'
        for body in (b'{"charges": [' + b",".join([one] * 15_000) + b"]}", b'{"charges": ' + b"[" * 500_000,
                     b'{"charges": [' + b"{}," * 300_000 + b"{}]}"):
            with self.subTest(body=body[:40]):
                answer = self.world.admin.request("POST", "/v1/charges/batch", body)
                self.assertEqual(answer.status, 400)


class Patience(HostileCase):
    settings = ("[limits]", "head_timeout_ms = 2000", "body_timeout_ms = 2000", "write_timeout_ms = 2000")

    def test_slow_heads_and_bodies(self):
        """A byte now and then; the deadline counts from the first one."""
        head = b"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nX-Slow: "
        # Without a key nobody gets as far as a body.
        key = b"Authorization: %b\r\n" % self.admin.encode()
        post = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\n%bContent-Length: 1000\r\n\r\n" % key
        chunked = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\n%bTransfer-Encoding: chunked\r\n\r\n" % key
        with contextlib.ExitStack() as stack:
            slow = []
            for begin, drop in ((head, b"a"), (post, b" "), (chunked, b"1\r\n \r\n")):
                for _ in range(60):
                    connection = stack.enter_context(raw.Connection(self.server.port))
                    connection.send(begin)
                    slow.append((connection, drop))
            ended = threading.Event()

            def drip():
                while not ended.wait(0.1):
                    for connection, drop in slow:
                        with contextlib.suppress(OSError):
                            connection.send(drop)

            dripping = threading.Thread(target=drip)
            dripping.start()
            try:
                for connection, _ in slow:
                    self.assertEqual(connection.read_answer().status, 408)
            finally:
                ended.set()
                dripping.join()

    def test_half_closed_connections(self):
        good = (f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: {self.caller.key}\r\n\r\n").encode()
        # Who has said all gets the answers, and the end.
        self.assertEqual(self.statuses(good * 3), [200, 200, 200])
        for size in (1, 20, len(good) - 1):
            self.assertEqual(self.statuses(good[:size]), [])
        self.assertEqual(self.statuses(good + good[:30]), [200])

    def test_a_flood_of_requests_whose_answers_nobody_reads(self):
        good = (f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: {self.caller.key}\r\n\r\n").encode()
        with raw.Connection(self.server.port) as connection:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            # The server stops reading when its answers are not taken, and gives up in time.
            with self.assertRaises(OSError):
                connection.socket.settimeout(TIMEOUT_S)
                for _ in range(10_000):
                    connection.send(good * 100)

    def test_a_flood_of_requests_on_many_connections(self):
        good = (f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: {self.caller.key}\r\n\r\n").encode()
        for _ in range(20):
            answers = raw.exchange(self.server.port, good * 200, 200)
            self.assertEqual({answer.status for answer in answers}, {200})

    def test_connections_that_are_reset(self):
        good = (f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: {self.caller.key}\r\n\r\n").encode()
        for number in range(500):
            with raw.Connection(self.server.port) as connection:
                connection.send((good * 50)[:number * 7])
                # Closing sends a reset instead of an end.
                connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def resident_bytes(pid: int) -> int:
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class Bodies(HostileCase):
    """What a body can cost before anybody knows whose it is."""

    HEAD = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    SIZE = 1_000_000

    def test_bodies_without_a_key_are_not_read(self):
        sent = self.HEAD + b"Content-Length: %d\r\n\r\n" % self.SIZE
        before = resident_bytes(self.server.pid)
        with contextlib.ExitStack() as stack:
            connections = [stack.enter_context(raw.Connection(self.server.port)) for _ in range(300)]
            for connection in connections:
                connection.send(sent)
                connection.socket.setblocking(False)
                with contextlib.suppress(OSError):
                    # As much of the body as the system takes, and never its end.
                    for _ in range(self.SIZE // 100_000 - 1):
                        connection.socket.send(b" " * 100_000)
                connection.socket.settimeout(TIMEOUT_S)
            grown = resident_bytes(self.server.pid) - before
            for connection in connections:
                answer = connection.read_answer()
                self.assertEqual(answer.status, 401)
                self.assertEqual(answer.headers["connection"], "close")
        # All bodies together are six times as much.
        self.assertLess(grown, 50_000_000)

    def test_a_bad_key_is_told_before_the_body(self):
        for key in (b"", b"Authorization: nonsense\r\n", b"Authorization: Bearer sk-%b\r\n" % (b"0" * 48)):
            for more in (b"Content-Length: 5\r\nExpect: 100-continue\r\n", b"Content-Length: 5\r\n",
                         b"Transfer-Encoding: chunked\r\n"):
                with self.subTest(key=key, more=more), raw.Connection(self.server.port) as connection:
                    connection.send(self.HEAD + key + more + b"\r\n")
                    self.assertEqual(connection.read_answer().status, 401)
                    self.assertTrue(connection.is_at_end())

    def test_little_is_read_after_a_bad_key(self):
        with raw.Connection(self.server.port) as connection:
            connection.send(self.HEAD + b"Content-Length: %d\r\n\r\n" % self.SIZE)
            self.assertEqual(connection.read_answer().status, 401)
            connection.socket.settimeout(TIMEOUT_S)
            with self.assertRaises(ConnectionError):
                for _ in range(100):
                    connection.send(b" " * self.SIZE)

    def test_what_needs_no_key_reads_little(self):
        head = b"POST /v1/api-keys/revoke-leaked HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        for more in (b"Content-Length: 4097\r\n\r\n",
                     b"Transfer-Encoding: chunked\r\n\r\n1001\r\n" + b" " * 4097):
            with self.subTest(more=more[:30]), raw.Connection(self.server.port) as connection:
                connection.send(head + more)
                self.assertEqual(connection.read_answer().status, 413)
                with self.assertRaises(ConnectionError):
                    for _ in range(100):
                        connection.send(b" " * self.SIZE)

    def test_extensions_without_end(self):
        head = self.HEAD + b"Authorization: %b\r\nTransfer-Encoding: chunked\r\n\r\n" % self.admin.encode()
        with raw.Connection(self.server.port) as connection:
            connection.send(head)
            with contextlib.suppress(ConnectionError):
                for _ in range(1000):
                    connection.send(b"1;" + b"x" * 15_000 + b"\r\n \r\n")
            self.assertEqual(connection.read_answer().status, 400)


class Crowd(HostileCase):
    settings = ("[limits]", "connections = 100")

    def test_a_flood_of_connections(self):
        """More than there may be; the bystander, who asks all the while, is never one of those that go."""
        health = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        begun = (b"", b"GET /healthz HT",
                 b"POST /v1/api-keys/revoke-leaked HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{",
                 b"POST /v1/charges HTTP/1.1\r\nHost: a\r\nAuthorization: %b\r\nContent-Length: 10\r\n\r\n{"
                 % self.admin.encode())
        with contextlib.ExitStack() as stack:
            for number in range(400):
                idle = stack.enter_context(raw.Connection(self.server.port))
                idle.send(begun[number % len(begun)])
                if number % 20 == 0:
                    # Or the bystander, on a slow machine, would be idle for longest.
                    self.assert_serves()
                if number % 100 == 0:
                    self.assertEqual(raw.exchange(self.server.port, health)[0].status, 200)
            self.assertEqual(raw.exchange(self.server.port, health)[0].status, 200)
        self.assertIn("the limit of connections is reached", self.server.log())
