# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the real server under a load of grants and charges, again and again on one store. After every
restart each acknowledged movement is there once, as it was acknowledged; each one that was not acknowledged is
there once or not at all, and once when it is sent again; and every balance is what was granted less what was
charged. The log says what each round did; the seed gives the same choices again, if not the same moments.

    python3 -m tests.chaos.crash_test    FARTHING_CRASH_ROUNDS, FARTHING_CRASH_SEED
"""

import decimal
import os
import pathlib
import random
import tempfile
import threading
import time
import unittest

from tests.support.server import Server
from tests.support.world import World

from .movements import Movement, Worker, same_record

ROUNDS = int(os.environ.get("FARTHING_CRASH_ROUNDS", "8"))
SEED = int(os.environ.get("FARTHING_CRASH_SEED", random.SystemRandom().randrange(1 << 32)))
WORKERS = 16
ORGANIZATIONS = 3
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
        self.movements: list[Movement] = []
        print(f"seed {SEED}, {ROUNDS} rounds", flush=True)

    def tearDown(self):
        if self.server.is_running():
            self.server.kill()

    def test_every_acknowledged_movement_is_there_once_after_every_kill(self):
        self.server.start()
        self.make_callers()
        for number in range(1, ROUNDS + 1):
            self.run_round(number, self.server.kill)
            began = time.monotonic()
            self.restart()
            restarted = time.monotonic()
            booked = self.verify()
            print(f"         ready after {restarted - began:.2f} s; {booked} of the unacknowledged were "
                  f"booked; {len(self.movements)} movements verified in "
                  f"{time.monotonic() - restarted:.2f} s", flush=True)
        self.check_restart_changes_nothing()

    def test_a_stop_under_load_loses_nothing(self):
        self.server.start()
        self.make_callers()
        self.run_round(1, self.server.terminate)
        self.assertEqual(self.server.wait(), 0)
        self.server.start()
        self.verify()
        self.assertEqual(self.server.stop(), 0)

    def make_callers(self) -> None:
        self.world = World(self.server.port, self.server.admin_key)
        self.callers = [self.world.caller() for _ in range(ORGANIZATIONS)]
        self.organizations = [caller.organization for caller in self.callers]
        for organization in self.organizations:
            movement = Movement("grants", organization, f"first-{organization}", "1000000")
            movement.answer = movement.send(self.world.admin).json()
            self.movements.append(movement)
        self.world.close()

    def run_round(self, number: int, end_server) -> None:
        """Load until a random number of acknowledgements, then the end of the server."""
        acknowledged = Acknowledgements()
        workers = [Worker(self.server.port, self.server.admin_key, f"r{number}w{index}",
                          self.organizations, random.Random(self.random.random()),
                          acknowledged.add)
                   for index in range(WORKERS)]
        target = self.random.randrange(1, 5000)
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
            self.movements += worker.movements
        sent = [movement for worker in workers for movement in worker.movements]
        without = sum(movement.answer is None for movement in sent)
        print(f"round {number}: ended after {target} acknowledgements; {len(sent)} movements sent, "
              f"{without} without an answer", flush=True)

    def restart(self) -> None:
        """Starts the server again, at times after it was killed while it started."""
        for _ in range(self.random.randrange(3)):
            self.server.launch()
            time.sleep(self.random.uniform(0, 0.1))  # the moment of the kill, whatever it hits
            self.server.kill()
        self.server.start()

    def verify(self) -> int:
        """Checks the store against what was acknowledged and settles what was not; returns how many of
        those had been booked."""
        self.world = World(self.server.port, self.server.admin_key)
        stored = self.read_store()
        booked = 0
        for movement in self.movements:
            found = stored.pop((movement.kind, movement.organization, movement.key), None)
            if movement.answer is not None:
                self.assertIsNotNone(found, f"an acknowledged movement is lost: {movement}")
                self.assertTrue(same_record(movement.kind, movement.answer, found),
                                f"{movement} is stored as {found}")
                continue
            again = movement.send(self.world.admin)
            self.assertEqual(again.status, 201, again)
            self.assertEqual(again.headers["Idempotency-Replayed"], "true" if found else None)
            movement.answer = again.json()
            if found:
                booked += 1
                self.assertTrue(same_record(movement.kind, found, movement.answer))
        self.assertEqual(stored, {}, "movements that nobody sent")
        self.check_replays()
        self.check_balances()
        self.world.close()
        return booked

    def read_store(self) -> dict[tuple[str, str, str], dict]:
        """Every grant and charge by kind, organization and idempotency key."""
        found = {}
        for organization in self.organizations:
            for kind, path in (("grants", f"/v1/organizations/{organization}/grants"),
                               ("charges", f"/v1/charges?organization={organization}")):
                for record in self.world.admin.list_all(path, kind):
                    place = (kind, organization, record["metadata"]["key"])
                    self.assertNotIn(place, found, "a movement was booked twice")
                    found[place] = record
        return found

    def check_replays(self) -> None:
        for movement in self.random.sample(self.movements, min(50, len(self.movements))):
            again = movement.send(self.world.admin)
            self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
            self.assertTrue(same_record(movement.kind, movement.answer, again.json()))

    def check_balances(self) -> None:
        for caller in self.callers:
            own = [movement for movement in self.movements
                   if movement.organization == caller.organization]
            expected = sum(decimal.Decimal(movement.amount) * (1 if movement.kind == "grants" else -1)
                           for movement in own)
            path = f"/v1/organizations/{caller.organization}/balance"
            balance = self.world.admin.expect(200, "GET", path)
            self.assertEqual((decimal.Decimal(balance["available"]), balance["held"]),
                             (expected, "0"))
            left = self.world.admin.list_all(f"/v1/organizations/{caller.organization}/grants",
                                             "grants")
            self.assertEqual(sum(decimal.Decimal(grant["remaining"]) for grant in left), expected)
            with self.world.api(caller.key) as api:
                shown = api.get("/v1/user/balance").body.decode()
            self.assertEqual(shown, f'{{"credits":{balance["available"]}}}')

    def check_restart_changes_nothing(self) -> None:
        before = self.read_store()
        for end_server in (self.server.stop, self.server.kill, self.server.stop):
            self.assertIn(end_server(), (0, None))
            self.server.start()
            self.world = World(self.server.port, self.server.admin_key)
            self.assertEqual(self.read_store(), before)
            self.check_balances()
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
