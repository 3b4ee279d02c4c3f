# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the real server under a load of grants, charges, batches, holds, captures, releases and refunds, again
and again on one store that grows. After every restart each acknowledged movement is there once, as it was
acknowledged; each one that was not acknowledged is wholly there or not at all, and once when it is sent again; nothing
is there that nobody sent; and the entries lead to the balance. The log says what each round did; the seed gives the
same choices again, if not the same moments.

    FARTHING_PROGRAM=build/release/farthing FARTHING_CRASH_ROUNDS=300 python3 -m tests.chaos.crash_test

FARTHING_CRASH_ROUNDS and FARTHING_CRASH_SEED choose how many rounds and which.
"""

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

ROUNDS = int(os.environ.get("FARTHING_CRASH_ROUNDS", "24"))
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


class Crash(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-crash-")
        self.addCleanup(folder.cleanup)
        self.random = random.Random(SEED)
        self.server = Server(pathlib.Path(folder.name) / "data")
        self.movements: list[Movement] = []  # all that are settled
        self.refs: set[tuple[str, str]] = set()  # what they have made
        self.stock = Stock()
        self.slowest_start_s = 0.0
        self.booked_in_doubt = collections.Counter()
        print(f"seed {SEED}, {ROUNDS} rounds", flush=True)

    def tearDown(self):
        if self.server.is_running():
            self.server.kill()

    def test_every_acknowledged_movement_is_there_once_after_every_kill(self):
        self.server.start()
        self.make_organizations()
        for number in range(1, ROUNDS + 1):
            fresh = self.run_round(number, self.server.kill)
            self.restart()
            self.verify(fresh)
        kinds = collections.Counter(movement.kind for movement in self.movements)
        print(f"{ROUNDS} kills; {len(self.movements)} movements, each there once: "
              f"{', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}; of those in doubt at a kill "
              f"{self.booked_in_doubt['booked']} were booked and {self.booked_in_doubt['not booked']} not; "
              f"the slowest start {self.slowest_start_s:.2f} s", flush=True)
        self.check_restart_changes_nothing()

    def test_a_stop_under_load_loses_nothing(self):
        self.server.start()
        self.make_organizations()
        fresh = self.run_round(1, self.server.terminate)
        self.assertEqual(self.server.wait(), 0)
        self.server.start()
        self.verify(fresh)
        self.assertEqual(self.server.stop(), 0)

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

    def restart(self) -> None:
        """Starts the server again, at times after it was killed while it started."""
        for _ in range(self.random.randrange(3)):
            self.server.launch()
            time.sleep(self.random.uniform(0, 0.1))  # the moment of the kill, whatever it hits
            self.server.kill()
        began = time.monotonic()
        self.server.start()
        self.slowest_start_s = max(self.slowest_start_s, time.monotonic() - began)

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
                self.assertIn((entry["kind"], entry["ref"]), self.refs, "nobody sent it")
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

    def check_restart_changes_nothing(self) -> None:
        """All entries once more from the first, after ends of both kinds."""
        before = [books.entries for books in self.books]
        for end_server in (self.server.stop, self.server.kill):
            self.assertIn(end_server(), (0, None))
            self.server.start()
            world = World(self.server.port, self.server.admin_key)
            again = [Books(books.organization) for books in self.books]
            for books in again:
                books.read_on(world.admin)
                books.check_balance(world.admin)
            self.assertEqual([books.entries for books in again], before)
            world.close()
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
