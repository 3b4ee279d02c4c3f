# SPDX-License-Identifier: Apache-2.0
"""Batches of charges: each with its own key and its own result, in order."""

from tests.support.api import fresh_key
from tests.support.case import ServerCase


class ChargeBatches(ServerCase):

    def setUp(self):
        self.organization = self.world.caller("10").organization

    def charge(self, amount, key: str | None = None, **members) -> dict:
        return {"idempotency_key": fresh_key() if key is None else key,
                "organization": self.organization, "amount": amount} | members

    def batch(self, *charges) -> list[dict]:
        return self.world.admin.expect(200, "POST", "/v1/charges/batch",
                                       {"charges": charges})["results"]

    def test_results_are_in_order_and_each_stands_alone(self):
        other = self.world.caller("1").organization
        results = self.batch(
            self.charge("4", operation="a", model="b", metadata={"c": 1}), self.charge("7"),
            self.charge("1", organization=other), self.charge("0"),
            self.charge("1", organization="org-00000000000000000000000001"), self.charge("6"), 7)
        self.assertEqual([result["status"] for result in results],
                         [201, 402, 201, 400, 404, 201, 400])
        self.assertEqual(results[1]["error"]["available"], "6")
        self.assertEqual(results[3]["error"]["field"], "amount")
        for result in (results[0], results[2], results[5]):
            charge = result["charge"]
            self.assertEqual(self.world.admin.expect(200, "GET", f"/v1/charges/{charge['id']}"),
                             charge | {"refunds": []})
        self.assertEqual(results[5]["charge"]["balance"]["available"], "0")

    def test_repeated_it_books_nothing_again(self):
        charges = [self.charge("1") for _ in range(5)]
        first = self.batch(*charges)
        again = self.batch(*charges, self.charge("2"))
        self.assertEqual([result["charge"] for result in again[:5]],
                         [result["charge"] for result in first])
        self.assertTrue(all(result["replayed"] for result in again[:5]))
        self.assertNotIn("replayed", again[5])
        self.assertEqual(again[5]["charge"]["balance"]["available"], "3")

    def test_a_key_twice_in_one_batch_is_charged_once(self):
        key = fresh_key()
        one, two, three = self.batch(self.charge("1", key), self.charge("1.0", key),
                                     self.charge("2", key))
        self.assertEqual((one["charge"], two["replayed"]), (two["charge"], True))
        self.assertEqual((three["status"], three["error"]["name"]), (409, "idempotency_key_reused"))

    def test_a_thousand_and_no_more(self):
        results = self.batch(*(self.charge("0.01") for _ in range(1000)))
        self.assertEqual({result["status"] for result in results}, {201})
        self.assertEqual(results[-1]["charge"]["balance"]["available"], "0")
        for charges in ([], [self.charge("0.01")] * 1001, {}, None, "x"):
            answer = self.world.admin.post("/v1/charges/batch", {"charges": charges}, fresh_key())
            self.assertEqual((answer.status, answer.json()["field"]), (400, "charges"))

    def test_needs_the_scope_service(self):
        with self.world.api(self.world.caller().key) as api:
            self.assertEqual(api.request("POST", "/v1/charges/batch").status, 403)
