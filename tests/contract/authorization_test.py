# SPDX-License-Identifier: Apache-2.0
"""Who may ask: the header Authorization, what a key may do, and what is told to whom it may not."""

import datetime
import json
import string

from tests.support import raw
from tests.support.case import ServerCase

from .versions import ERROR_TYPES, VERSIONS, account_path, balance_path

# Has the form of a key, its check included or not, and never was one.
MADE_UP = "sk-" + "0" * 48
OPERATORS_ROUTES = (
    ("GET", "/v1/users"), ("POST", "/v1/users"), ("POST", "/v1/organizations"),
    ("GET", "/v1/users/user-00000000000000000000000001"),
    ("PUT", "/v1/users/user-00000000000000000000000001/default-organization"),
    ("PUT", "/v1/organizations/org-00000000000000000000000001/members/user-0000000000000000000000001"),
    ("POST", "/v1/organizations/org-00000000000000000000000001/grants"),
    ("GET", "/v1/organizations/org-00000000000000000000000001/grants"),
    ("GET", "/v1/organizations/org-00000000000000000000000001/entries"),
    ("GET", "/v1/organizations/org-00000000000000000000000001/outcomes/key"),
)


def changed(key: str) -> str:
    """The key with one character mistyped."""
    at = 20
    return key[:at] + ("b" if key[at] == "a" else "a") + key[at + 1:]


