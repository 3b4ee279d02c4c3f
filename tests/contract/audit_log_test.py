# SPDX-License-Identifier: Apache-2.0
"""The audit log as an auditor sees it: the hashes are recomputed here from docs/reference/formats.md."""

import datetime
import hashlib
import struct

from tests.support.api import fresh_key
from tests.support.case import ServerCase

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def id_bytes(text: str | None) -> bytes | None:
    if text is None:
        return None
    value = 0
    for character in text[-26:]:
        value = value * 32 + ALPHABET.index(character)
    return value.to_bytes(16, "big")


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def text(value: str) -> bytes:
    return varint(len(value.encode())) + value.encode()


def optional(value: bytes | None) -> bytes:
    return b"\0" if value is None else b"\1" + value


def optional_text(value: str | None) -> bytes:
    return optional(None if value is None else text(value))


def microseconds(instant: str) -> int:
    since = datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")) - datetime.datetime(
        1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def optional_digest(value: str | None) -> bytes:
    return optional(None if value is None else bytes.fromhex(value))


def change_of(change: dict, version: int) -> bytes:
    plain = optional_text(change.get("before")) + optional_text(change.get("after"))
    if version == 1:
        return text(change["field"]) + plain
    if "before_digest" in change or "after_digest" in change:
        return (text(change["field"]) + b"\1" + optional_digest(change.get("before_digest")) +
                optional_digest(change.get("after_digest")))
    return text(change["field"]) + b"\0" + plain


def canonical(act: dict) -> bytes:
    version = act.get("version", 1)
    changes = b"".join(change_of(each, version) for each in act["changes"])
    extension = varint(len(act.get("extension", "")) // 2) + bytes.fromhex(act.get("extension", ""))
    return (bytes([version]) + varint(act["number"]) + struct.pack(">q", microseconds(act["at"])) +
            optional(id_bytes(act.get("api_key"))) + (id_bytes(act.get("user")) or bytes(16)) +
            text(act.get("address", "")) + text(act.get("request", "")) + text(act["kind"]) +
            text(act["target"]) + optional(id_bytes(act.get("organization"))) +
            varint(len(act["changes"])) + changes + (extension if version > 1 else b""))


class AuditLog(ServerCase):

    def acts(self, query: str = "") -> list[dict]:
        return list(self.world.admin.list_all(f"/v1/audit-log{query}", "acts"))

    def test_it_is_one_chain(self):
        caller = self.world.caller("12.5", name="Ada 🪙")
        self.world.admin.expect(200, "POST", f"/v1/users/{caller.user}/disable")
        previous = bytes(32)
        acts = self.acts()
        self.assertGreater(len(acts), 6)
        for number, act in enumerate(acts, start=1):
            self.assertEqual(act["number"], number)
            previous = hashlib.sha256(previous + canonical(act)).digest()
            self.assertEqual(act["hash"], previous.hex())

    def test_a_person_is_erased_from_it_and_the_chain_holds(self):
        caller = self.world.caller("1", name="Ada Lovelace", profile_picture="https://a.example/b")
        created = self.acts(f"?target={caller.user}")[0]
        values = {each["field"]: each for each in created["changes"]}
        for field, value in (("email", caller.email), ("name", "Ada Lovelace"),
                             ("profile_picture", "https://a.example/b")):
            digest = hashlib.sha256(bytes.fromhex(created["salt"]) + text(field) + text(value))
            self.assertEqual(values[field], {"field": field, "after": value,
                                             "after_digest": digest.hexdigest()})
        erased = self.world.admin.expect(200, "POST", f"/v1/users/{caller.user}/erase")
        self.assertIsNone(erased["email"])
        log = self.world.admin.get("/v1/audit-log?limit=1000").body.decode()
        for value in (caller.email, "Ada Lovelace", "https://a.example/b", created["salt"]):
            self.assertNotIn(value, log)
        again = self.acts(f"?target={caller.user}")[0]
        self.assertEqual(again["hash"], created["hash"])
        last = self.acts(f"?target={caller.user}")[-1]
        self.assertEqual(last["kind"], "user.erase")
        self.assertIn({"field": "api_key", "before": caller.key_id}, last["changes"])
        self.assertIn({"field": "email"}, last["changes"])
        self.test_it_is_one_chain()

    def test_the_first_key_was_made_on_the_machine(self):
        first = self.acts()[0]
        self.assertEqual((first["kind"], "api_key" in first, "address" in first),
                         ("user.create", False, False))

    def test_an_owners_act_says_who_and_from_where(self):
        owner = self.world.caller()
        user = self.world.user()
        with self.world.api(owner.key) as api:
            answer = api.post(f"/v1/organizations/{owner.organization}/members",
                              {"email": user["email"], "role": "ACCOUNTANT"}, fresh_key())
        act = self.acts(f"?actor={owner.user}")[-1]
        expected = {"kind": "member.add", "target": user["id"], "user": owner.user,
                    "organization": owner.organization, "api_key": owner.key_id,
                    "address": "127.0.0.1", "request": answer.headers["X-Request-Id"]}
        self.assertEqual({name: act[name] for name in expected}, expected)
        self.assertEqual(act["changes"],
                         [{"field": "role", "after": "ACCOUNTANT"},
                          {"field": "default_organization", "after": owner.organization}])

    def test_what_changed_nothing_is_not_told(self):
        caller = self.world.caller("5")
        before = len(self.acts())
        self.world.admin.post("/v1/users", {"email": caller.email})
        self.world.join(caller.organization, caller.user, "OWNER")
        self.world.charge(caller.organization, "1")
        self.world.admin.get("/v1/users")
        self.assertEqual(len(self.acts()), before)

    def test_no_secret_is_in_it(self):
        caller = self.world.caller()
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/revoke")
        log = self.world.admin.get("/v1/audit-log?limit=1000").body.decode()
        for secret in self.world.secrets:
            self.assertNotIn(secret, log)
        self.assertIn(f"{caller.key[:7]}...{caller.key[-4:]}", log)
