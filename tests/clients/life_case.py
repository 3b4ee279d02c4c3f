# SPDX-License-Identifier: Apache-2.0
"""The base of the tests that play a whole life against the real server by a generated client: organization,
member, key, grant, charge with its key, repeat, hold, two captures, refund, entries, verification of the key,
and a charge that is too large. The program in life/ looks at what its client answers; what the server has
booked is looked at here."""

from tests.support.case import ServerCase
from tests.clients.tools import run

# What every program in life/ books. The hold's rest is 2.
BOOKED = [("grant", "10"), ("charge", "2.5"), ("hold", "4"), ("capture", "1.25"), ("capture", "0.75"),
          ("release", "2"), ("refund", "0.5")]


class LifeCase(ServerCase):

    def play(self, command: list, **options) -> None:
        """Runs a program that plays the life and prints the organization in its last line."""
        told = run(command, FARTHING_URL=self.server.url, FARTHING_KEY=self.server.admin_key, **options)
        organization = told.splitlines()[-1]
        entries = self.world.admin.expect(200, "GET", f"/v1/organizations/{organization}/entries")["entries"]
        self.assertEqual([(entry["kind"], entry["amount"]) for entry in entries], BOOKED)
        self.assertEqual((entries[-1]["available"], entries[-1]["held"]), ("6", "0"))
        charge = next(entry for entry in entries if entry["kind"] == "charge")
        self.assertEqual((charge["operation"], charge["metadata"]), ("completion", {"tokens": 1024}))
        members = self.world.admin.expect(200, "GET", f"/v1/organizations/{organization}/members")["members"]
        self.assertEqual([member["role"] for member in members], ["OWNER"])
