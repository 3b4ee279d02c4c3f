# SPDX-License-Identifier: Apache-2.0
"""The balance of an organization at any instant that is past."""

from tests.support.api import fresh_key
from tests.support.case import ServerCase


class PastBalance(ServerCase):

    def setUp(self):
        self.organization = self.world.organization()["id"]
        self.path = f"/v1/organizations/{self.organization}/balance"
        self.grant = self.world.grant(self.organization, "10", priority=5)
        self.world.charge(self.organization, "2.5")
        self.write("/v1/holds", organization=self.organization, amount="3")
        self.world.charge(self.organization, "0.000000001")
        self.entries = list(self.world.admin.list_all(
            f"/v1/organizations/{self.organization}/entries", "entries"))

    def write(self, path: str, **members) -> dict:
        return self.world.admin.expect(201, "POST", path, members,
                                       {"Idempotency-Key": fresh_key()})

    def at(self, instant: str) -> dict:
        return self.world.admin.expect(200, "GET", f"{self.path}?at={instant}")

    def test_is_what_each_entry_says(self):
        for entry in self.entries:
            with self.subTest(seq=entry["seq"]):
                last = [one for one in self.entries if one["at"] == entry["at"]][-1]
                past = self.at(entry["at"])
                self.assertEqual((past["available"], past["held"], past["as_of"]),
                                 (last["available"], last["held"], entry["at"]))

    def test_says_all_that_the_present_says(self):
        past = self.at(self.entries[2]["at"])
        self.assertEqual(past["grants"], [{"grant": self.grant["id"], "remaining": "4.5",
                                           "held": "3", "priority": 5, "category": "paid"}])
        self.assertNotEqual(past["burn_per_day"], "0")
        self.assertEqual(self.at(self.entries[0]["at"])["burn_per_day"], "0")
        self.assertEqual(past["expiring"], "0")

    def test_before_the_organization_there_was_nothing(self):
        past = self.at("1999-12-31T23:59:59Z")
        self.assertEqual(past, {"available": "0", "held": "0", "grants": [], "expiring": "0",
                                "burn_per_day": "0", "as_of": "1999-12-31T23:59:59.000000Z"})

    def test_the_future_and_what_is_no_instant_are_refused(self):
        for instant in ("2999-01-01T00:00:00Z", "yesterday", "", "2026-13-01T00:00:00Z"):
            with self.subTest(instant=instant):
                answer = self.world.admin.get(f"{self.path}?at={instant}")
                self.assertEqual((answer.status, answer.json()["field"]), (400, "at"))
