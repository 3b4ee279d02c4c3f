# SPDX-License-Identifier: Apache-2.0
"""Movements of every kind that are sent to a server which may die at any moment, and what became of each."""

import decimal
import json
import threading
import time
from dataclasses import dataclass, field

from tests.support import raw
from tests.support.api import Api, Answer

# What a client sees when the server is gone: before, within or after a request.
GONE = (OSError, EOFError)
# Requests that a worker sends before it reads the first answer, so that many are in flight at a kill.
DEPTH = 12
BATCH = 6
_DAY_S = 86_400


@dataclass
class Movement:
    """One movement. `answer` is the first acknowledgement; without one it is not known whether it was booked."""
    kind: str  # of the entry that it makes: "grant", "charge", "hold", "capture", "release", "refund"
    organization: str
    key: str
    body: dict
    target: str = ""  # the hold or charge that it is about
    answer: dict | None = None

    @property
    def path(self) -> str:
        return {"grant": f"/v1/organizations/{self.organization}/grants",
                "charge": "/v1/charges",
                "hold": "/v1/holds",
                "capture": f"/v1/holds/{self.target}/capture",
                "release": f"/v1/holds/{self.target}/release",
                "refund": f"/v1/charges/{self.target}/refunds"}[self.kind]

    @property
    def status(self) -> int:
        return 200 if self.kind in ("capture", "release") else 201

    @property
    def ref(self) -> str:
        """The id of what its entry makes, or of the hold that it releases."""
        return self.answer["charge"]["id"] if self.kind == "capture" else self.answer["id"]

    def send(self, api: Api) -> Answer:
        return api.post(self.path, self.body, self.key)

    def take(self, status: int, answer: dict) -> None:
        if status != self.status:
            raise AssertionError(f"{self} was answered with {status} {answer}")
        self.answer = answer

    def is_same(self, other: dict) -> bool:
        """Whether a later answer says the same; what is left of a grant changes with time, and what was refunded
        of a charge."""
        return _lasting(self.answer) == _lasting(other)


def _lasting(answer: dict) -> dict:
    kept = {name: value for name, value in answer.items() if name not in ("remaining", "refunded")}
    if "charge" in kept and isinstance(kept["charge"], dict):
        kept["charge"] = _lasting(kept["charge"])
    return kept


@dataclass
class Stock:
    """What movements can be about: holds that are open, with what they have left, and charges that were not
    refunded in full."""
    holds: list[tuple[str, str, int]] = field(default_factory=list)  # organization, id, nano
    charges: list[tuple[str, str, int]] = field(default_factory=list)

    def put(self, movement: Movement) -> None:
        """What an acknowledged movement leaves to do."""
        if movement.kind == "hold":
            self.holds.append((movement.organization, movement.ref, _nano(movement.answer["amount"])))
        elif movement.kind == "charge":
            self.charges.append((movement.organization, movement.ref, _nano(movement.answer["amount"])))
        elif movement.kind == "capture":
            charge = movement.answer["charge"]
            self.charges.append((movement.organization, charge["id"], _nano(charge["amount"])))
            left = (_nano(movement.answer["amount"]) - _nano(movement.answer["captured"]) -
                    _nano(movement.answer["released"]))
            if left > 0:
                self.holds.append((movement.organization, movement.answer["id"], left))

    def deal(self, count: int) -> list["Stock"]:
        """Cuts it into so many parts; what is in one is in no other. The oldest are left alone."""
        return [Stock(self.holds[-1000:][index::count], self.charges[-1000:][index::count])
                for index in range(count)]


def _nano(amount: str) -> int:
    return int(decimal.Decimal(amount).scaleb(9))


def _text(nano: int) -> str:
    return f"{decimal.Decimal(nano).scaleb(-9):f}"


