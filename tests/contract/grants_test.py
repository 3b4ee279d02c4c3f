# SPDX-License-Identifier: Apache-2.0
"""Grants: what they say, how long they last, and that each is made once."""

import datetime
import time

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


def instant(seconds_from_now: float) -> str:
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Grants(ServerCase):

    def setUp(self):
        self.caller = self.world.caller()
        self.path = f"/v1/organizations/{self.caller.organization}/grants"

    def available(self) -> str:
        path = f"/v1/organizations/{self.caller.organization}/balance"
        return self.world.admin.expect(200, "GET", path)["available"]

    def test_defaults(self):
        made = self.world.grant(self.caller.organization, "12.50")
        self.assertRegex(made["id"], patterns.GRANT)
        self.assertIn(self.caller.organization.removeprefix("org-"), made["id"])
        self.assertRegex(made["created_at"], patterns.INSTANT)
        self.assertEqual(
            {name: made[name] for name in ("organization", "amount", "remaining", "category",
                                           "priority", "effective_at")},
            {"organization": self.caller.organization, "amount": "12.5", "remaining": "12.5",
             "category": "paid", "priority": 100, "effective_at": made["created_at"]})
        self.assertFalse(made.keys() & {"expires_at", "metadata"})
        self.assertEqual(self.world.admin.expect(200, "GET", f"/v1/grants/{made['id']}"), made)
        self.assertEqual(list(self.world.admin.list_all(self.path, "grants")), [made])

    def test_every_member_is_kept(self):
        said = {"category": "promotional", "priority": -7,
                "effective_at": "2999-01-01T00:00:00.000000Z",
                "expires_at": "2999-01-01T00:00:00.000001Z",
                "metadata": {"b": [1, "x", None, True, {"n": 1.25}], "a": "🪙"}}
        made = self.world.grant(self.caller.organization, "1", **said)
        self.assertEqual({name: made[name] for name in said}, said)
        self.assertEqual(self.available(), "0")

    def test_an_amount_may_be_an_exact_number(self):
        for written, expected in ((b"1", "1"), (b"0.1", "0.1"), (b"1e3", "1000"), (b"1.5E-2", "0.015"),
                                  (b"9223372.854775807", "9223372.854775807"),
                                  (b"0.10000000000000", "0.1"), (b'"0.000000150"', "0.00000015")):
            with self.subTest(written=written):
                answer = self.world.admin.post(self.path, b'{"amount": %b}' % written, fresh_key())
                self.assertEqual((answer.status, answer.json()["amount"]), (201, expected))

    def test_an_effective_at_in_the_past_means_now(self):
        made = self.world.grant(self.caller.organization, "1", effective_at="1999-12-31T23:59:59Z")
        self.assertEqual(made["effective_at"], made["created_at"])
        self.assertEqual(self.available(), "1")

    def test_a_grant_ends(self):
        self.world.grant(self.caller.organization, "5")
        made = self.world.grant(self.caller.organization, "3", expires_at=instant(1.5))
        self.assertEqual(self.available(), "8")
        deadline = time.monotonic() + 30
        while self.available() == "8":
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.available(), "5")
        self.assertGreaterEqual(instant(0), made["expires_at"])

    def test_a_grant_becomes_effective(self):
        made = self.world.grant(self.caller.organization, "3", effective_at=instant(1.5))
        self.assertEqual(self.available(), "0")
        deadline = time.monotonic() + 30
        while self.available() == "0":
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.available(), "3")
        self.assertGreaterEqual(instant(0), made["effective_at"])

    def test_the_same_request_again_gets_the_first_answer(self):
        key = fresh_key()
        first = self.world.admin.post(self.path, {"amount": "2.5", "metadata": {"a": 1, "b": 2}}, key)
        self.world.charge(self.caller.organization, "1")
        for body in (b'{"amount": "2.50", "metadata": {"b": 2, "a": 1}}',
                     b'{"metadata": {"a": 1, "b": 2}, "amount": 2.5, "priority": 100}',
                     b'{"metadata": {"a": 1, "b": 2}, "amount": "2.5", "category": "paid"}'):
            with self.subTest(body=body):
                again = self.world.admin.post(self.path, body, key)
                self.assertEqual((again.status, again.headers["Idempotency-Replayed"]),
                                 (201, "true"))
                self.assertEqual(again.json(), first.json())
        self.assertEqual(self.available(), "1.5")

    def test_a_different_request_under_the_same_key_is_refused(self):
        key = fresh_key()
        self.world.admin.post(self.path, {"amount": "2.5"}, key)
        for body in ({"amount": "2.6"}, {"amount": "2.5", "priority": 1},
                     {"amount": "2.5", "metadata": {}}, {"amount": "2.5", "category": "promotional"},
                     {"amount": "2.5", "expires_at": "2999-01-01T00:00:00Z"}):
            with self.subTest(body=body):
                answer = self.world.admin.post(self.path, body, key)
                self.assertEqual((answer.status, answer.json()["name"]),
                                 (409, "idempotency_key_reused"))
        self.assertEqual(self.available(), "2.5")

    def test_keys_of_one_organization_are_none_of_anothers(self):
        key, other = fresh_key(), self.world.caller()
        for organization in (self.caller.organization, other.organization):
            answer = self.world.admin.post(f"/v1/organizations/{organization}/grants",
                                           {"amount": "1"}, key)
            self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (201, None))

    def test_a_sum_that_cannot_be_counted_is_refused(self):
        self.world.grant(self.caller.organization, "9223372036.854775806")
        self.world.grant(self.caller.organization, "0.000000001")
        answer = self.world.admin.post(self.path, {"amount": "0.000000001"}, fresh_key())
        self.assertEqual((answer.status, answer.json()["name"]), (409, "amount_overflow"))
        self.assertEqual(self.available(), "9223372036.854775807")

    def test_a_grant_that_has_ended_before_it_begins_is_refused(self):
        for members in ({"expires_at": "1999-01-01T00:00:00Z"},
                        {"effective_at": "2999-01-01T00:00:00Z",
                         "expires_at": "2999-01-01T00:00:00Z"}):
            answer = self.world.admin.post(self.path, {"amount": "1"} | members, fresh_key())
            self.assertEqual((answer.status, answer.json()["field"]), (400, "expires_at"))

    def test_of_an_organization_or_grant_that_is_not_there(self):
        nowhere = "org-00000000000000000000000001"
        answer = self.world.admin.post(f"/v1/organizations/{nowhere}/grants", {"amount": "1"},
                                       fresh_key())
        self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))
        made = self.world.grant(self.caller.organization, "1")["id"]
        for unknown in (made[:-1] + ("0" if made[-1] != "0" else "1"), "grant-1", made.upper()):
            self.assertEqual(self.world.admin.get(f"/v1/grants/{unknown}").status, 404)
