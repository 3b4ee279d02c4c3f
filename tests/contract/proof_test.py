# SPDX-License-Identifier: Apache-2.0
"""That what the API shows of a ledger is enough to compute its hashes: the program that docs/reference/proof.md
has for strangers computes them."""

import hashlib
import json
import re

from tests.support.api import fresh_key
from tests.support.case import ServerCase
from tests.support.paths import ROOT

DOCUMENT = ROOT / "docs" / "reference" / "proof.md"


def stranger() -> dict:
    """The names that the program of the document defines."""
    program = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[1]
    names: dict = {}
    exec(compile(program, str(DOCUMENT), "exec"), names)  # pylint: disable=exec-used
    return names


class Proof(ServerCase):

    @classmethod
    def make_world(cls):
        world = cls.world
        cls.organization = world.organization()["id"]
        world.grant(cls.organization, "10", metadata={"order": 1, "by": "é"})
        world.grant(cls.organization, "5", category="promotional", priority=-7,
                    expires_at="2100-01-01T00:00:00.000001Z")
        world.grant(cls.organization, "2", effective_at="2099-01-01T00:00:00Z")
        charge = world.charge(cls.organization, "0.000000001", operation="image é", model="v3",
                              metadata={"n": 1.50, "deep": {"b": [], "a": None}})
        hold = cls.write(201, "/v1/holds", organization=cls.organization, amount="6.5",
                         over_capture="up_to_available")
        cls.write(200, f"/v1/holds/{hold['id']}/extend", ttl_s=7200)
        cls.write(200, f"/v1/holds/{hold['id']}/capture", amount="2", final=False)
        cls.write(200, f"/v1/holds/{hold['id']}/capture", amount="1.25")
        cls.write(201, f"/v1/charges/{charge['id']}/refunds")
        world.admin.expect(200, "PATCH", f"/v1/organizations/{cls.organization}",
                           {"overdraft_limit": "3"}, {"Idempotency-Key": fresh_key()})
        owing = world.charge(cls.organization, "14.5")
        world.grant(cls.organization, "4")
        cls.write(201, f"/v1/charges/{owing['id']}/refunds", amount="12")
        cls.entries = list(world.admin.list_all(
            f"/v1/organizations/{cls.organization}/entries", "entries", 3))

    @classmethod
    def write(cls, status: int, path: str, **members) -> dict:
        return cls.world.admin.expect(status, "POST", path, members,
                                      {"Idempotency-Key": fresh_key()})

    def test_a_stranger_computes_the_hashes(self):
        self.assertEqual({entry["kind"] for entry in self.entries},
                         {"grant", "charge", "hold", "extend", "capture", "release", "refund",
                          "limit", "repay"})
        computed = list(stranger()["hashes"](self.organization, self.entries))
        self.assertEqual(computed, [entry["hash"] for entry in self.entries])

    def test_whatever_is_changed_changes_a_hash(self):
        hashes = stranger()["hashes"]
        last = self.entries[-1]["hash"]
        changed = json.loads(json.dumps(self.entries))
        changed[3]["amount"] = "0.000000002"
        self.assertNotEqual(list(hashes(self.organization, changed))[-1], last)
        self.assertNotEqual(list(hashes(self.organization, self.entries[1:]))[-1], last)

    def test_the_digest_is_that_of_the_erasable_texts(self):
        path = f"/v1/organizations/{self.organization}/entries"
        body = self.world.admin.get(path).body.decode()
        found = re.findall(
            r'"metadata":(\{.*?\}),"erasable_digest":"(\w+)","erasable_salt":"(\w+)"', body)
        self.assertEqual(len(found), 2)
        for text, digest, salt in found:
            framed = stranger()["text"](text.encode()) + b"\0\0"
            self.assertEqual(hashlib.sha256(bytes.fromhex(salt) + framed).hexdigest(), digest)