class Worker(threading.Thread):
    """Sends movements, always several at once, until the server is gone or `stop` is called. What `stock` has is
    its own to use."""

    def __init__(self, port: int, api_key: str, name: str, organizations: list[str], random,
                 on_acknowledged, stock: Stock):
        super().__init__(name=name)
        self.movements: list[Movement] = []
        self.failure: Exception | None = None
        self._port = port
        self._api_key = api_key
        self._organizations = organizations
        self._random = random
        self._on_acknowledged = on_acknowledged
        self._stock = stock
        self._is_stopping = threading.Event()

    def stop(self) -> None:
        self._is_stopping.set()

    def run(self) -> None:
        try:
            with raw.Connection(self._port) as connection:
                while not self._is_stopping.is_set():
                    self._send_some(connection)
        except GONE:
            pass
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.failure = error

    def _send_some(self, connection: raw.Connection) -> None:
        # One request each, but for the charges of a batch.
        requests = [self._next_request() for _ in range(DEPTH)]
        self.movements += [movement for request in requests for movement in request]
        connection.send(b"".join(self._as_bytes(request) for request in requests))
        for request in requests:
            answer = connection.read_answer()
            body = json.loads(answer.body)
            results = [(answer.status, body)]
            if len(request) > 1 and answer.status == 200:
                results = [(result["status"], result.get("charge")) for result in body["results"]]
            # A batch that was refused as a whole has one answer for all.
            results *= len(request) // len(results)
            for movement, (status, record) in zip(request, results, strict=True):
                if status == 503:  # the server is stopping: whether it was booked is not known
                    continue
                movement.take(status, record)
                self._stock.put(movement)
                self._on_acknowledged()

    def _as_bytes(self, request: list[Movement]) -> bytes:
        path, body, key = request[0].path, request[0].body, f"Idempotency-Key: {request[0].key}\r\n"
        if len(request) > 1:
            path, key = "/v1/charges/batch", ""
            body = {"charges": [movement.body | {"idempotency_key": movement.key}
                                for movement in request]}
        content = json.dumps(body).encode()
        return (f"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {self._api_key}\r\n"
                f"Content-Type: application/json\r\n{key}"
                f"Content-Length: {len(content)}\r\n\r\n").encode() + content

    def _next_request(self) -> list[Movement]:
        choice = self._random.random()
        if choice < 0.03:
            return [self._grant()]
        if choice < 0.18:
            return [self._hold()]
        if choice < 0.40 and self._stock.holds:
            return [self._end_hold(*self._take(self._stock.holds))]
        if choice < 0.50 and self._stock.charges:
            return [self._refund(*self._take(self._stock.charges))]
        return [self._charge() for _ in range(BATCH if choice > 0.93 else 1)]

    def _take(self, things: list[tuple[str, str, int]]) -> tuple[str, str, int]:
        return things.pop(self._random.randrange(len(things)))

    def _key(self) -> str:
        # Keys that sort by time, as our clients make them.
        return f"{time.time_ns() // 1000:016x}-{self.name}-{self._random.randrange(1 << 32):08x}"

    def _members(self) -> dict:
        return {"operation": "image", "metadata": {"n": self._random.randrange(1000)}}

    def _grant(self) -> Movement:
        amount = _text(self._random.randrange(1, 100_000_000_000))
        return Movement("grant", self._random.choice(self._organizations), self._key(),
                        {"amount": amount, "priority": self._random.randrange(90, 110)})

    def _charge(self) -> Movement:
        organization = self._random.choice(self._organizations)
        body = {"organization": organization, "amount": _text(self._random.randrange(1, 2_000_000_000))}
        return Movement("charge", organization, self._key(), body | self._members())

    def _hold(self) -> Movement:
        organization = self._random.choice(self._organizations)
        body = {"organization": organization, "ttl_s": _DAY_S,
                "amount": _text(self._random.randrange(1, 2_000_000_000))}
        return Movement("hold", organization, self._key(), body | self._members())

    def _end_hold(self, organization: str, hold: str, left: int) -> Movement:
        if self._random.random() < 0.2:
            return Movement("release", organization, self._key(), {}, hold)
        body = {}
        if self._random.random() < 0.6:
            body = {"amount": _text(self._random.randrange(1, left + 1)),
                    "final": self._random.random() < 0.5}
        return Movement("capture", organization, self._key(), body, hold)

    def _refund(self, organization: str, charge: str, amount: int) -> Movement:
        body = {"amount": _text(self._random.randrange(1, amount + 1))}
        return Movement("refund", organization, self._key(), {} if self._random.random() < 0.3 else body,
                        charge)
