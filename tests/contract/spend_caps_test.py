# SPDX-License-Identifier: Apache-2.0
"""Spend caps of callers' keys. Those of a day or a month begin anew when nobody expects it: what has to
hold over several requests is shown with caps on all that is ever spent."""

import threading

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


class SpendCaps(ServerCase):

    def setUp(self):
        self.caller = self.world.caller("1000")

    def set_caps(self, caps):
        return self.world.admin.expect(200, "PATCH", f"/v1/api-keys/{self.caller.key_id}",
                                       {"spend_caps": caps})

    def body(self, amount: str) -> dict:
        return {"organization": self.caller.organization, "amount": amount,
                "api_key": self.caller.key}

    def book(self, path: str, amount: str, key: str | None = None):
        return self.world.admin.post(path, self.body(amount), key or fresh_key())

    def caps(self) -> dict:
        verdict = self.world.admin.expect(200, "POST", "/v1/api-keys/verify",
                                          {"api_key": self.caller.key})
        return verdict["spend_caps"]

    def test_caps_are_shown_changed_and_taken_away(self):
        made = self.world.key(self.caller.user, spend_caps={"day": "1.50", "month": 20})
        self.assertEqual(made["spend_caps"], {"day": "1.5", "month": "20"})
        path = f"/v1/api-keys/{made['id']}"
        changed = self.world.admin.expect(
            200, "PATCH", path, {"spend_caps": {"day": None, "total": "0.000000001"}})
        self.assertEqual(changed["spend_caps"], {"month": "20", "total": "0.000000001"})
        self.assertEqual(self.world.admin.expect(200, "GET", path)["spend_caps"],
                         changed["spend_caps"])
        self.assertNotIn("spend_caps", self.world.admin.expect(200, "PATCH", path,
                                                               {"spend_caps": None}))

    def test_a_refusal_says_why_and_is_not_remembered(self):
        self.set_caps({"total": "10"})
        self.assertEqual(self.book("/v1/charges", "6").status, 201)
        key = fresh_key()
        for path in ("/v1/charges", "/v1/holds"):
            answer = self.book(path, "5", key)
            error = answer.json()
            self.assertEqual((answer.status, error["name"]), (402, "spend_cap_exceeded"))
            self.assertEqual([error[name] for name in ("period", "cap", "spent", "held",
                                                       "required")],
                             ["total", "10", "6", "0", "5"])
            self.assertNotIn("resets_at", error)
        self.set_caps({"total": "11"})
        answer = self.book("/v1/charges", "5", key)
        self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (201, None))

    def test_day_and_month_say_when_they_begin_anew(self):
        self.set_caps({"day": "1", "month": "0"})
        error = self.book("/v1/charges", "1").json()
        self.assertEqual(error["period"], "month")
        self.assertRegex(error["resets_at"], r"^\d{4}-\d\d-01T00:00:00.000000Z$")
        self.set_caps({"month": None})
        error = self.book("/v1/charges", "2").json()
        self.assertEqual(error["period"], "day")
        self.assertRegex(error["resets_at"], patterns.INSTANT)
        self.assertTrue(error["resets_at"].endswith("T00:00:00.000000Z"))
        self.assertEqual(self.caps()["day"]["left"], "1")

    def test_caps_hold_for_each_organization(self):
        self.set_caps({"total": "10"})
        other = self.world.organization()["id"]
        self.world.join(other, self.caller.user)
        self.world.grant(other, "100")
        for organization in (self.caller.organization, other):
            body = self.body("10") | {"organization": organization}
            self.assertEqual(self.world.admin.post("/v1/charges", body, fresh_key()).status, 201)
            self.assertEqual(self.world.admin.post("/v1/charges", body, fresh_key()).status, 402)

    def test_holds_captures_and_refunds_count(self):
        self.set_caps({"total": "10"})
        hold = self.book("/v1/holds", "8").json()["id"]
        self.assertEqual(self.caps()["total"],
                         {"cap": "10", "spent": "0", "held": "8", "left": "2"})
        captured = self.world.admin.expect(200, "POST", f"/v1/holds/{hold}/capture",
                                           {"amount": "5"}, {"Idempotency-Key": fresh_key()})
        self.assertEqual(self.caps()["total"],
                         {"cap": "10", "spent": "5", "held": "0", "left": "5"})
        self.world.admin.expect(201, "POST", f"/v1/charges/{captured['charge']['id']}/refunds",
                                {"amount": "2"}, {"Idempotency-Key": fresh_key()})
        self.assertEqual(self.caps()["total"]["left"], "7")
        self.assertEqual(self.book("/v1/charges", "7.000000001").status, 402)
        self.assertEqual(self.book("/v1/charges", "7").status, 201)

    def test_at_the_edge_exactly_one_of_two_wins(self):
        for round_number in range(1, 21):
            # Room for one charge of 10 and 9 besides.
            self.set_caps({"total": str(10 * round_number + 9)})
            statuses, together = [], threading.Barrier(2)

            def charge():
                with self.world.api(self.world.secrets[0]) as service:
                    together.wait()
                    statuses.append(
                        service.post("/v1/charges", self.body("10"), fresh_key()).status)

            threads = [threading.Thread(target=charge) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(statuses), [201, 402], f"round {round_number}")
        self.assertEqual(self.caps()["total"]["spent"], "200")
