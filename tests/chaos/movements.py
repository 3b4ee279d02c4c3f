# SPDX-License-Identifier: Apache-2.0
"""Grants and charges that are sent to a server which may die at any moment, and what became of each."""

import decimal
import json
import threading
import time
from dataclasses import dataclass

from tests.support import raw
from tests.support.api import Api, Answer

# What a client sees when the server is gone: before, within or after a request.
GONE = (OSError, EOFError)
# Requests that a worker sends before it reads the first answer, so that many are in flight at a kill.
DEPTH = 16


@dataclass
class Movement:
    """One request. `answer` is the first acknowledgement; without one it is not known whether the
    movement was booked."""
    kind: str  # "grants" or "charges"
    organization: str
    key: str
    amount: str
    answer: dict | None = None

    @property
    def path(self) -> str:
        grants = f"/v1/organizations/{self.organization}/grants"
        return "/v1/charges" if self.kind == "charges" else grants

    @property
    def body(self) -> dict:
        target = {"organization": self.organization} if self.kind == "charges" else {}
        return target | {"amount": self.amount, "metadata": {"key": self.key}}

    def send(self, api: Api) -> Answer:
        return api.post(self.path, self.body, self.key)

    def as_bytes(self, api_key: str) -> bytes:
        body = json.dumps(self.body).encode()
        return (f"POST {self.path} HTTP/1.1\r\nHost: a\r\nAuthorization: {api_key}\r\n"
                f"Content-Type: application/json\r\nIdempotency-Key: {self.key}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def same_record(kind: str, first: dict, other: dict) -> bool:
    """Whether both say the same about one movement; what is left of a grant changes with time."""
    if kind == "grants":
        first, other = ({**record, "remaining": None} for record in (first, other))
    return first == other


class Worker(threading.Thread):
    """Sends movements, always several at once, until the server is gone or `stop` is called."""

    def __init__(self, port: int, api_key: str, name: str, organizations: list[str], random,
                 on_acknowledged):
        super().__init__(name=name)
        self.movements: list[Movement] = []
        self.failure: Exception | None = None
        self._port = port
        self._api_key = api_key
        self._organizations = organizations
        self._random = random
        self._on_acknowledged = on_acknowledged
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
        movements = [self._next_movement() for _ in range(DEPTH)]
        requests = b"".join(movement.as_bytes(self._api_key) for movement in movements)
        self.movements += movements
        connection.send(requests)
        for movement in movements:
            answer = connection.read_answer()
            if answer.status == 503:  # stopping: whether it was booked is not known
                continue
            if answer.status != 201:
                raise AssertionError(f"{movement} was answered with {answer}")
            movement.answer = json.loads(answer.body)
            self._on_acknowledged()

    def _next_movement(self) -> Movement:
        # Keys that sort by time, as our clients make them.
        key = f"{time.time_ns() // 1000:016x}-{self.name}-{self._random.randrange(1 << 32):08x}"
        amount = decimal.Decimal(self._random.randrange(1, 2_000_000_000)).scaleb(-9)
        kind = "charges"
        if self._random.random() < 0.02:
            kind, amount = "grants", amount * 50
        return Movement(kind, self._random.choice(self._organizations), key, f"{amount:f}")
