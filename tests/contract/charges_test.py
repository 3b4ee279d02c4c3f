# SPDX-License-Identifier: Apache-2.0
"""Charges: which grants pay, that each is made once, and never below zero."""

import concurrent.futures

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


class Charges(ServerCase):

    def setUp(self):
        self.organization = self.world.caller().organization

    def charge(self, amount, key: str | None = None, **members):
        body = {"organization": self.organization, "amount": amount} | members
        return self.world.admin.post("/v1/charges", body, fresh_key() if key is None else key)

    def available(self) -> str:
        path = f"/v1/organizations/{self.organization}/balance"
        return self.world.admin.expect(200, "GET", path)["available"]

    def test_answers_what_was_booked(self):
        grant = self.world.grant(self.organization, "10")["id"]
        answer = self.charge("2.50", operation="image", model="model-1", metadata={"a": 1})
        made = answer.json()
        self.assertEqual(answer.status, 201)
        self.assertRegex(made["id"], patterns.CHARGE)
        self.assertIn(self.organization.removeprefix("org-"), made["id"])
        self.assertRegex(made["created_at"], patterns.INSTANT)
        del made["id"], made["created_at"]
        self.assertEqual(made, {
            "organization": self.organization, "amount": "2.5", "refunded": "0",
            "operation": "image", "model": "model-1", "metadata": {"a": 1},
            "grants": [{"grant": grant, "amount": "2.5"}],
            "balance": {"available": "7.5", "held": "0"}})

    def test_shown_and_listed_in_the_order_they_were_made(self):
        self.world.grant(self.organization, "10")
        made = [self.charge("1").json() for _ in range(5)]
        for charge in made:
            self.assertEqual(self.world.admin.expect(200, "GET", f"/v1/charges/{charge['id']}"),
                             charge | {"refunds": []})
        listed = self.world.admin.list_all(f"/v1/charges?organization={self.organization}",
                                           "charges")
        self.assertEqual(list(listed), made)

    def test_grants_pay_in_burn_order(self):
        late, never, soon, first, promotional = (
            self.world.grant(self.organization, "1", **members)["id"] for members in (
                {"expires_at": "2999-06-01T00:00:00Z"}, {}, {"expires_at": "2999-01-01T00:00:00Z"},
                {"priority": 1}, {"priority": 200, "category": "promotional",
                                  "expires_at": "2998-01-01T00:00:00Z"}))
        made = self.charge("4.5").json()
        self.assertEqual(made["grants"], [
            {"grant": first, "amount": "1"}, {"grant": soon, "amount": "1"},
            {"grant": late, "amount": "1"}, {"grant": never, "amount": "1"},
            {"grant": promotional, "amount": "0.5"}])
        self.assertEqual(made["balance"], {"available": "0.5", "held": "0"})
        left = {grant["id"]: grant["remaining"] for grant in self.world.admin.list_all(
            f"/v1/organizations/{self.organization}/grants", "grants")}
        self.assertEqual(left, {late: "0", never: "0", soon: "0", first: "0", promotional: "0.5"})

    def test_the_last_credit_can_be_spent_and_no_more(self):
        self.world.grant(self.organization, "1")
        self.assertEqual(self.charge("0.999999999").status, 201)
        refused = self.charge("0.000000002")
        error = refused.json()
        self.assertEqual((refused.status, error["name"]), (402, "insufficient_credits"))
        self.assertEqual({name: error[name] for name in ("required", "available", "held")},
                         {"required": "0.000000002", "available": "0.000000001", "held": "0"})
        self.assertNotIn("next_grant_at", error)
        self.assertEqual(self.charge("0.000000001").json()["balance"]["available"], "0")
        self.assertEqual(self.charge("0.000000001").status, 402)

    def test_a_refusal_says_when_the_next_grant_comes(self):
        coming = self.world.grant(self.organization, "5", effective_at="2999-01-01T00:00:00Z")
        error = self.charge("1").json()
        self.assertEqual(error["next_grant_at"], coming["effective_at"])

    def test_a_refusal_is_not_remembered(self):
        key = fresh_key()
        self.assertEqual(self.charge("3", key).status, 402)
        self.world.grant(self.organization, "3")
        answer = self.charge("3", key)
        self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (201, None))

    def test_the_same_request_again_gets_the_first_answer(self):
        self.world.grant(self.organization, "10")
        key = fresh_key()
        first = self.charge("1", key, operation="a", metadata={"a": 1, "b": [1, 2]})
        self.charge("1")
        for amount in ("1", "1.0", 1, 1.0):
            again = self.charge(amount, key, operation="a", metadata={"b": [1, 2], "a": 1})
            self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
            self.assertEqual(again.json(), first.json())
        self.assertEqual(self.available(), "8")

    def test_a_different_request_under_the_same_key_is_refused(self):
        self.world.grant(self.organization, "10")
        key = fresh_key()
        self.charge("1", key, operation="a")
        for amount, members in (("2", {"operation": "a"}), ("1", {}), ("1", {"operation": "b"}),
                                ("1", {"operation": "a", "model": "e"}),
                                ("1", {"operation": "a", "metadata": {"x": 1}})):
            with self.subTest(amount=amount, members=members):
                answer = self.charge(amount, key, **members)
                self.assertEqual((answer.status, answer.json()["name"]),
                                 (409, "idempotency_key_reused"))
        grant = self.world.admin.post(f"/v1/organizations/{self.organization}/grants",
                                      {"amount": "1"}, key)
        self.assertEqual(grant.json()["name"], "idempotency_key_reused")
        self.assertEqual(self.available(), "9")

    def test_never_below_zero_whoever_charges_at_the_same_time(self):
        self.world.grant(self.organization, "50")

        def charge_many(serial: int) -> list[int]:
            with self.world.api(self.server.admin_key) as api:
                body = {"organization": self.organization, "amount": "1"}
                return [api.post("/v1/charges", body, f"race-{serial}-{n}").status
                        for n in range(20)]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = [status for one in pool.map(charge_many, range(8)) for status in one]
        self.assertEqual((statuses.count(201), statuses.count(402)), (50, 110))
        self.assertEqual(self.available(), "0")

    def test_a_request_that_races_with_its_own_repetition_is_booked_once(self):
        self.world.grant(self.organization, "50")

        def charge_once(_: int) -> str:
            with self.world.api(self.server.admin_key) as api:
                body = {"organization": self.organization, "amount": "1"}
                return api.post("/v1/charges", body, "the-same").json()["id"]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(charge_once, range(64)))
        self.assertEqual(len(ids), 1)
        self.assertEqual(self.available(), "49")

    def test_of_an_organization_or_charge_that_is_not_there(self):
        nowhere = "org-00000000000000000000000001"
        answer = self.charge("1", organization=nowhere)
        self.assertEqual((answer.status, answer.json()["name"], answer.json()["field"]),
                         (404, "not_found", "organization"))
        self.world.grant(self.organization, "1")
        made = self.charge("1").json()["id"]
        for unknown in (made[:-1] + ("0" if made[-1] != "0" else "1"), "charge-1", "%20"):
            self.assertEqual(self.world.admin.get(f"/v1/charges/{unknown}").status, 404)
