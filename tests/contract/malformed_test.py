# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a request of the operator's API, one line a case: the status, and the field that the
error names. Nothing of it may be a fault of the server's, which every answer of every test is checked for."""

import gzip
import json

from tests.support.api import fresh_key
from tests.support.case import ServerCase

LONG = "x" * 256
BAD_AMOUNTS = ("0", "-1", "+1", "", " ", "1 ", " 1", "1.", ".5", "1e3", "0x1", "1,5", "1.0000000001",
               "0.0000000001", "9223372036.854775808", "99999999999999999999", "NaN", "Infinity",
               "１", "1\u0000", "1_000", None, True, [], {}, ["1"], [1], {"amount": "1"})
BAD_NUMBERS = (b"0", b"-1", b"-0.0", b"0e5", b"1e-10", b"0.0000000001", b"9223372036.854775808", b"1e10",
               b"1e308", b"1e309", b"0.1234567891")
# The reader gives them up before it knows whose value they are.
ENDLESS_NUMBERS = (b"1e999999999999", b"1e-999999999999")
BAD_INSTANTS = ("", "now", "2026-11-22", "2026-11-22T16:37:42", "2026-11-22 16:37:42Z",
                "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z",
                "2026-11-22T16:60:00Z", "2026-11-22T16:37:60Z", "1969-12-31T23:59:59Z",
                "10000-01-01T00:00:00Z", "2026-11-22T16:37:42.Z", "2026-11-22T16:37:42+25:00",
                "２026-11-22T16:37:42Z", 1795370262, [])
BAD_IDS = ("", "x", "org-", "org-1", "user-1", "org-0000000000000000000000000", "org-i" + "0" * 25,
           "ORG-00000000000000000000000001", "org-000000000000000000000000010", "org-zzzzzzzzzzzzzzzzzzzzzzzzzz",
           1, None, [])
