# SPDX-License-Identifier: Apache-2.0
"""HTTP as bytes: versions, connections, pipelining, bodies, and what must be refused."""

import json

from tests.support import raw
from tests.support.api import fresh_key
from tests.support.case import ServerCase

from .versions import balance_path

HEAD_LIMIT = 16 * 1024
BODY_LIMIT = 1024 * 1024


class Wire(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("7")
        cls.good = (f"GET {balance_path('v1')} HTTP/1.1\r\nHost: a\r\n"
                    f"Authorization: {cls.caller.key}\r\n\r\n").encode()

    def connect(self) -> raw.Connection:
        return raw.Connection(self.server.port)

    def get(self, lines: str = "", version: str = "1.1") -> bytes:
        host = "Host: a\r\n" if version == "1.1" else ""
        return (f"GET {balance_path('v1')} HTTP/{version}\r\n{host}"
                f"Authorization: {self.caller.key}\r\n{lines}\r\n").encode()

    def charge(self, lines: str, body: bytes) -> bytes:
        return (f"POST /v1/charges HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                f"Authorization: {self.server.admin_key}\r\nIdempotency-Key: {fresh_key()}\r\n"
                f"{lines}\r\n").encode() + body

    def charge_body(self) -> bytes:
        return json.dumps({"organization": self.caller.organization,
                           "amount": "0.000000001"}).encode()

    def assert_serves(self):
        answer, = raw.exchange(self.server.port, self.good)
        self.assertEqual(answer.status, 200)

    def test_connections_are_kept_and_closed_as_the_client_wishes(self):
        for request, is_kept in ((self.get(), True),
                                 (self.get("Connection: keep-alive\r\n"), True),
                                 (self.get("Connection: close\r\n"), False),
                                 (self.get("connection: CLOSE\r\n"), False),
                                 (self.get("Connection: upgrade, close\r\n"), False),
                                 (self.get("", "1.0"), False),
                                 (self.get("Connection: keep-alive\r\n", "1.0"), True)):
            with self.subTest(request=request), self.connect() as connection:
                connection.send(request)
                answer = connection.read_answer()
                self.assertEqual(answer.status, 200)
                if is_kept:
                    connection.send(self.good)
                    self.assertEqual(connection.read_answer().status, 200)
                else:
                    self.assertEqual(answer.headers["connection"], "close")
                    self.assertTrue(connection.is_at_end())

    def test_an_http_1_0_client_learns_that_the_connection_is_kept(self):
        answer, = raw.exchange(self.server.port, self.get("Connection: keep-alive\r\n", "1.0"))
        self.assertEqual(answer.headers["connection"].lower(), "keep-alive")

    def test_pipelined_requests_are_answered_in_order(self):
        paths = ["/v1/user/balance", "/v1/user/account", "/v1alpha/nowhere", "/healthz"] * 64
        sent = b"".join(f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {self.caller.key}\r\n\r\n"
                        .encode() for path in paths)
        answers = raw.exchange(self.server.port, sent, len(paths))
        expected = {"balance": 200, "account": 200, "nowhere": 404, "healthz": 200}
        for path, answer in zip(paths, answers):
            last = path.rpartition("/")[2]
            self.assertEqual(answer.status, expected[last])
            if last == "balance":
                self.assertIn("credits", json.loads(answer.body))
            if last == "account":
                self.assertEqual(json.loads(answer.body)["id"], self.caller.user)
        ids = {answer.headers["x-request-id"] for answer in answers}
        self.assertEqual(len(ids), len(paths))

    def test_reads_behind_a_pipelined_charge_see_it(self):
        organization = self.world.caller("100")
        request = []
        for _ in range(20):
            body = json.dumps({"organization": organization.organization, "amount": "1"}).encode()
            request.append(self.charge(f"Content-Length: {len(body)}\r\n", body))
            request.append(f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\n"
                           f"Authorization: {organization.key}\r\n\r\n".encode())
        answers = raw.exchange(self.server.port, b"".join(request), len(request))
        self.assertEqual({answer.status for answer in answers[::2]}, {201})
        self.assertEqual([json.loads(answer.body)["credits"] for answer in answers[1::2]],
                         list(range(99, 79, -1)))

    def test_head_among_pipelined_requests_has_no_body(self):
        with self.connect() as connection:
            connection.send(self.good.replace(b"GET", b"HEAD") + self.good)
            head = connection.read_answer(to_head=True)
            get = connection.read_answer()
            self.assertEqual(head.headers["content-length"], get.headers["content-length"])

    def test_a_request_may_come_byte_by_byte(self):
        with self.connect() as connection:
            for byte in self.good:
                connection.send(bytes([byte]))
            self.assertEqual(connection.read_answer().status, 200)

    def test_header_names_and_blanks_vary(self):
        key, organization = self.caller.key, self.caller.organization
        for lines in (f"AUTHORIZATION: {key}", f"authorization:{key}", f"aUTHORization:\t {key} \t",
                      f"Authorization:  bEARER   {key}",
                      f"Authorization: {key}\r\nORGANIZATION:{organization}",
                      f"Authorization: {key}\r\norganization:"):
            with self.subTest(lines=lines.replace(key, "KEY")):
                request = f"GET /v1/user/balance HTTP/1.1\r\nhost: a\r\n{lines}\r\n\r\n".encode()
                answer, = raw.exchange(self.server.port, request)
                self.assertEqual((answer.status, answer.body), (200, answer.body), answer)
                self.assertEqual(set(json.loads(answer.body)), {"credits"})

    def test_targets_vary(self):
        for target in ("http://elsewhere/v1/user/balance", "HTTP://a:1/v1/user/balance?x=1",
                       "/v1/user/balance?", "/v1/user/%62alance", "/v1/user/balance?organization=x"):
            with self.subTest(target=target):
                request = self.good.replace(b"/v1/user/balance", target.encode())
                answer, = raw.exchange(self.server.port, request)
                self.assertEqual(answer.status, 200, answer)

    def test_bodies_in_chunks_and_at_once(self):
        body = self.charge_body()
        in_chunks = b"".join(b"%x\r\n%c\r\n" % (1, byte) for byte in body)
        size = f"Content-Length: {len(body)}\r\n"
        chunked = "Transfer-Encoding: chunked\r\n"
        for request in (self.charge(size, body), self.charge(chunked, in_chunks + b"0\r\n\r\n"),
                        self.charge("transfer-ENCODING: Chunked\r\n",
                                    in_chunks + b"0;last\r\nTrailer: x\r\n\r\n")):
            with self.subTest(request=request[:300]):
                answer, after = raw.exchange(self.server.port, request + self.good, 2)
                self.assertEqual((answer.status, after.status), (201, 200), answer)

    def test_100_continue_is_sent_when_the_client_waits_for_it(self):
        body = self.charge_body()
        with self.connect() as connection:
            connection.send(self.charge(f"Expect: 100-Continue\r\nContent-Length: {len(body)}\r\n",
                                        b""))
            self.assertEqual(connection.read_answer().status, 100)
            connection.send(body)
            self.assertEqual(connection.read_answer().status, 201)

    def test_a_body_on_a_get_is_passed_over(self):
        request = self.get("Content-Length: 5\r\n") + b"hello"
        answers = raw.exchange(self.server.port, request + self.good, 2)
        self.assertEqual([answer.status for answer in answers], [200, 200])

    def refused(self, request: bytes) -> raw.RawAnswer:
        """The answer to a request after which the connection must be closed."""
        with self.connect() as connection:
            connection.send(request)
            answer = connection.read_answer()
            self.assertEqual(answer.headers["connection"], "close")
            error = json.loads(answer.body)
            self.assertEqual(error["id"], answer.headers["x-request-id"])
            self.assertTrue(error["message"])
            self.assertTrue(connection.is_at_end())
        return answer

    def test_malformed_requests(self):
        line = b"GET /v1/user/balance HTTP/1.1\r\n"
        host = line + b"Host: a\r\n"
        post = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\n"
        for request, status in (
                (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # TLS
                (b"hello\r\n\r\n", 400),
                (b"GET /v1/user/balance\r\n\r\n", 400),
                (line + b"\r\n", 400),
                (host + b"Host: b\r\n\r\n", 400),
                (host + b" folded: x\r\n\r\n", 400),
                (host + b"A: b\r\n c\r\n\r\n", 400),
                (host + b"A : b\r\n\r\n", 400),
                (host + b"Authorization\r\n\r\n", 400),
                (host + b"A: \0\r\n\r\n", 400),
                (host + b"A: b\rc\r\n\r\n", 400),
                (host.replace(b"\r\n", b"\n") + b"\n", 400),
                (host + b"A\xc3\xa9: b\r\n\r\n", 400),
                (b"GET /v1/\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                (b"GET  /v1/user/balance HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                (b"GET v1/user/balance HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                (b"BREW /v1/user/balance HTTP/1.1\r\nHost: a\r\n\r\n", 501),
                (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
                (b"GET /v1/user/balance HTTP/0.9\r\n\r\n", 505),
                (host + b"Expect: something\r\n\r\n", 417),
                (post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
                (post + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
                (post + b"Content-Length: -1\r\n\r\n", 400),
                (post + b"Content-Length: 1e3\r\n\r\n", 400),
                (post + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
                (post + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400),
                (post + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501)):
            with self.subTest(request=request):
                self.assertEqual(self.refused(request).status, status)
        self.assert_serves()

    def test_oversized_requests(self):
        huge = str(10 ** 30).encode()
        post = b"POST /v1/charges HTTP/1.1\r\nHost: a\r\nContent-Length: "
        chunk = b"%x\r\n%b\r\n" % (BODY_LIMIT, b" " * BODY_LIMIT)
        for name, request, status in (
                ("a long target", b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * HEAD_LIMIT), 414),
                ("an endless target", b"GET /" + b"a" * (1 << 20), 414),
                ("one long header", self.get(f"A: {'a' * HEAD_LIMIT}\r\n"), 431),
                ("many headers", self.get("A: b\r\n" * 5000), 431),
                ("many short headers", self.get("A:\r\n" * 1000), 431),
                ("a large body", post + b"%d\r\n\r\n" % (BODY_LIMIT + 1), 413),
                ("the largest size", post + b"18446744073709551615\r\n\r\n", 413),
                ("more than the largest size", post + huge + b"\r\n\r\n", 400),
                ("a large body in chunks", self.charge("Transfer-Encoding: chunked\r\n",
                                                       chunk + b"1\r\n"), 413)):
            with self.subTest(name):
                self.assertEqual(self.refused(request).status, status)
        self.assert_serves()

    def test_the_largest_body_is_read(self):
        body = self.charge_body()
        body += b" " * (BODY_LIMIT - len(body))
        answer, = raw.exchange(self.server.port,
                               self.charge(f"Content-Length: {len(body)}\r\n", body))
        self.assertEqual(answer.status, 201, answer)

    def test_a_client_that_goes_away_harms_nobody(self):
        for size in (1, len(self.good) // 2, len(self.good)):
            with self.connect() as connection:
                connection.send(self.good[:size])
        self.assert_serves()


class Deadlines(ServerCase):
    settings = ("[limits]", "head_timeout_ms = 300", "body_timeout_ms = 300",
                "idle_timeout_ms = 300")

    def test_a_slow_request_gets_408_and_the_connection_is_closed(self):
        # Without a key nobody is waited for.
        post = (f"POST /v1/charges HTTP/1.1\r\nHost: a\r\nAuthorization: {self.server.admin_key}\r\n"
                "Content-Length: 10\r\n\r\n").encode()
        for part in (b"G", b"GET / HTTP/1.1\r\nHost: a\r\n", post, post + b"half"):
            with self.subTest(part=part), raw.Connection(self.server.port) as connection:
                connection.send(part)
                answer = connection.read_answer()
                self.assertEqual((answer.status, json.loads(answer.body)["name"]),
                                 (408, "request_timeout"))
                self.assertTrue(connection.is_at_end())

    def test_an_idle_connection_is_closed_without_a_word(self):
        with raw.Connection(self.server.port) as connection:
            self.assertTrue(connection.is_at_end())
        with raw.Connection(self.server.port) as connection:
            connection.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(connection.read_answer().status, 200)
            self.assertTrue(connection.is_at_end())
