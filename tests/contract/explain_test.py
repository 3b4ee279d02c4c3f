# SPDX-License-Identifier: Apache-2.0
"""A charge explained: which grants paid, what went back to which, what is owed; and that it adds up."""

from decimal import Decimal

from tests.support.api import fresh_key
from tests.support.case import ServerCase


class Explain(ServerCase):

    def setUp(self):
        self.organization = self.world.caller().organization

    def refund(self, charge: str, amount: str) -> dict:
        return self.world.admin.expect(201, "POST", f"/v1/charges/{charge}/refunds",
                                       {"amount": amount}, {"Idempotency-Key": fresh_key()})

    def explain(self, charge: str) -> dict:
        told = self.world.admin.expect(200, "GET", f"/v1/charges/{charge}/explain")
        amount = Decimal(told["charge"]["amount"])
        debt = {name: Decimal(value) for name, value in told["debt"].items()}
        self.assertEqual(amount, debt["incurred"] + sum(Decimal(grant["paid"])
                                                        for grant in told["grants"]))
        self.assertEqual(debt["owed"], debt["incurred"] - debt["repaid"] - debt["refunded"])
        self.assertEqual(debt["repaid"], sum(Decimal(grant["repaid"]) for grant in told["grants"]))
        self.assertEqual(Decimal(told["charge"]["refunded"]), debt["refunded"] + sum(
            Decimal(grant["refunded"]) for grant in told["grants"]))
        return told

    def test_from_grants_to_refunds(self):
        first = self.world.grant(self.organization, "2", priority=1)["id"]
        second = self.world.grant(self.organization, "5", category="promotional")["id"]
        charge = self.world.charge(self.organization, "4")["id"]
        self.refund(charge, "1")
        self.world.admin.expect(200, "POST", f"/v1/grants/{second}/void", None,
                                {"Idempotency-Key": fresh_key()})
        last = self.refund(charge, "1.5")
        told = self.explain(charge)
        self.assertEqual(
            [(grant["grant"], grant["category"], grant["priority"], grant["paid"],
              grant["refunded"], grant["ended"]) for grant in told["grants"]],
            [(first, "paid", 1, "2", "0.5", "0"), (second, "promotional", 100, "2", "2", "1")])
        self.assertEqual([step["kind"] for step in told["steps"]], ["charge", "refund", "refund"])
        self.assertEqual(told["steps"][2]["refund"], last["id"])
        self.assertEqual(told["debt"],
                         {"incurred": "0", "repaid": "0", "refunded": "0", "owed": "0"})

    def test_what_a_charge_owed_and_who_paid_it(self):
        self.world.admin.expect(200, "PATCH", f"/v1/organizations/{self.organization}",
                                {"overdraft_limit": "9"}, {"Idempotency-Key": fresh_key()})
        charge = self.world.charge(self.organization, "6")["id"]
        grant = self.world.grant(self.organization, "4")["id"]
        self.refund(charge, "3")
        told = self.explain(charge)
        self.assertEqual(told["debt"],
                         {"incurred": "6", "repaid": "4", "refunded": "2", "owed": "0"})
        self.assertEqual([(one["grant"], one["paid"], one["repaid"], one["refunded"])
                          for one in told["grants"]], [(grant, "0", "4", "1")])
        self.assertEqual([step["kind"] for step in told["steps"]], ["charge", "repay", "refund"])

    def test_a_capture_is_explained_as_a_charge(self):
        self.world.grant(self.organization, "5")
        hold = self.world.admin.expect(201, "POST", "/v1/holds",
                                       {"organization": self.organization, "amount": "3"},
                                       {"Idempotency-Key": fresh_key()})["id"]
        captured = self.world.admin.expect(200, "POST", f"/v1/holds/{hold}/capture", {"amount": "2"},
                                           {"Idempotency-Key": fresh_key()})
        told = self.explain(captured["charge"]["id"])
        self.assertEqual((told["charge"]["hold"], told["steps"][0]["kind"]), (hold, "capture"))

    def test_of_a_charge_that_is_not_there(self):
        self.world.grant(self.organization, "5")
        made = self.world.charge(self.organization, "1")["id"]
        for unknown in (made[:-1] + ("0" if made[-1] != "0" else "1"), "charge-1"):
            self.assertEqual(self.world.admin.get(f"/v1/charges/{unknown}/explain").status, 404)
