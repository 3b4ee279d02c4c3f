# SPDX-License-Identifier: Apache-2.0
"""What is said when an id of the path leads to nothing: what it is, and nothing about a field."""

from tests.support.api import fresh_key
from tests.support.case import ServerCase

NOTHING = "7" + 25 * "z"
GRANT, CHARGE, HOLD = (f"{kind}-{NOTHING}{NOTHING}" for kind in ("grant", "charge", "hold"))
ORGANIZATION, USER, KEY = f"org-{NOTHING}", f"user-{NOTHING}", f"key-{NOTHING}"


class Missing(ServerCase):

    def test_a_path_with_a_slash_too_many_is_told_the_right_one(self):
        organization = self.world.organization()["id"]
        balance = "/v1/organizations/{organization}/balance"
        for path, right in (("//v1/user/account", "/v1/user/account"), ("/v1/users/", "/v1/users"),
                            ("///v1alpha/user/balance//", "/v1alpha/user/balance"),
                            ("//healthz", "/healthz"), ("/readyz/", "/readyz"),
                            (f"/v1/organizations/{organization}/balance/", balance)):
            for method in ("GET", "POST"):
                with self.subTest(method=method, path=path):
                    answer = self.world.admin.request(method, path)
                    self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))
                    self.assertIn(f'"{right}"', answer.json()["message"])
        for path in ("//", "/v1//users", "/no/such/"):
            self.assertNotIn("slash", self.world.admin.get(path).json()["message"])

    def test_probes_have_no_unknown_parameters(self):
        with self.world.api(None) as api:
            for path in ("/healthz", "/readyz"):
                answer = api.get(f"{path}?x=1")
                self.assertEqual((answer.status, answer.json()["field"]), (400, "x"))
                self.assertEqual(api.get(f"{path}?").status, 200)

    def test_it_is_named(self):
        grant = {"amount": "1"}
        for method, path, body, noun in (
                ("GET", f"/v1/users/{USER}", None, "user"),
                ("PUT", f"/v1/users/{USER}/default-organization", {"organization": ORGANIZATION},
                 "user"),
                ("GET", f"/v1/organizations/{ORGANIZATION}", None, "organization"),
                ("PATCH", f"/v1/organizations/{ORGANIZATION}", {"name": "x"}, "organization"),
                ("PATCH", f"/v1/organizations/{ORGANIZATION}", {"overdraft_limit": 1},
                 "organization"),
                ("GET", f"/v1/organizations/{ORGANIZATION}/balance", None, "organization"),
                ("GET", f"/v1/organizations/{ORGANIZATION}/entries", None, "organization"),
                ("GET", f"/v1/organizations/{ORGANIZATION}/members", None, "organization"),
                ("PUT", f"/v1/organizations/{ORGANIZATION}/members/{USER}", {"role": "OWNER"},
                 "organization"),
                ("GET", f"/v1/organizations/{ORGANIZATION}/grants", None, "organization"),
                ("POST", f"/v1/organizations/{ORGANIZATION}/grants", grant, "organization"),
                ("GET", f"/v1/organizations/{ORGANIZATION}/outcomes/k", None, "organization"),
                ("GET", f"/v1/api-keys/{KEY}", None, "API key"),
                ("POST", f"/v1/api-keys/{KEY}/revoke", None, "API key"),
                ("GET", f"/v1/grants/{GRANT}", None, "grant"),
                ("POST", f"/v1/grants/{GRANT}/void", None, "grant"),
                ("GET", f"/v1/charges/{CHARGE}", None, "charge"),
                ("GET", f"/v1/charges/{CHARGE}/explain", None, "charge"),
                ("POST", f"/v1/charges/{CHARGE}/refunds", None, "charge"),
                ("GET", f"/v1/holds/{HOLD}", None, "hold"),
                ("POST", f"/v1/holds/{HOLD}/capture", None, "hold"),
                ("POST", f"/v1/holds/{HOLD}/extend", {"ttl_s": 5}, "hold"),
                ("POST", f"/v1/holds/{HOLD}/release", None, "hold")):
            self.assert_named(method, path, body, noun)

    def test_of_what_is_there_but_for_its_last_part(self):
        organization = self.world.organization()["id"]
        path = f"/v1/organizations/{organization}"
        self.assert_named("PUT", f"{path}/members/{USER}", {"role": "OWNER"}, "user")
        self.assert_named("GET", f"{path}/outcomes/k", None, "idempotency key")
        own = organization.removeprefix("org-")
        for kind in ("charge", "hold", "grant"):
            self.assert_named("GET", f"/v1/{kind}s/{kind}-{own}{NOTHING}", None, kind)

    def assert_named(self, method: str, path: str, body, noun: str):
        with self.subTest(method=method, path=path):
            answer = self.world.admin.request(method, path, body,
                                              {"Idempotency-Key": fresh_key()})
            error = answer.json()
            self.assertEqual((answer.status, error["name"], error["message"]),
                             (404, "not_found", f"There is no such {noun}."))
            self.assertNotIn("field", error)