class Authorization(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("5")

    def get(self, path: str, **headers: str):
        with self.world.api(None) as api:
            return api.get(path, **headers)

    def expect_401(self, version: str, value: str | None):
        headers = {} if value is None else {"Authorization": value}
        for path in (account_path(version), balance_path(version), f"/{version}/nowhere"):
            answer = self.get(path, **headers)
            error = answer.json()
            self.assertEqual((answer.status, error["name"]), (401, "unauthorized"), path)
            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
            self.assertEqual(answer.content_type, ERROR_TYPES[version])
            if version == "v1alpha":
                self.assertEqual([error[flag] for flag in ("temporary", "timeout", "fault")],
                                 [False, False, False])
        return error["message"]

    def test_without_a_key_the_message_says_so_in_every_version(self):
        for version in VERSIONS:
            for value in (None, "", "   "):
                with self.subTest(version=version, value=value):
                    self.assertEqual(self.expect_401(version, value),
                                     "missing authorization header")

    def test_no_wrong_key_is_echoed(self):
        key = self.caller.key
        wrong = (MADE_UP, changed(key), key[:-1], key + "0", key.upper(), key[3:], "sk-", "sk",
                 "Bearer", "Bearer ", f"Bearer {changed(key)}", f"Basic {key}", f"Token {key}",
                 f"Bearer {key} {key}", f"Bearer Bearer {key}", f"{key},{key}", "é" * 51,
                 "x" * 4000, string.punctuation, f'"{key}"', f"ApiKey={key}")
        for version in VERSIONS:
            for value in wrong:
                with self.subTest(version=version, value=value[:30].replace(key[:8], "KEY")):
                    sent = value.encode().decode("latin-1")
                    message = self.expect_401(version, sent)
                    for size in range(8, len(value.strip()) + 1, 8):
                        self.assertNotIn(value.strip()[:size], message)

    def test_a_revoked_key_stops_at_once(self):
        caller = self.world.caller()
        self.assertEqual(self.get(account_path("v1"), Authorization=caller.key).status, 200)
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/revoke")
        self.assertEqual(self.get(account_path("v1"), Authorization=caller.key).status, 401)

    def test_an_expired_key_stops(self):
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
        key = self.world.key(self.caller.user, expires_at=soon.isoformat())["secret"]
        self.assertEqual(self.get(account_path("v1"), Authorization=key).status, 200)
        deadline = soon + datetime.timedelta(seconds=30)
        while self.get(account_path("v1"), Authorization=key).status == 200:
            self.assertLess(datetime.datetime.now(datetime.timezone.utc), deadline)
        self.assertGreaterEqual(datetime.datetime.now(datetime.timezone.utc), soon)

    def test_two_authorization_headers_are_400(self):
        request = (f"GET /v1/user/account HTTP/1.1\r\nHost: a\r\nAuthorization: {self.caller.key}\r\n"
                   f"Authorization: {self.caller.key}\r\n\r\n")
        answer, = raw.exchange(self.server.port, request.encode())
        self.assertEqual((answer.status, json.loads(answer.body)["field"]), (400, "Authorization"))

    def test_an_unknown_path_is_404_with_a_key_and_401_without(self):
        for version in VERSIONS:
            for path in (f"/{version}/user", f"/{version}/user/accounts", f"/{version}/user/balance/",
                         f"/{version}", f"/{version}/%75ser/x%20", f"/{version}//user/balance"):
                with self.subTest(path=path):
                    self.assertEqual(self.get(path).status, 401)
                    answer = self.get(path, Authorization=self.caller.key)
                    self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))
                    self.assertEqual(answer.content_type, ERROR_TYPES[version])

    def test_a_wrong_method_is_405_and_says_which_are_right(self):
        with self.world.api(self.caller.key) as api:
            for version in VERSIONS:
                for path in (account_path(version), balance_path(version)):
                    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                        with self.subTest(method=method, path=path):
                            answer = api.request(method, path)
                            self.assertEqual((answer.status, answer.json()["name"]),
                                             (405, "method_not_allowed"))
                            self.assertEqual(answer.headers["Allow"], "GET, HEAD")
                            self.assertEqual(answer.content_type, ERROR_TYPES[version])
            self.assertEqual(api.request("GET", account_path("v1")).status, 200)

    def test_head_answers_as_get_does_without_the_body(self):
        for version in VERSIONS:
            for path in (account_path(version), balance_path(version), f"/{version}/nowhere"):
                for key in (self.caller.key, None):
                    with self.subTest(path=path, key=key is not None), self.world.api(key) as api:
                        head, get = api.request("HEAD", path), api.get(path)
                        self.assertEqual(head.status, get.status)
                        self.assertEqual(head.body, b"")
                        for name in ("Content-Type", "WWW-Authenticate"):
                            self.assertEqual(head.headers[name], get.headers[name])
                        self.assertEqual(head.headers["Content-Length"], str(len(get.body)))

    def test_scope_user_makes_the_two_calls_and_does_not_operate(self):
        with self.world.api(self.caller.key) as api:
            for version in VERSIONS:
                self.assertEqual(api.get(account_path(version)).status, 200)
                self.assertEqual(api.get(balance_path(version)).status, 200)
            for method, path in (*OPERATORS_ROUTES, ("POST", "/v1/charges"), ("GET", "/v1/charges")):
                with self.subTest(method=method, path=path):
                    # A good form is not asked for: permission comes before it.
                    answer = api.request(method, path, b"no json" if method != "GET" else None)
                    self.assertEqual((answer.status, answer.json()["name"]),
                                     (403, "permission_denied"))

    def test_scope_service_charges_and_does_not_operate(self):
        key = self.world.key(self.caller.user, scopes=["service"])["secret"]
        with self.world.api(key) as api:
            body = {"organization": self.caller.organization, "amount": "1"}
            self.assertEqual(api.post("/v1/charges", body, "service-1").status, 201)
            for method, path in OPERATORS_ROUTES:
                with self.subTest(method=method, path=path):
                    self.assertEqual(api.request(method, path).status, 403)

    def test_scope_admin_may_do_everything(self):
        with self.world.api(self.server.admin_key) as api:
            self.assertEqual(api.get(account_path("v1")).status, 200)
            self.assertEqual(api.get("/v1/users").status, 200)
            body = {"organization": self.caller.organization, "amount": "1"}
            self.assertEqual(api.post("/v1/charges", body, "admin-1").status, 201)

    def test_every_answer_has_an_id_of_its_own(self):
        with self.world.api(self.caller.key) as api:
            ids = [api.get(path).headers["X-Request-Id"]
                   for path in (account_path("v1"), "/v1/nowhere") for _ in range(50)]
        self.assertEqual(len(set(ids)), len(ids))

    def test_probes_need_no_key(self):
        for path in ("/healthz", "/readyz"):
            self.assertEqual(self.get(path).status, 200)
