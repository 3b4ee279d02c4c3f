# SPDX-License-Identifier: Apache-2.0
"""What became of a request, asked for by its idempotency key."""

import urllib.parse

from tests.support.case import ServerCase


class Outcomes(ServerCase):

    def setUp(self):
        self.organization = self.world.organization()["id"]
        self.world.grant(self.organization, "10")

    def outcome(self, key: str):
        return self.world.admin.get(f"/v1/organizations/{self.organization}/outcomes/"
                                    + urllib.parse.quote(key, safe=""))

    def charge(self, key: str, amount: str):
        return self.world.admin.post("/v1/charges", {"organization": self.organization,
                                                     "amount": amount}, key)

    def test_is_the_entries_that_the_request_led_to(self):
        for key in ("plain", "with / and % and ?", "~", "k" * 255):
            with self.subTest(key=key):
                made = self.charge(key, "1").json()
                outcome = self.outcome(key)
                self.assertEqual(outcome.status, 200)
                self.assertEqual(outcome.json()["idempotency_key"], key)
                self.assertEqual([entry["ref"] for entry in outcome.json()["entries"]],
                                 [made["id"]])
                self.charge(key, "1")
                self.assertEqual(self.outcome(key).json(), outcome.json())

    def test_a_request_that_was_refused_or_never_came_is_404(self):
        self.assertEqual(self.charge("refused", "11").status, 402)
        for key in ("refused", "never came", "Refused", "k" * 256):
            with self.subTest(key=key):
                answer = self.outcome(key)
                self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))
