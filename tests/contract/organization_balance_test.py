# SPDX-License-Identifier: Apache-2.0
"""An organization's balance in detail: what each grant has left, and what ends soon."""

import datetime

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


def in_days(days: float) -> str:
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return at.isoformat()


class OrganizationBalance(ServerCase):

    def setUp(self):
        self.organization = self.world.organization()["id"]

    def balance(self) -> dict:
        return self.world.admin.expect(200, "GET",
                                       f"/v1/organizations/{self.organization}/balance")

    def test_without_grants(self):
        balance = self.balance()
        self.assertRegex(balance.pop("as_of"), patterns.INSTANT)
        self.assertEqual(balance, {"available": "0", "held": "0", "grants": [], "expiring": "0",
                                   "burn_per_day": "0"})

    def test_grants_stand_in_the_order_in_which_they_are_spent(self):
        last = self.world.grant(self.organization, "1", priority=200)
        for_ever = self.world.grant(self.organization, "2")
        later = self.world.grant(self.organization, "4", expires_at=in_days(40))
        soon = self.world.grant(self.organization, "8", expires_at=in_days(20))
        self.world.grant(self.organization, "16", effective_at=in_days(1))
        first = self.world.grant(self.organization, "32", priority=-1, category="promotional")
        balance = self.balance()
        self.assertEqual([grant["grant"] for grant in balance["grants"]],
                         [grant["id"] for grant in (first, soon, later, for_ever, last)])
        self.assertEqual((balance["available"], balance["expiring"]), ("47", "8"))
        self.assertEqual(balance["grants"][0], {
            "grant": first["id"], "remaining": "32", "held": "0", "priority": -1,
            "category": "promotional"})
        self.assertEqual(balance["grants"][1]["expires_at"], soon["expires_at"])

    def test_what_is_spent_is_gone(self):
        soon = self.world.grant(self.organization, "8", expires_at=in_days(20))
        for_ever = self.world.grant(self.organization, "2")
        self.world.charge(self.organization, "3.5")
        balance = self.balance()
        self.assertEqual((balance["available"], balance["expiring"]), ("6.5", "4.5"))
        self.assertEqual([(grant["grant"], grant["remaining"]) for grant in balance["grants"]],
                         [(soon["id"], "4.5"), (for_ever["id"], "2")])
        self.world.charge(self.organization, "5.5")
        balance = self.balance()
        self.assertEqual((balance["available"], balance["expiring"]), ("1", "0"))
        self.assertEqual([grant["grant"] for grant in balance["grants"]], [for_ever["id"]])

    def test_burn_rate_of_the_first_day_is_what_was_spent(self):
        self.world.grant(self.organization, "10")
        for amount in ("1.5", "0.5"):
            self.world.charge(self.organization, amount)
        balance = self.balance()
        self.assertEqual((balance["burn_per_day"], balance["runway_s"]), ("2", 4 * 24 * 60 * 60))

    def test_what_was_refunded_does_not_count_as_burn(self):
        self.world.grant(self.organization, "10")
        charges = [self.world.charge(self.organization, amount)["id"] for amount in ("1.5", "0.5")]
        # What is left is 8.5, 9.5 and 10.
        for charge, body, burn, runway_s in ((charges[0], {"amount": "0.5"}, "1.5", 489_600),
                                             (charges[0], {}, "0.5", 1_641_600),
                                             (charges[1], {}, "0", None)):
            self.world.admin.expect(201, "POST", f"/v1/charges/{charge}/refunds", body,
                                    {"Idempotency-Key": fresh_key()})
            balance = self.balance()
            self.assertEqual(balance["burn_per_day"], burn)
            self.assertEqual(balance.get("runway_s"), runway_s)
