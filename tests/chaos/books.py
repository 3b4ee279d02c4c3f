# SPDX-License-Identifier: Apache-2.0
"""The entries of an organization as they were read from the server, and what must hold of them whoever made them.
They are read on from where the last reading ended."""

import collections
import decimal

from tests.support.api import Api

ZERO = decimal.Decimal(0)
# What is made by each: nobody but the one who asked for it has the id.
MAKING = ("grant", "charge", "hold", "capture", "refund")


class BooksBroken(AssertionError):
    """The entries contradict each other."""


class Books:

    def __init__(self, organization: str):
        self.organization = organization
        self.entries: list[dict] = []
        # By kind and what the entry is about.
        self._by_ref: dict[tuple[str, str], list[dict]] = collections.defaultdict(list)
        self._available = ZERO
        self._held = ZERO
        # Where the last page begins: what was the last one then may have become longer.
        self._cursor = ""
        self._before_page = 0

    def read_on(self, api: Api) -> list[dict]:
        """The entries since the last reading; each must go on from the one before."""
        first = len(self.entries)
        while True:
            path = f"/v1/organizations/{self.organization}/entries?limit=1000{self._cursor}"
            page = api.expect(200, "GET", path)
            for entry in page["entries"][len(self.entries) - self._before_page:]:
                self._add(entry)
            if page["next"] is None:
                return self.entries[first:]
            self._cursor = f"&cursor={page['next']}"
            self._before_page = len(self.entries)

    def find(self, kind: str, ref: str) -> list[dict]:
        return self._by_ref.get((kind, ref), [])

    def has(self, movement) -> bool:
        """Whether an acknowledged movement is there, once, with what its answer says."""
        found = self.find(movement.kind, movement.ref)
        if len(found) != 1:
            return False
        made = movement.answer["charge"] if movement.kind == "capture" else movement.answer
        # A release says what it gave back as what the hold has released.
        amount = made["released"] if movement.kind == "release" else made["amount"]
        if found[0]["amount"] != amount:
            return False
        balance = movement.answer.get("balance")
        # An outcome of several entries ends with another balance than its first.
        return (balance is None or movement.kind == "capture" or
                (found[0]["available"], found[0]["held"]) == (balance["available"], balance["held"]))

    def _add(self, entry: dict) -> None:
        if entry["seq"] != len(self.entries) + 1:
            raise BooksBroken(f"entry {entry['seq']} follows {len(self.entries)}")
        amount = decimal.Decimal(entry["amount"])
        paid = sum((decimal.Decimal(part["amount"]) for part in entry["grants"]), ZERO)
        kind = entry["kind"]
        if kind in ("charge", "hold", "capture", "release", "refund") and paid != amount:
            raise BooksBroken(f"the parts of {entry} do not add up")
        # Of a capture, what comes out of the hold is what was held less what is held.
        available, held = decimal.Decimal(entry["available"]), decimal.Decimal(entry["held"])
        moved = {"grant": (amount, ZERO), "charge": (-amount, ZERO), "hold": (-amount, amount),
                 "capture": (ZERO, -amount), "release": (amount, -amount), "refund": (amount, ZERO)}
        if (available - self._available, held - self._held) != moved[kind]:
            raise BooksBroken(f"the balance after {entry} does not follow")
        self._available, self._held = available, held
        self.entries.append(entry)
        self._by_ref[(kind, entry["ref"])].append(entry)
        if kind in MAKING and len(self._by_ref[(kind, entry["ref"])]) > 1:
            raise BooksBroken(f"{entry} was booked before")

    def check_balance(self, api: Api) -> None:
        """What the server says at once is what its entries lead to."""
        balance = api.expect(200, "GET", f"/v1/organizations/{self.organization}/balance")
        said = (decimal.Decimal(balance["available"]), decimal.Decimal(balance["held"]))
        if said != (self._available, self._held):
            raise BooksBroken(f"the balance is {said}, the entries say {self._available}, {self._held}")
        left = sum((decimal.Decimal(grant["remaining"]) for grant in balance["grants"]), ZERO)
        held = sum((decimal.Decimal(grant["held"]) for grant in balance["grants"]), ZERO)
        if (left, held) != said:
            raise BooksBroken(f"the grants have {left} and {held} held, the balance says {said}")
