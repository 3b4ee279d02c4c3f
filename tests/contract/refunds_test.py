# SPDX-License-Identifier: Apache-2.0
"""Refunds: never more than the charge, each made once, and told wherever the charge is shown."""

import concurrent.futures

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


class Refunds(ServerCase):

    def setUp(self):
        self.organization = self.world.caller().organization
        self.grant = self.world.grant(self.organization, "10")["id"]

    def refund(self, charge: str, body=None, key: str | None = None):
        return self.world.admin.post(f"/v1/charges/{charge}/refunds", {} if body is None else body,
                                     fresh_key() if key is None else key)

    def read(self, charge: str) -> dict:
        return self.world.admin.expect(200, "GET", f"/v1/charges/{charge}")

    def test_goes_back_to_the_grants_that_paid(self):
        charge = self.world.charge(self.organization, "4")
        answer = self.refund(charge["id"], {"amount": "1.50"})
        made = answer.json()
        self.assertEqual(answer.status, 201)
        named = {name: made.pop(name) for name in ("id", "created_at")}
        self.assertRegex(named["id"], patterns.REFUND)
        self.assertRegex(named["created_at"], patterns.INSTANT)
        self.assertEqual(made, {
            "organization": self.organization, "charge": charge["id"], "amount": "1.5", "ended": "0",
            "grants": [{"grant": self.grant, "amount": "1.5"}],
            "balance": {"available": "7.5", "held": "0"}})
        told = named | {name: made[name] for name in ("amount", "ended", "grants")}
        self.assertEqual(self.read(charge["id"]),
                         charge | {"refunded": "1.5", "refunds": [told]})

    def test_lists_tell_what_was_refunded(self):
        charges = [self.world.charge(self.organization, "1")["id"] for _ in range(5)]
        self.refund(charges[1], {"amount": "0.25"})
        self.refund(charges[3])
        listed = self.world.admin.list_all(f"/v1/charges?organization={self.organization}",
                                           "charges", limit=2)
        self.assertEqual([(charge["id"], charge["refunded"]) for charge in listed],
                         list(zip(charges, ("0", "0.25", "0", "1", "0"))))

    def test_never_more_than_is_left(self):
        charge = self.world.charge(self.organization, "4")["id"]
        self.assertEqual(self.refund(charge, {"amount": "3"}).status, 201)
        refused = self.refund(charge, {"amount": "1.000000001"})
        self.assertEqual((refused.status, refused.json()["name"], refused.json()["refundable"]),
                         (409, "refund_exceeds_charge", "1"))
        self.assertEqual(self.refund(charge).json()["amount"], "1")
        refused = self.refund(charge)
        self.assertEqual((refused.status, refused.json()["name"]), (409, "charge_fully_refunded"))

    def test_never_more_whoever_refunds_at_the_same_time(self):
        charge = self.world.charge(self.organization, "4")["id"]

        def refund(serial: int) -> int:
            with self.world.api(self.server.admin_key) as api:
                return api.post(f"/v1/charges/{charge}/refunds", {"amount": "1"},
                                f"race-{serial}").status

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(refund, range(16)))
        self.assertEqual((statuses.count(201), statuses.count(409)), (4, 12))
        self.assertEqual(self.read(charge)["refunded"], "4")

    def test_a_share_of_a_voided_grant_ends_at_once(self):
        charge = self.world.charge(self.organization, "4")["id"]
        self.world.admin.expect(200, "POST", f"/v1/grants/{self.grant}/void", None,
                                {"Idempotency-Key": fresh_key()})
        made = self.refund(charge, {"amount": "3"}).json()
        self.assertEqual((made["ended"], made["balance"]["available"]), ("3", "0"))

    def test_the_same_request_again_gets_the_first_answer(self):
        charge, key = self.world.charge(self.organization, "4")["id"], fresh_key()
        first = self.refund(charge, {"amount": "1"}, key)
        again = self.refund(charge, {"amount": 1.0}, key)
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"], again.json()),
                         (201, "true", first.json()))
        other = self.refund(charge, None, key)
        self.assertEqual((other.status, other.json()["name"]), (409, "idempotency_key_reused"))
        self.assertEqual(self.read(charge)["refunded"], "1")

    def test_wrong_requests_are_named(self):
        charge = self.world.charge(self.organization, "4")["id"]
        for body, field in (({"amount": "0"}, "amount"), ({"note": "x"}, "note")):
            with self.subTest(body=body):
                answer = self.refund(charge, body)
                self.assertEqual((answer.status, answer.json()["field"]), (400, field))
        for unknown in (charge[:-1] + ("0" if charge[-1] != "0" else "1"), "charge-1"):
            self.assertEqual(self.refund(unknown).status, 404)
