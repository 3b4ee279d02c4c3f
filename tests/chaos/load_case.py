# SPDX-License-Identifier: Apache-2.0
"""The real server under a load of movements of every kind, and what must be there after whatever happened to it."""

import collections
import os
import pathlib
import random
import tempfile
import threading
import time
import unittest

from tests.support.server import Server
from tests.support.world import World

from .books import MAKING, Books
from .movements import Movement, Stock, Worker

SEED = int(os.environ.get("FARTHING_CRASH_SEED", random.SystemRandom().randrange(1 << 32)))
WORKERS = 12
ORGANIZATIONS = 3
MOST_ACKNOWLEDGED = 1500
ROUND_TIMEOUT_S = 60


class Acknowledgements:
    """Counts them, and lets somebody wait for a number of them."""

    def __init__(self):
        self._count = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait_for(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._count >= count, ROUND_TIMEOUT_S)


class LoadCase(unittest.TestCase):
    """`self.server` has a folder of its own and is not started. What was sent and is known to be booked is in
    `self.movements`."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-chaos-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.random = random.Random(SEED)
        self.server = Server(self.folder / "data")
        self.movements: list[Movement] = []
        self.refs: set[tuple[str, str]] = set()  # what they have made
        self.stock = Stock()
        self.booked_in_doubt = collections.Counter()
        print(f"seed {SEED}", flush=True)

    def tearDown(self):
        if self.server.is_running():
            self.server.kill()

    def make_organizations(self) -> None:
        world = World(self.server.port, self.server.admin_key)
        self.books = [Books(world.organization()["id"]) for _ in range(ORGANIZATIONS)]
        for books in self.books:
            grant = Movement("grant", books.organization, "first", {"amount": "100000000"})
            answer = grant.send(world.admin)
            grant.take(answer.status, answer.json())
            self.settled([grant])
        world.close()

    def settled(self, movements: list[Movement]) -> None:
        for movement in movements:
            self.movements.append(movement)
            self.refs.add((movement.kind, movement.ref))

    def run_round(self, number: int, end_server) -> list[Movement]:
        """Load until a random number of acknowledgements, then the end of the server; what was sent."""
        acknowledged = Acknowledgements()
        stocks = self.stock.deal(WORKERS)
        organizations = [books.organization for books in self.books]
        workers = [Worker(self.server.port, self.server.admin_key, f"r{number}w{index}", organizations,
                          random.Random(self.random.random()), acknowledged.add, stocks[index])
                   for index in range(WORKERS)]
        target = self.random.randrange(1, MOST_ACKNOWLEDGED)
        for worker in workers:
            worker.start()
        try:
            self.assertTrue(acknowledged.wait_for(target), "too few acknowledgements in time")
        finally:
            end_server()
            for worker in workers:
                worker.stop()
                worker.join()
        for worker in workers:
            if worker.failure:
                raise worker.failure
        sent = [movement for worker in workers for movement in worker.movements]
        in_doubt = sum(movement.answer is None for movement in sent)
        print(f"round {number}: ended after {target} acknowledgements; {len(sent)} movements sent, "
              f"{in_doubt} in doubt", flush=True)
        return sent

    def verify(self, fresh: list[Movement]) -> None:
        """Checks the store against what was acknowledged, and settles what was not."""
        began = time.monotonic()
        world = World(self.server.port, self.server.admin_key)
        self.settle_doubts(world, fresh)
        self.settled(fresh)
        entries = [entry for books in self.books for entry in books.read_on(world.admin)]
        by_organization = {books.organization: books for books in self.books}
        for movement in fresh:
            self.assertTrue(by_organization[movement.organization].has(movement),
                            f"not there once, as it was acknowledged: {movement}")
        for entry in entries:
            if entry["kind"] in MAKING:
                self.assertTrue((entry["kind"], entry["ref"]) in self.refs, f"nobody sent {entry}")
        for books in self.books:
            books.check_balance(world.admin)
        self.check_replays(world)
        self.restock(fresh)
        world.close()
        print(f"         {len(self.movements)} movements so far, {len(entries)} new entries, verified in "
              f"{time.monotonic() - began:.2f} s", flush=True)

    def settle_doubts(self, world: World, fresh: list[Movement]) -> None:
        for movement in fresh:
            if movement.answer is not None:
                continue
            known = world.admin.get(f"/v1/organizations/{movement.organization}/outcomes/{movement.key}")
            self.assertIn(known.status, (200, 404))
            again = movement.send(world.admin)
            movement.take(again.status, again.json())
            is_booked = known.status == 200
            self.booked_in_doubt["booked" if is_booked else "not booked"] += 1
            self.assertEqual(again.headers["Idempotency-Replayed"], "true" if is_booked else None)
            if is_booked:
                self.assertEqual(known.json()["entries"][0]["ref"], movement.ref)

    def check_replays(self, world: World) -> None:
        for movement in self.random.sample(self.movements, min(25, len(self.movements))):
            again = movement.send(world.admin)
            self.assertEqual((again.status, again.headers["Idempotency-Replayed"]),
                             (movement.status, "true"))
            self.assertTrue(movement.is_same(again.json()), f"{movement} is now {again.json()}")

    def restock(self, fresh: list[Movement]) -> None:
        """What was made and not touched yet: the workers of the next round go on with it."""
        used = {movement.target for movement in fresh}
        for movement in fresh:
            self.stock.put(movement)
        self.stock.holds = [thing for thing in self.stock.holds if thing[1] not in used]
        self.stock.charges = [thing for thing in self.stock.charges if thing[1] not in used]
