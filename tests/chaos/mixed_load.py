# SPDX-License-Identifier: Apache-2.0
"""Charges, holds and refunds from many threads through any of several nodes, each asked again under its
idempotency key until it has an answer, so that in the end everything is known: what was acknowledged, and
what every balance must be."""

import decimal
import http.client
import json
import random
import threading
import time
from collections import defaultdict
from typing import NamedTuple

from tests.support.server import Server

Decimal = decimal.Decimal
GIVE_UP_S = 90  # without an answer
REQUEST_TIMEOUT_S = 30


class Acknowledged(NamedTuple):
    organization: str
    key: str
    made: str  # the id that the answer told


class Timeline:
    """When movements were acknowledged; for the longest time without one."""

    def __init__(self):
        self._lock = threading.Condition()
        self._last = time.monotonic()
        self.count = 0
        self.longest_gap_s = 0.0

    def add(self) -> None:
        with self._lock:
            now = time.monotonic()
            self.longest_gap_s = max(self.longest_gap_s, now - self._last)
            self._last = now
            self.count += 1
            self._lock.notify_all()

    def wait_for(self, more: int, timeout_s: float = 60) -> bool:
        """Whether so many more come in time."""
        with self._lock:
            target = self.count + more
            return self._lock.wait_for(lambda: self.count >= target, timeout_s)

    def forget_gap(self) -> None:
        with self._lock:
            self._last = time.monotonic()
            self.longest_gap_s = 0.0


class MixedWorker(threading.Thread):
    """Runs until `stop`. `moved` has for each organization what left it, in all."""

    def __init__(self, name: str, nodes: list[Server], api_key: str, hot: list[str], cold: list[str],
                 seed: int, timeline: Timeline):
        super().__init__(name=name)
        self.acknowledged: list[Acknowledged] = []
        self.moved: dict[str, Decimal] = defaultdict(Decimal)
        self.refused = 0
        self.repeated = 0
        self.failure: BaseException | None = None
        self._nodes = nodes
        self._api_key = api_key
        self._hot = hot
        self._cold = cold
        self._random = random.Random(seed)
        self._timeline = timeline
        self._stopping = threading.Event()
        self._serial = 0
        self._connection: http.client.HTTPConnection | None = None
        self._charges: list[tuple[str, str, Decimal]] = []

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._step()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self.failure = error

    def _step(self) -> None:
        choices = self._hot if self._random.random() < 0.5 else self._cold
        organization = self._random.choice(choices)
        amount = Decimal(self._random.randrange(1, 2_000_000_000)).scaleb(-9)
        kind = self._random.random()
        if kind < 0.6 or not self._charges:
            self._charge(organization, amount)
        elif kind < 0.8:
            self._hold(organization, amount)
        else:
            self._refund()

    def _charge(self, organization: str, amount: Decimal) -> None:
        made = self._move(organization, "/v1/charges",
                          {"organization": organization, "amount": f"{amount:f}"})
        if made:
            self._learn_charge(organization, made["id"], amount)

    def _learn_charge(self, organization: str, charge: str, amount: Decimal) -> None:
        self.moved[organization] += amount
        self._charges.append((organization, charge, amount))
        del self._charges[:-50]

    def _hold(self, organization: str, amount: Decimal) -> None:
        placed = self._move(organization, "/v1/holds",
                            {"organization": organization, "amount": f"{amount:f}"})
        if not placed:
            return
        path = f"/v1/holds/{placed['id']}"
        if self._random.random() < 0.5:
            self._move(organization, f"{path}/release", {})
            return
        taken = min(amount, Decimal(self._random.randrange(1, 1_000_000_000)).scaleb(-9))
        captured = self._move(organization, f"{path}/capture", {"amount": f"{taken:f}"})
        self._learn_charge(organization, captured["charge"]["id"], taken)

    def _refund(self) -> None:
        organization, charge, amount = self._charges.pop(
            self._random.randrange(len(self._charges)))
        self._move(organization, f"/v1/charges/{charge}/refunds", {"amount": f"{amount:f}"})
        self.moved[organization] -= amount

    def _move(self, organization: str, path: str, body: dict) -> dict | None:
        """The answer; nothing when there was too little credit."""
        self._serial += 1
        key = f"{self.name}-{self._serial:08}"
        status, answer = self._ask(path, body, key)
        if status == 402:
            self.refused += 1
            return None
        if status not in (200, 201):
            raise AssertionError(f"POST {path} was answered with {status} {answer}")
        made = answer["charge"]["id"] if "charge" in answer and isinstance(answer["charge"], dict) \
            else answer["id"]
        self.acknowledged.append(Acknowledged(organization, key, made))
        self._timeline.add()
        return answer

    def _ask(self, path: str, body: dict, key: str) -> tuple[int, dict]:
        """Asks one node after another until one answers with anything but 503."""
        give_up_at = time.monotonic() + GIVE_UP_S
        headers = {"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/json",
                   "Idempotency-Key": key}
        while True:
            try:
                if self._connection is None:
                    node = self._random.choice(self._nodes)
                    self._connection = http.client.HTTPConnection("127.0.0.1", node.port,
                                                                  timeout=REQUEST_TIMEOUT_S)
                self._connection.request("POST", path, json.dumps(body).encode(), headers)
                response = self._connection.getresponse()
                status, answer = response.status, json.loads(response.read())
                if self._random.random() < 0.05:
                    self._leave_node()
                if status != 503:
                    return status, answer
                if "Retry-After" not in response.headers:
                    raise AssertionError(f"503 without Retry-After: {answer}")
            except (OSError, http.client.HTTPException, EOFError):
                pass
            self._leave_node()
            self.repeated += 1
            if time.monotonic() > give_up_at:
                raise AssertionError(f"POST {path} under {key} was not answered in {GIVE_UP_S} s")
            time.sleep(0.05)

    def _leave_node(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class MixedLoad:
    """So many workers on some organizations with what they were granted."""

    def __init__(self, nodes: list[Server], api_key: str, hot: list[str], cold: list[str], seed: int,
                 workers: int):
        self.timeline = Timeline()
        self.workers = [MixedWorker(f"w{index}", nodes, api_key, hot, cold, seed + index,
                                    self.timeline) for index in range(workers)]

    def start(self) -> None:
        for worker in self.workers:
            worker.start()

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()
        for worker in self.workers:
            worker.join()
        for worker in self.workers:
            if worker.failure:
                raise worker.failure

    @property
    def acknowledged(self) -> list[Acknowledged]:
        return [each for worker in self.workers for each in worker.acknowledged]

    def moved(self, organization: str) -> Decimal:
        return sum((worker.moved[organization] for worker in self.workers), Decimal(0))

    def summary(self) -> str:
        refused = sum(worker.refused for worker in self.workers)
        repeated = sum(worker.repeated for worker in self.workers)
        return (f"{len(self.acknowledged)} movements acknowledged, {refused} refused for lack of "
                f"credits, {repeated} requests repeated")
