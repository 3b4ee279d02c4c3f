# SPDX-License-Identifier: Apache-2.0
"""One rule for idempotency keys, whichever way one comes in: header, body of a batch, query of /authorize."""

import re
import urllib.parse

from tests.support.case import ServerCase

_NEW = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
_BLANK_AT_AN_END = (" k", "k ", " ", "  ", " k ", "k" * 254 + " ")
_MALFORMED = ("", "k\tk", "k\nk", "k\x7fk", "kék", "k" * 256)
_WELL_FORMED = ("k", "order 17", "k" * 255, "k" + " " * 253 + "k", "~", "a+b", "a%20b", "!")


class IdempotencyKeys(ServerCase):

    def setUp(self):
        self.caller = self.world.caller("1000")
        self.organization = self.caller.organization

    def available(self) -> str:
        path = f"/v1/organizations/{self.organization}/balance"
        return self.world.admin.expect(200, "GET", path)["available"]

    def in_batch(self, key: str) -> dict:
        charge = {"idempotency_key": key, "organization": self.organization, "amount": "1"}
        return self.world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": [charge]})["results"][0]

    def by_header(self, key: str):
        return self.world.admin.post("/v1/charges", {"organization": self.organization, "amount": "1"}, key)

    def by_proxy(self, key: str):
        query = urllib.parse.urlencode({"cost": "1", "idempotency_key": key})
        return self.world.admin.request("GET", f"/authorize?{query}", None,
                                        {"Farthing-Caller-Authorization": self.caller.key})

    def outcome(self, key: str):
        path = f"/v1/organizations/{self.organization}/outcomes/{urllib.parse.quote(key, safe='')}"
        return self.world.admin.get(path)

    def test_what_is_malformed_is_refused_by_every_way_and_books_nothing(self):
        for key in (*_BLANK_AT_AN_END, *_MALFORMED):
            with self.subTest(key=key):
                self.assertIsNone(_NEW.fullmatch(key))
                result = self.in_batch(key)
                self.assertEqual((result["status"], result["error"]["name"], result["error"]["field"]),
                                 (400, "bad_request", "idempotency_key"))
                answer = self.by_proxy(key)
                self.assertEqual((answer.status, answer.json()["name"], answer.json()["field"]),
                                 (400, "bad_request", "idempotency_key"))
        self.assertEqual(self.available(), "1000")

    def test_a_blank_around_a_header_is_no_part_of_it(self):
        made = self.by_header("  h  ").json()
        for again in (self.by_header("h").json(), self.in_batch("h")["charge"]):
            self.assertEqual(again["id"], made["id"])
        self.assertEqual(self.outcome("%20h").status, 404)
        self.assertEqual(self.available(), "999")

    def test_what_is_well_formed_is_one_key_by_every_way(self):
        for key in _WELL_FORMED:
            with self.subTest(key=key):
                self.assertIsNotNone(_NEW.fullmatch(key))
                made = self.by_header(key).json()
                result = self.in_batch(key)
                self.assertEqual((result["replayed"], result["charge"]["id"]), (True, made["id"]))
                self.assertEqual(self.by_proxy(key).headers["Farthing-Error"], "idempotency_key_reused")
                self.assertEqual(self.outcome(key).json()["idempotency_key"], key)
        self.assertEqual(self.available(), str(1000 - len(_WELL_FORMED)))
