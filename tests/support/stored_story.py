# SPDX-License-Identifier: Apache-2.0
"""What a stored fixture holds, something of every kind: asked of a running server, and kept as JSON with every
answer, so that a later version can be asked the same again. tests/support/make_stored_fixture.py stores it."""

import datetime
import http.client
import time
from typing import Any, Callable

from .api import Answer
from .server import Server
from .world import World

FAR = "2999-01-01T00:00:00Z"
_WAIT_S = 30


class StoredStory:
    """Plays the story on `server`, which runs on an empty store. Everything that `told` says is known to hold
    whenever the store is opened again: nothing in it depends on the day on which it is asked."""

    def __init__(self, server: Server):
        self._server = server
        self._world = World(server.port, server.admin_key)
        self._keys = 0
        self.told: dict[str, Any] = {"secrets": {"admin": server.admin_key}, "ended_secrets": [],
                                     "requests": [], "reads": {}, "past_balances": {}, "lists": {}}

    def play(self) -> dict:
        self._people()
        self._api_keys()
        self._spending()
        self._due_events()
        self._holds()
        self._debts()
        self._spend_caps()
        self._blanks()
        self._open_things()
        self._read_all()
        # With what is written at an orderly end, such as when keys were last used.
        self._restart(self._server.stop)
        self._repaid_by_a_hold()
        self._world.close()
        return self.told

    # Requests.

    def _ask(self, status: int, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """A request under an idempotency key, which a later version is sent again."""
        self._keys += 1
        key = key or f"stored-{self._keys:04}"
        answer = self._send(method, path, body, key)
        self.told["requests"].append({"method": method, "path": path, "body": body, "key": key, "status": status,
                                      "answer": None if answer is None else answer.json()})
        if answer is None:
            return None
        if answer.status != status:
            raise AssertionError(f"{method} {path}: {answer.status}: {answer.body!r}")
        return answer.json()

    def _send(self, method: str, path: str, body: Any, key: str) -> Answer | None:
        """Nothing when the server ended instead of answering, as it did at some answers on 2026-11-30, after
        it had booked what was asked. It runs again then."""
        try:
            return self._world.admin.request(method, path, body, {"Idempotency-Key": key})
        except (http.client.HTTPException, ConnectionError):
            self._restart(self._server.wait)
            return None

    def _restart(self, end: Callable[[], int]) -> None:
        end()
        self._server.start()
        self._world.close()
        self._world = World(self._server.port, self.told["secrets"]["admin"])

    def _change(self, method: str, path: str, body: Any = None) -> Any:
        """A request that is not repeated: it makes a secret, or has no key."""
        answer = self._world.admin.request(method, path, body)
        if answer.status not in (200, 201, 204):
            raise AssertionError(f"{method} {path}: {answer.status}: {answer.body!r}")
        return answer.json() if answer.body else None

    def _wait(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _WAIT_S
        while not what():
            if time.monotonic() > deadline:
                raise AssertionError("what was waited for did not come")
            time.sleep(0.02)

    def _organization(self, name: str, limit: str | None = None) -> str:
        made = self._ask(201, "POST", "/v1/organizations", {"name": name})["id"]
        if limit is not None:
            self._ask(200, "PATCH", f"/v1/organizations/{made}", {"overdraft_limit": limit})
        return made

    def _grant(self, organization: str, amount: str, **members) -> str:
        return self._ask(201, "POST", f"/v1/organizations/{organization}/grants",
                         {"amount": amount} | members)["id"]

    def _charge(self, organization: str, amount: str, **members) -> str:
        return self._ask(201, "POST", "/v1/charges",
                         {"organization": organization, "amount": amount} | members)["id"]

    def _hold(self, organization: str, amount: str, **members) -> str:
        return self._ask(201, "POST", "/v1/holds",
                         {"organization": organization, "amount": amount} | members)["id"]

    def _available(self, organization: str) -> str:
        return self._world.admin.expect(200, "GET", f"/v1/organizations/{organization}/balance")["available"]

    @staticmethod
    def _soon(seconds: float) -> str:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (now + datetime.timedelta(seconds=seconds)).isoformat()

    # The story.

    def _people(self) -> None:
        users = [self._ask(201, "POST", "/v1/users", body)["id"] for body in (
            {"email": "ada@example.com", "name": "Ada", "profile_picture": "https://example.com/ada.png"},
            {"email": "grace@example.com"}, {"email": "gone@example.com"})]
        self.user, self.other, gone = users
        self.acme = self._organization("Acme")
        self.closed = self._organization("Closed")
        for user, role in ((self.user, "OWNER"), (self.other, "ACCOUNTANT"), (gone, "MEMBER")):
            self._world.join(self.acme, user, role)
        self._world.join(self.closed, self.other, "MEMBER")
        self._change("PUT", f"/v1/users/{self.other}/default-organization", {"organization": self.closed})
        self._grant(self.closed, "1")
        self._change("POST", f"/v1/users/{gone}/disable")
        self._change("POST", f"/v1/organizations/{self.closed}/disable")

    def _api_keys(self) -> None:
        def make(name: str, **members) -> dict:
            made = self._change("POST", "/v1/api-keys", {"user": self.user, "name": name} | members)
            self.told["secrets"][name] = made["secret"]
            return made

        make("user")
        make("every-scope", scopes=["user", "service", "admin"])
        make("service", scopes=["service"])
        make("bound", allowed_networks=["127.0.0.0/8", "::1/128"], rate_limit={"requests": 40, "per_s": 7},
             expires_at=FAR)
        capped = make("capped", spend_caps={"day": "50", "month": "60", "total": "70"})
        self.capped = capped["secret"]
        changed = make("changed")
        self._change("PATCH", f"/v1/api-keys/{changed['id']}", {"name": "renamed", "rate_limit": None})
        rotated = make("rotated")
        self.told["secrets"]["rotated"] = self._change(
            "POST", f"/v1/api-keys/{rotated['id']}/rotate", {"overlap_s": 60})["secret"]
        ended = make("ended")
        self._change("POST", f"/v1/api-keys/{ended['id']}/rotate", {"overlap_s": 0})
        revoked = make("revoked")
        self._change("POST", f"/v1/api-keys/{revoked['id']}/revoke")
        expired = make("expired", expires_at=self._soon(1))
        leaked = make("leaked")
        with self._world.api(None) as finder:
            finder.expect(200, "POST", "/v1/api-keys/revoke-leaked", {"secret": leaked["secret"]})
        for key in (ended, revoked, expired, leaked):
            self.told["ended_secrets"].append(key["secret"])
            del self.told["secrets"][key["name"]]
        for name, secret in self.told["secrets"].items():
            if name != "service":
                with self._world.api(secret) as api:
                    api.expect(200, "GET", "/v1/user/account")
        with self._world.api(expired["secret"]) as api:
            self._wait(lambda: api.get("/v1/user/account").status == 401)

    def _spending(self) -> None:
        """Charges out of several lots, refunds to lots that are spent, voided and alive."""
        first = self._grant(self.acme, "5", priority=1, metadata={"invoice": "é-1"})
        self._grant(self.acme, "9223372.036854775", category="promotional", priority=7, expires_at=FAR)
        second = self._grant(self.acme, "4", priority=2, expires_at=FAR)
        charge = self._charge(self.acme, "7.000000001", operation="upscale", model="esrgan-v1",
                              metadata={"job": {"name": "ä", "n": 1}})
        for amount in ("0.000000001", "1", "2.5"):
            self._ask(201, "POST", f"/v1/charges/{charge}/refunds", {"amount": amount})
        self._ask(200, "POST", f"/v1/grants/{second}/void")
        self._ask(201, "POST", f"/v1/charges/{charge}/refunds")
        batch = [{"organization": self.acme, "amount": "0.25", "idempotency_key": f"batch-{i}"} for i in range(3)]
        answer = self._change("POST", "/v1/charges/batch", {"charges": batch})
        self.told["batches"] = [{"charges": batch, "answer": answer}]
        self.told["reads"] |= {f"/v1/charges/{charge}": None, f"/v1/charges/{charge}/explain": None,
                               f"/v1/grants/{first}": None, f"/v1/grants/{second}": None}

    def _due_events(self) -> None:
        """A grant that came, one that went, one whose end met a refund, a hold that ran out."""
        due = self.due = self._organization("Due")
        self._grant(due, "1", expires_at=FAR)
        ending = self._grant(due, "8", priority=1, expires_at=self._soon(3))
        charge = self._charge(due, "2")
        hold = self._hold(due, "3", ttl_s=1)
        self._grant(due, "16", effective_at=self._soon(2))
        self._wait(lambda: self._available(due) == "17")
        self._ask(201, "POST", f"/v1/charges/{charge}/refunds", {"amount": "2"})
        self._grant(due, "32", effective_at="2998-01-01T00:00:00Z")
        self.told["reads"] |= {f"/v1/holds/{hold}": None, f"/v1/grants/{ending}": None}

    def _holds(self) -> None:
        holds = self.holds = self._organization("Holds")
        grant = self._grant(holds, "100")
        parts = self._hold(holds, "10", ttl_s=86400, over_capture="up_to_available", operation="train")
        self._ask(200, "POST", f"/v1/holds/{parts}/extend", {"ttl_s": 86000})
        self._ask(200, "POST", f"/v1/holds/{parts}/capture", {"amount": "3", "final": False})
        self._ask(200, "POST", f"/v1/holds/{parts}/capture", {"amount": "2"})
        over = self._hold(holds, "1", over_capture="up_to_available")
        captured = self._ask(200, "POST", f"/v1/holds/{over}/capture", {"amount": "2"})
        self._ask(201, "POST", f"/v1/charges/{captured['charge']['id']}/refunds", {"amount": "0.5"})
        released = self._hold(holds, "4")
        self._ask(200, "POST", f"/v1/grants/{grant}/void")
        self._ask(200, "POST", f"/v1/holds/{released}/release")
        self.told["reads"] |= {f"/v1/holds/{hold}": None for hold in (parts, over, released)}

    def _debts(self) -> None:
        debts = self.debts = self._organization("Debts", "5")
        self._grant(debts, "10")
        charge = self._charge(debts, "12")
        self._grant(debts, "1")
        self._ask(201, "POST", f"/v1/charges/{charge}/refunds", {"amount": "0.25"})
        self._charge(debts, "3")
        self._grant(debts, "2.5", metadata={"repays": True})
        self._ask(200, "PATCH", f"/v1/organizations/{debts}", {"overdraft_limit": "2"})
        self.told["reads"] |= {f"/v1/charges/{charge}": None, f"/v1/charges/{charge}/explain": None}

    def _spend_caps(self) -> None:
        """What the key with caps has spent in all, which a later refusal tells."""
        self._charge(self.acme, "12.5", api_key=self.capped)
        refused = self._world.admin.post("/v1/charges", {"organization": self.acme, "amount": "60",
                                                         "api_key": self.capped}, "stored-refused")
        if refused.json()["name"] != "spend_cap_exceeded":
            raise AssertionError(f"{refused.status}: {refused.body!r}")
        self.told["spent_under_caps"] = {"organization": self.acme, "secret": self.capped, "total": "12.5"}

    def _blanks(self) -> None:
        """Keys with a blank at an end, which a batch kept as they were written."""
        blanks = self._organization("Blanks")
        self._grant(blanks, "10")
        batch = [{"organization": blanks, "amount": amount, "idempotency_key": key}
                 for key, amount in ((" blank", "1"), ("blank ", "2"), (" ", "3"))]
        answer = self._change("POST", "/v1/charges/batch", {"charges": batch})
        self.told["batches"].append({"charges": batch, "answer": answer})

    def _open_things(self) -> None:
        """Holds that are open when the store is closed; they run out before anybody opens it again, or not."""
        opened = self.open = self._organization("Open")
        self._grant(opened, "50")
        hold = self._hold(opened, "6", ttl_s=86400, over_capture="overdraft")
        self._ask(200, "POST", f"/v1/holds/{hold}/capture", {"amount": "1", "final": False})
        self.told["open_hold"] = self._world.admin.expect(200, "GET", f"/v1/holds/{hold}")

    def _repaid_by_a_hold(self) -> None:
        """Debts that are repaid by what a hold gives back: by its release, and by that of the rest."""
        for ends in (("release", None), ("capture", {"amount": "1"})):
            indebted = self._organization("Repaid", "5")
            self._grant(indebted, "10")
            hold = self._hold(indebted, "10")
            self._charge(indebted, "3")
            self._ask(200, "POST", f"/v1/holds/{hold}/{ends[0]}", ends[1])

    # What is read at the end.

    def _read_all(self) -> None:
        admin = self._world.admin
        reads = self.told["reads"]
        closed = (self.acme, self.due, self.holds, self.debts)
        for organization in (*closed, self.closed, self.open):
            path = f"/v1/organizations/{organization}"
            reads |= {path: None, f"{path}/members": None}
        for organization in closed:
            reads[f"/v1/organizations/{organization}/grants"] = None
        for path in reads:
            reads[path] = admin.expect(200, "GET", path)
        now = datetime.datetime.now(datetime.timezone.utc)
        at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for organization in (*closed, self.open):
            path = f"/v1/organizations/{organization}/balance?at={at}"
            balance = admin.expect(200, "GET", path)
            self.told["past_balances"][path] = {name: balance[name] for name in ("available", "held", "grants")}
        for organization in (*closed, self.open):
            path = f"/v1/organizations/{organization}/entries"
            self.told["lists"][path] = {"plural": "entries", "records": list(admin.list_all(path, "entries"))}
        for path, plural in (("/v1/users", "users"), ("/v1/organizations", "organizations"),
                             ("/v1/api-keys", "api_keys"), ("/v1/audit-log", "acts")):
            self.told["lists"][path] = {"plural": plural, "records": list(admin.list_all(path, plural))}
