# SPDX-License-Identifier: Apache-2.0
"""Holds: credits set aside, captured in parts, given back, and never spent twice."""

import concurrent.futures
import time

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns


class Holds(ServerCase):

    def setUp(self):
        self.organization = self.world.caller("10").organization

    def place(self, amount, key: str | None = None, **members):
        body = {"organization": self.organization, "amount": amount} | members
        return self.world.admin.post("/v1/holds", body, fresh_key() if key is None else key)

    def about(self, hold: str, verb: str, body=None, key: str | None = None):
        return self.world.admin.post(f"/v1/holds/{hold}/{verb}", {} if body is None else body,
                                     fresh_key() if key is None else key)

    def read(self, hold: str) -> dict:
        return self.world.admin.expect(200, "GET", f"/v1/holds/{hold}")

    def assert_refused(self, answer, status: int, name: str):
        self.assertEqual((answer.status, answer.json()["name"]), (status, name))

    def test_answers_what_is_held(self):
        answer = self.place("2.50", ttl_s=60, operation="video", model="v3", metadata={"job": 1})
        made = answer.json()
        self.assertEqual(answer.status, 201)
        self.assertRegex(made["id"], patterns.HOLD)
        self.assertRegex(made["expires_at"], patterns.INSTANT)
        self.assertEqual(made.pop("balance"), {"available": "7.5", "held": "2.5"})
        told = self.read(made["id"])
        self.assertEqual({name: told[name] for name in made}, made)
        self.assertEqual((told["operation"], told["model"], told["metadata"], told["balance"]),
                         ("video", "v3", {"job": 1}, {"available": "7.5", "held": "2.5"}))
        del made["id"], made["expires_at"]
        self.assertEqual(made, {"organization": self.organization, "amount": "2.5",
                                "captured": "0", "released": "0", "state": "open",
                                "over_capture": "reject"})

    def test_what_is_held_cannot_be_spent(self):
        hold = self.place("9").json()["id"]
        charge = {"organization": self.organization, "amount": "2"}
        refused = self.world.admin.post("/v1/charges", charge, fresh_key())
        self.assert_refused(refused, 402, "insufficient_credits")
        self.assertEqual(refused.json()["held"], "9")
        self.assert_refused(self.place("2"), 402, "insufficient_credits")
        self.about(hold, "release")
        self.assertEqual(self.world.admin.post("/v1/charges", charge, fresh_key()).status, 201)

    def test_captured_in_parts_and_the_rest_released(self):
        hold = self.place("5").json()["id"]
        first = self.about(hold, "capture", {"amount": "1", "final": False}).json()
        self.assertEqual((first["state"], first["captured"], first["balance"]),
                         ("open", "1", {"available": "5", "held": "4"}))
        last = self.about(hold, "capture", {"amount": 2}).json()
        self.assertEqual((last["state"], last["captured"], last["released"], last["balance"]),
                         ("captured", "3", "2", {"available": "7", "held": "0"}))
        self.assertEqual(last["charge"]["amount"], "2")
        for capture in (first, last):
            charge = self.world.admin.expect(200, "GET", f"/v1/charges/{capture['charge']['id']}")
            self.assertEqual(charge, capture["charge"] | {"refunds": []})
            self.assertEqual(charge["hold"], hold)
        told = self.read(hold)
        self.assertEqual([(part["charge"], part["amount"]) for part in told["captures"]],
                         [(part["charge"]["id"], part["charge"]["amount"]) for part in (first, last)])
        self.assertEqual([part["amount"] for part in told["releases"]], ["2"])
        self.assert_refused(self.about(hold, "capture"), 409, "hold_captured")

    def test_without_a_body_a_capture_takes_everything(self):
        hold = self.place("5").json()["id"]
        answer = self.world.admin.request("POST", f"/v1/holds/{hold}/capture", None,
                                          {"Idempotency-Key": fresh_key()})
        self.assertEqual((answer.status, answer.json()["captured"]), (200, "5"))

    def test_more_than_is_held(self):
        strict = self.about(self.place("1").json()["id"], "capture", {"amount": "2"})
        self.assert_refused(strict, 409, "capture_exceeds_hold")
        self.assertEqual((strict.json()["required"], strict.json()["held"]), ("2", "1"))
        up_to = self.place("1", over_capture="up_to_available").json()["id"]
        self.assertEqual(self.about(up_to, "capture", {"amount": "3"}).json()["captured"], "3")
        overdraft = self.place("1", over_capture="overdraft").json()["id"]
        self.assert_refused(self.about(overdraft, "capture", {"amount": "20"}), 402,
                            "insufficient_credits")
        self.world.admin.expect(200, "PATCH", f"/v1/organizations/{self.organization}",
                                {"overdraft_limit": "20"}, {"Idempotency-Key": fresh_key()})
        taken = self.about(overdraft, "capture", {"amount": "20"}).json()
        self.assertEqual((taken["captured"], taken["balance"]["available"]), ("20", "-14"))

    def test_extended_never_shortened(self):
        made = self.place("1", ttl_s=600).json()
        longer = self.about(made["id"], "extend", {"ttl_s": 7200}).json()
        self.assertGreater(longer["expires_at"], made["expires_at"])
        same = self.about(made["id"], "extend", {"ttl_s": 1}).json()
        self.assertEqual(same["expires_at"], longer["expires_at"])

    def test_runs_out(self):
        hold = self.place("4", ttl_s=1).json()["id"]
        deadline = time.monotonic() + 30
        while self.read(hold)["state"] == "open":
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.read(hold)["released"], "4")
        for verb, body in (("capture", {}), ("extend", {"ttl_s": 5}), ("release", {})):
            self.assert_refused(self.about(hold, verb, body), 409, "hold_expired")

    def test_every_step_is_done_once_under_its_key(self):
        key = fresh_key()
        placed = self.place("2", key)
        self.assertEqual(self.place("2.0", key, ttl_s=600).json(), placed.json())
        self.assert_refused(self.place("2", key, ttl_s=601), 409, "idempotency_key_reused")
        hold = placed.json()["id"]
        for verb, body, other in (("extend", {"ttl_s": 900}, {"ttl_s": 901}),
                                  ("capture", {"amount": "1"}, {"amount": "1", "final": False})):
            key = fresh_key()
            first = self.about(hold, verb, body, key)
            again = self.about(hold, verb, body, key)
            self.assertEqual((again.status, again.headers["Idempotency-Replayed"], again.json()),
                             (200, "true", first.json()))
            self.assert_refused(self.about(hold, verb, other, key), 409, "idempotency_key_reused")

    def test_one_of_many_captures_at_the_same_time_wins(self):
        hold = self.place("5").json()["id"]

        def capture(serial: int) -> int:
            with self.world.api(self.server.admin_key) as api:
                return api.post(f"/v1/holds/{hold}/capture", {}, f"race-{serial}").status

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(capture, range(16)))
        self.assertEqual((statuses.count(200), statuses.count(409)), (1, 15))
        self.assertEqual(self.read(hold)["captured"], "5")

    def test_wrong_requests_are_named(self):
        for field, value in (("ttl_s", 0), ("ttl_s", 86_401), ("ttl_s", "60"), ("amount", "0"),
                             ("over_capture", "no"), ("organization", "org-1"), ("nobody", 1)):
            with self.subTest(field=field, value=value):
                answer = self.place(**({"amount": "1"} | {field: value}))
                self.assertEqual((answer.status, answer.json()["field"]), (400, field))
        hold = self.place("1").json()["id"]
        for verb, body, field in (("capture", {"amount": "-1"}, "amount"),
                                  ("capture", {"final": "yes"}, "final"), ("extend", {}, "ttl_s"),
                                  ("extend", {"ttl_s": 0}, "ttl_s"), ("release", {"x": 1}, "x")):
            with self.subTest(verb=verb, body=body):
                answer = self.about(hold, verb, body)
                self.assertEqual((answer.status, answer.json()["field"]), (400, field))
            bare = self.world.admin.request("POST", f"/v1/holds/{hold}/{verb}", body)
            self.assertEqual(bare.status, 400)

    def test_of_a_hold_that_is_not_there(self):
        made = self.place("1").json()["id"]
        for unknown in (made[:-1] + ("0" if made[-1] != "0" else "1"), "hold-1", made.upper()):
            self.assertEqual(self.world.admin.get(f"/v1/holds/{unknown}").status, 404)
            self.assertEqual(self.about(unknown, "capture").status, 404)

    def test_needs_the_scope_service(self):
        caller = self.world.caller("1")
        with self.world.api(caller.key) as api:
            self.assertEqual(api.request("POST", "/v1/holds").status, 403)
        with self.world.api(self.world.key(caller.user, scopes=["service"])["secret"]) as api:
            body = {"organization": caller.organization, "amount": "1"}
            self.assertEqual(api.post("/v1/holds", body, fresh_key()).status, 201)