BAD_TEXTS = ("", LONG, "a\u0000b", "a\nb", "\u007f", 1, [], {})
BAD_BODIES = (b"", b" ", b"{", b"}", b"[]", b'"x"', b"1", b"null", b"true", b"{]", b"{,}", b'{"a":1,}',
              b"{'a':1}", b'{"a"}', b'{a:1}', b'{"a":01}', b'{"a":1}x', b'{"a":1}{}', b'{"a":NaN}',
              b'{"a":+1}', b'{"a":.5}', b'{"a":"\\x"}', b'{"a":"\\ud800"}', b'{"a":"\xff"}', b'{"a":"\t"}',
              b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf{}", b"/**/{}", b"\0", b"[" * 100_000, b'{"a":' * 100_000, b"\xfe\xff\0{")


class Malformed(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("1000")
        cls.grants = f"/v1/organizations/{cls.caller.organization}/grants"
        cls.member = f"/v1/organizations/{cls.caller.organization}/members/{cls.caller.user}"
        cls.default = f"/v1/users/{cls.caller.user}/default-organization"
        # Every request that has a body, well-formed.
        cls.requests = {
            ("POST", "/v1/users"): {"email": "fresh@example.com"},
            ("POST", "/v1/organizations"): {"name": "x"},
            ("PUT", cls.member): {"role": "OWNER"},
            ("PUT", cls.default): {"organization": cls.caller.organization},
            ("POST", "/v1/api-keys"): {"user": cls.caller.user},
            ("PATCH", f"/v1/api-keys/{cls.caller.key_id}"): {"name": "x"},
            ("POST", cls.grants): {"amount": "1"},
            ("POST", "/v1/charges"): {"organization": cls.caller.organization, "amount": "1"},
            ("POST", "/v1/charges/batch"): {"charges": [
                {"idempotency_key": "k", "organization": cls.caller.organization, "amount": "1"}]},
            ("POST", "/v1/holds"): {"organization": cls.caller.organization, "amount": "1"},
            ("PATCH", f"/v1/organizations/{cls.caller.organization}"): {"overdraft_limit": "1"},
        }

    def send(self, method: str, path: str, body, **headers: str):
        headers = {"Idempotency-Key": fresh_key()} | headers
        return self.world.admin.request(method, path, body, headers)

    def assert_bad_field(self, answer, field: str):
        error = answer.json()
        self.assertEqual((answer.status, error["name"], error.get("field")),
                         (400, "bad_request", field), error)
        self.assertIn(field, error["message"])

    def expect_bad_field(self, request: tuple[str, str], field: str, value, **members):
        method, path = request
        with self.subTest(path=path, field=field, value=str(value)[:60]):
            body = self.requests[request] | members | {field: value}
            self.assert_bad_field(self.send(method, path, body), field)

    def test_bodies(self):
        for method, path in self.requests:
            for body in BAD_BODIES:
                with self.subTest(path=path, body=body[:40]):
                    answer = self.send(method, path, body)
                    self.assertEqual((answer.status, answer.json()["name"]), (400, "bad_request"))

    def test_content_types(self):
        for method, path in self.requests:
            for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                                 "", "json", "application/xml; charset=application/json"):
                with self.subTest(path=path, content_type=content_type):
                    answer = self.send(method, path, b"{}", **{"Content-Type": content_type})
                    self.assertEqual((answer.status, answer.json()["name"]),
                                     (415, "unsupported_media_type"))

    def test_content_types_that_are_json(self):
        for content_type in ("application/json; charset=utf-8", "APPLICATION/JSON",
                             " application/json ;charset=UTF-8"):
            with self.subTest(content_type=content_type):
                answer = self.send("POST", "/v1/organizations", {"name": "x"},
                                   **{"Content-Type": content_type})
                self.assertEqual(answer.status, 201)

    def test_bodies_are_uncompressed(self):
        for (method, path), good in self.requests.items():
            body = json.dumps(good).encode()
            for coding, sent in (("gzip", gzip.compress(body)), ("gzip", body), ("br", body),
                                 ("deflate, identity", body)):
                with self.subTest(path=path, coding=coding):
                    answer = self.send(method, path, sent, **{"Content-Encoding": coding})
                    error = answer.json()
                    self.assertEqual((answer.status, error["name"]), (415, "unsupported_media_type"))
                    self.assertIn("uncompressed", error["message"])
                    self.assertEqual(answer.headers["Accept-Encoding"], "identity")
        answer = self.send("POST", "/v1/organizations", {"name": "x"}, **{"Content-Encoding": "identity"})
        self.assertEqual(answer.status, 201)

    def test_a_byte_order_mark_before_a_body_is_passed_over(self):
        for members in ({"name": "x"}, {"name": "\ufeffx"}):
            body = b"\xef\xbb\xbf" + json.dumps(members).encode()
            answer = self.send("POST", "/v1/organizations", body)
            self.assertEqual((answer.status, answer.json()["name"]), (201, members["name"]))

    def test_missing_members(self):
        for (method, path), good in self.requests.items():
            if method == "PATCH":
                continue  # Any of its members will do.
            for field in good:
                with self.subTest(path=path, field=field):
                    body = {name: value for name, value in good.items() if name != field}
                    self.assert_bad_field(self.send(method, path, body), field)

    def test_unknown_and_repeated_members(self):
        for (method, path), good in self.requests.items():
            for field in ("nobody", "Amount", "id", "secret"):
                with self.subTest(path=path, field=field):
                    self.assert_bad_field(self.send(method, path, good | {field: "1"}), field)
            text = json.dumps(good)
            twice = f"{text[:-1]}, {text[1:]}".encode()
            with self.subTest(path=path, body=twice):
                self.assertEqual(self.send(method, path, twice).status, 400)

    def test_amounts(self):
        for request in (("POST", self.grants), ("POST", "/v1/charges"), ("POST", "/v1/holds")):
            for amount in BAD_AMOUNTS:
                self.expect_bad_field(request, "amount", amount)
            # A mark that no id can contain, for ids are random.
            body = json.dumps(self.requests[request] | {"amount": "<number>"}).encode()
            for number in BAD_NUMBERS:
                with self.subTest(path=request[1], number=number):
                    answer = self.send(*request, body.replace(b'"<number>"', number))
                    self.assert_bad_field(answer, "amount")
            for number in ENDLESS_NUMBERS:
                with self.subTest(path=request[1], number=number):
                    answer = self.send(*request, body.replace(b'"<number>"', number))
                    self.assertEqual((answer.status, answer.json()["name"]), (400, "bad_request"))

    def test_instants(self):
        for request, field in ((("POST", self.grants), "effective_at"),
                               (("POST", self.grants), "expires_at"),
                               (("POST", "/v1/api-keys"), "expires_at")):
            for instant in BAD_INSTANTS:
                self.expect_bad_field(request, field, instant)

    def test_instants_in_queries(self):
        organization = f"/v1/organizations/{self.caller.organization}"
        for path, field in ((f"{organization}/balance", "at"), (f"{organization}/entries", "from"),
                            (f"{organization}/entries", "to"), ("/v1/audit-log", "from"),
                            ("/v1/audit-log", "to")):
            for instant in ("2026-11-22T16:37:42+00:00", "2026-11-22T16:37:42.5+01:00"):
                with self.subTest(path=path, field=field, instant=instant):
                    refused = self.world.admin.get(f"{path}?{field}={instant}")
                    self.assert_bad_field(refused, field)
                    for remedy in ("%2B", "Z"):
                        self.assertIn(remedy, refused.json()["message"].partition("blank")[2])
                    # The remedies work.
                    for form in (instant.replace("+", "%2B"), instant.partition("+")[0] + "Z"):
                        self.assertEqual(self.world.admin.get(f"{path}?{field}={form}").status, 200)

    def test_a_leap_second_is_the_second_after_it(self):
        for leap, after in (("2098-12-31T23:59:60Z", "2099-01-01T00:00:00.000000Z"),
                            ("2099-01-01T00:59:60.5+01:00", "2099-01-01T00:00:00.500000Z")):
            grant = self.world.grant(self.caller.organization, "1", expires_at=leap)
            self.assertEqual(grant["expires_at"], after)

    def test_ids_in_bodies(self):
        for request, field in ((("POST", "/v1/charges"), "organization"),
                               (("POST", "/v1/holds"), "organization"),
                               (("PUT", self.default), "organization"),
                               (("POST", "/v1/api-keys"), "user")):
            for text in BAD_IDS:
                self.expect_bad_field(request, field, text)

    def test_texts(self):
        for request, field in ((("POST", "/v1/users"), "name"), (("POST", "/v1/organizations"), "name"),
                               (("POST", "/v1/api-keys"), "name"),
                               (("POST", "/v1/charges"), "operation"),
                               (("POST", "/v1/charges"), "model")):
            for text in BAD_TEXTS:
                self.expect_bad_field(request, field, text)
        self.expect_bad_field(("POST", "/v1/organizations"), "name", None)

    def test_limits_have_no_sign(self):
        limit = ("PATCH", f"/v1/organizations/{self.caller.organization}")
        for amount in ("-0", "-0.0", "-1", "+0"):
            self.expect_bad_field(limit, "overdraft_limit", amount)
        for number in (b"-0", b"-0.0", b"-0e5"):
            answer = self.send(*limit, b'{"overdraft_limit":' + number + b"}")
            self.assert_bad_field(answer, "overdraft_limit")
        self.assertEqual(self.send(*limit, {"overdraft_limit": "0"}).status, 200)

    def test_emails_and_pictures(self):
        for email in ("", "x", "@", "a@", "@b", "a b@c", "a@b@c", "a@b c", "a\n@b", f"{LONG}@b", 1, None):
            self.expect_bad_field(("POST", "/v1/users"), "email", email)
        for uri in ("", "x", "//a/b", "a b:c", "http://a b", "http://a\n", "http://é/", 1,
                    "http://a/" + "x" * 5000):
            self.expect_bad_field(("POST", "/v1/users"), "profile_picture", uri)

    def test_enumerations_numbers_and_objects(self):
        for role in ("owner", "", "ADMIN", "OWNER ", 1, None):
            self.expect_bad_field(("PUT", self.member), "role", role)
        for scopes in ([], ["root"], "user", ["user", 1], ["User"], {}, [["user"]]):
            self.expect_bad_field(("POST", "/v1/api-keys"), "scopes", scopes)
        grants = ("POST", self.grants)
        for category in ("free", "", "Paid", 1):
            self.expect_bad_field(grants, "category", category)
        for priority in (1.5, "1", 2 ** 31, -2 ** 31 - 1, 1e300, [], True):
            self.expect_bad_field(grants, "priority", priority)
        for request in (grants, ("POST", "/v1/charges")):
            for metadata in ("x", 1, [], True, {"x": "y" * 20_000}):
                self.expect_bad_field(request, "metadata", metadata)

    def test_null_is_as_if_left_out_of_what_is_made(self):
        optional = {
            ("POST", "/v1/users"): ("name", "profile_picture"),
            ("POST", "/v1/api-keys"): ("name", "scopes", "expires_at", "allowed_networks", "rate_limit", "spend_caps"),
            ("POST", self.grants): ("category", "priority", "effective_at", "expires_at", "price_paid",
                                    "payment_reference", "tags", "reason", "metadata"),
            ("POST", "/v1/charges"): ("api_key", "operation", "model", "tags", "reason", "metadata"),
            ("POST", "/v1/holds"): ("api_key", "ttl_s", "over_capture", "operation", "model", "tags", "reason",
                                   "metadata"),
        }
        for request, fields in optional.items():
            good = self.requests[request]
            if "email" in good:
                good = {"email": f"{fresh_key()}@example.com"}
            with self.subTest(path=request[1]):
                key = fresh_key()
                made = self.send(*request, good | dict.fromkeys(fields), **{"Idempotency-Key": key})
                self.assertEqual(made.status, 201, made.body)
                # It is the same request as one that leaves them out.
                again = self.send(*request, good, **{"Idempotency-Key": key})
                self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
                self.assertEqual(again.json()["id"], made.json()["id"])

    def test_idempotency_keys(self):
        for request in (("POST", self.grants), ("POST", "/v1/charges"), ("POST", "/v1/holds")):
            method, path = request
            with self.subTest(path=path, key=None):
                answer = self.world.admin.request(method, path, self.requests[request])
                self.assert_bad_field(answer, "Idempotency-Key")
            for key in ("", "   ", LONG, "a\tb", "é"):
                with self.subTest(path=path, key=key):
                    answer = self.send(method, path, self.requests[request],
                                       **{"Idempotency-Key": key})
                    self.assert_bad_field(answer, "Idempotency-Key")
        longest = self.send("POST", self.grants, {"amount": "1"},
                            **{"Idempotency-Key": "~" * 255})
        self.assertEqual(longest.status, 201)

    def test_ids_in_paths_name_nothing(self):
        for path in ("/v1/users/{}", "/v1/organizations/{}", "/v1/organizations/{}/members",
                     "/v1/organizations/{}/grants", "/v1/organizations/{}/balance", "/v1/grants/{}",
                     "/v1/charges/{}", "/v1/holds/{}", "/v1/api-keys/{}"):
            for text, status in (("x", 404), ("user-1", 404), ("org-" + "0" * 27, 404), ("%ff", 404),
                                 ("%2e%2e", 404), ("..", 404), ("org-%30", 404), ("a%2fb", 404),
                                 ("'", 404), (LONG, 404), ("%", 400), ("%0", 400), ("%zz", 400),
                                 ("%00", 400)):
                with self.subTest(path=path, id=text[:30]):
                    self.assertEqual(self.world.admin.get(path.format(text)).status, status)

    def test_queries(self):
        lists = ("/v1/users", "/v1/organizations", "/v1/api-keys", self.grants,
                 f"/v1/organizations/{self.caller.organization}/members",
                 f"/v1/charges?organization={self.caller.organization}")
        for path in lists:
            separator = "&" if "?" in path else "?"
            for query, field in (("limit=0", "limit"), ("limit=-1", "limit"), ("limit=1001", "limit"),
                                 ("limit=", "limit"), ("limit=x", "limit"), ("limit=1.0", "limit"),
                                 ("limit=99999999999999999999", "limit"), ("limit=%31+", "limit"),
                                 ("limit=1&limit=2", "limit"), ("cursor=", "cursor"),
                                 ("cursor=x", "cursor"), ("cursor=%ff", "cursor"),
                                 ("cursor=" + "0" * 34, "cursor"), ("cursor=" + "z" * 5000, "cursor"),
                                 ("unknown=1", "unknown"), ("Limit=1", "Limit")):
                with self.subTest(path=path, query=query[:40]):
                    self.assert_bad_field(self.world.admin.get(f"{path}{separator}{query}"), field)
            for query in ("limit=%", "limit=%zz", "limit=1%00", "=1"):
                with self.subTest(path=path, query=query):
                    self.assertEqual(self.world.admin.get(f"{path}{separator}{query}").status, 400)
        entries = f"/v1/organizations/{self.caller.organization}/entries"
        self.assertEqual(self.world.admin.get(f"{entries}?operation={LONG[1:]}").status, 200)
        for operation in (LONG, "", "%ff", "a%0a"):
            with self.subTest(operation=operation[:10]):
                self.assert_bad_field(self.world.admin.get(f"{entries}?operation={operation}"), "operation")
        for query in ("", "?organization=", "?organization=x", "?organization=org-1"):
            with self.subTest(query=query):
                self.assert_bad_field(self.world.admin.get(f"/v1/charges{query}"), "organization")
        self.assert_bad_field(self.world.admin.get("/v1/api-keys?user=x"), "user")

    def test_wrong_methods_say_which_are_right(self):
        for path, allowed in (("/v1/users", "GET, HEAD, POST"), ("/v1/charges", "GET, HEAD, POST"),
                              (self.member, "PUT, DELETE"), (self.grants, "GET, HEAD, POST"),
                              (f"/v1/users/{self.caller.user}", "GET, HEAD"), ("/readyz", "GET, HEAD"),
                              (f"/v1/api-keys/{self.caller.key_id}/revoke", "POST")):
            for method in ("OPTIONS", "PATCH", "TRACE"):
                with self.subTest(method=method, path=path):
                    answer = self.world.admin.request(method, path)
                    self.assertEqual((answer.status, answer.headers["Allow"]), (405, allowed))
