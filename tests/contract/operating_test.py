# SPDX-License-Identifier: Apache-2.0
"""What only an operator may do to an organization's credits: its overdraft limit, grants taken back."""

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


class Operating(ServerCase):

    def setUp(self):
        self.organization = self.world.caller().organization

    def limit(self, body, key: str | None = None):
        return self.world.admin.request("PATCH", f"/v1/organizations/{self.organization}", body,
                                        {"Idempotency-Key": fresh_key() if key is None else key})

    def charge(self, amount: str):
        body = {"organization": self.organization, "amount": amount}
        return self.world.admin.post("/v1/charges", body, fresh_key())

    def void(self, grant: str, key: str | None = None):
        return self.world.admin.post(f"/v1/grants/{grant}/void", {},
                                     fresh_key() if key is None else key)

    def test_charges_go_down_to_the_limit_and_a_grant_repays_first(self):
        answer = self.limit({"overdraft_limit": "2.50"})
        self.assertEqual((answer.status, answer.json()["id"], answer.json()["overdraft_limit"]),
                         (200, self.organization, "2.5"))
        self.assertEqual(self.charge("2.5").json()["balance"]["available"], "-2.5")
        refused = self.charge("0.000000001")
        self.assertEqual((refused.status, refused.json()["overdraft_limit"]), (402, "2.5"))
        self.world.grant(self.organization, "4")
        self.assertEqual(self.charge("1.5").json()["balance"]["available"], "0")

    def test_what_is_owed_stays_when_the_limit_goes(self):
        self.limit({"overdraft_limit": 5})
        self.charge("5")
        self.assertEqual(self.limit({"overdraft_limit": 0}).json()["overdraft_limit"], "0")
        self.assertEqual(self.charge("1").status, 402)
        balance = self.world.admin.expect(200, "GET",
                                          f"/v1/organizations/{self.organization}/balance")
        self.assertEqual(balance["available"], "-5")

    def test_a_limit_is_set_once_under_its_key(self):
        key = fresh_key()
        first = self.limit({"overdraft_limit": "3"}, key)
        self.limit({"overdraft_limit": "1"})
        again = self.limit({"overdraft_limit": 3.0}, key)
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"], again.json()),
                         (200, "true", first.json()))
        self.assertEqual(self.charge("2").status, 402)
        reused = self.limit({"overdraft_limit": "4"}, key)
        self.assertEqual((reused.status, reused.json()["name"]), (409, "idempotency_key_reused"))

    def test_limits_that_are_none(self):
        for value in ("-1", -1, "", "x", None, [], "9223372036.854775808", "0.0000000001"):
            with self.subTest(value=value):
                answer = self.limit({"overdraft_limit": value})
                self.assertEqual((answer.status, answer.json()["field"]), (400, "overdraft_limit"))
        answer = self.world.admin.request("PATCH", f"/v1/organizations/{self.organization}",
                                          {"overdraft_limit": "1"})
        self.assertEqual((answer.status, answer.json()["field"]), (400, "Idempotency-Key"))

    def test_renamed_for_everybody_who_belongs_to_it(self):
        caller = self.world.caller()
        path = f"/v1/organizations/{caller.organization}"
        said = self.world.admin.expect(200, "PATCH", path, {"name": "New"})
        self.assertEqual((said["name"], said["overdraft_limit"]), ("New", "0"))
        with self.world.api(caller.key) as api:
            account = api.expect(200, "GET", "/v1/user/account")
            self.assertEqual(account["organizations"][0]["name"], "New")
        key = {"Idempotency-Key": fresh_key()}
        both = {"name": "Newer", "overdraft_limit": "3"}
        said = self.world.admin.expect(200, "PATCH", path, both, key)
        self.assertEqual(self.world.admin.expect(200, "GET", path), said)
        self.world.admin.expect(200, "PATCH", path, {"name": "Newest"})
        self.assertEqual(self.world.admin.expect(200, "PATCH", path, both, key), said)
        self.assertEqual(self.world.admin.expect(200, "GET", path)["name"], "Newest")
        for body in ({}, {"name": ""}, {"name": None}, {"overdraft": 1}):
            self.assertEqual(self.world.admin.request("PATCH", path, body).status, 400)

    def test_a_void_takes_back_what_is_left(self):
        grant = self.world.grant(self.organization, "10")["id"]
        self.charge("4")
        key = fresh_key()
        voided = self.void(grant, key)
        self.assertEqual(voided.status, 200)
        said = voided.json()
        self.assertRegex(said.pop("voided_at"), patterns.INSTANT)
        self.assertEqual(said, {"id": grant, "organization": self.organization, "voided": "6",
                                "balance": {"available": "0", "held": "0"}})
        again = self.void(grant, key)
        self.assertEqual((again.headers["Idempotency-Replayed"], again.json()),
                         ("true", voided.json()))
        refused = self.void(grant)
        self.assertEqual((refused.status, refused.json()["name"]), (409, "grant_voided"))

    def test_needs_the_scope_admin(self):
        caller = self.world.caller("1")
        key = self.world.key(caller.user, scopes=["service"])["secret"]
        grant = self.world.grant(caller.organization, "1")["id"]
        with self.world.api(key) as api:
            for method, path in (("PATCH", f"/v1/organizations/{caller.organization}"),
                                 ("POST", f"/v1/grants/{grant}/void")):
                self.assertEqual(api.request(method, path).status, 403)
