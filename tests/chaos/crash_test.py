# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the real server under a load of grants, charges, batches, holds, captures, releases and refunds, again
and again on one store that grows. After every restart each acknowledged movement is there once, as it was
acknowledged; each one that was not acknowledged is wholly there or not at all, and once when it is sent again; nothing
is there that nobody sent; and the entries lead to the balance. Now and then the
store is audited as the kill left it. The log says what each round did; the seed gives the
same choices again, if not the same moments.

    FARTHING_PROGRAM=build/release/farthing FARTHING_CRASH_ROUNDS=300 python3 -m tests.chaos.crash_test

FARTHING_CRASH_ROUNDS and FARTHING_CRASH_SEED choose how many rounds and which.
"""

import collections
import os
import subprocess
import time
import unittest

from tests.support.paths import PROGRAM
from tests.support.world import World

from .books import Books
from .load_case import LoadCase

ROUNDS = int(os.environ.get("FARTHING_CRASH_ROUNDS", "24"))
ROUNDS_PER_AUDIT = 6
AUDIT_TIMEOUT_S = 300


class Crash(LoadCase):

    def setUp(self):
        super().setUp()
        self.slowest_start_s = 0.0

    def test_every_acknowledged_movement_is_there_once_after_every_kill(self):
        self.server.start()
        self.make_organizations()
        for number in range(1, ROUNDS + 1):
            fresh = self.run_round(number, self.server.kill)
            if number % ROUNDS_PER_AUDIT == 0:
                self.audit()
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

    def audit(self) -> None:
        """The whole store as the kill left it, by code that shares nothing with the rules."""
        began = time.monotonic()
        done = subprocess.run([PROGRAM, "store", "verify", "--data", self.server.data], text=True,
                              capture_output=True, check=False, timeout=AUDIT_TIMEOUT_S)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        print(f"         store verify: clean, {time.monotonic() - began:.2f} s", flush=True)

    def restart(self) -> None:
        """Starts the server again, at times after it was killed while it started."""
        for _ in range(self.random.randrange(3)):
            self.server.launch()
            time.sleep(self.random.uniform(0, 0.1))  # the moment of the kill, whatever it hits
            self.server.kill()
        began = time.monotonic()
        self.server.start()
        self.slowest_start_s = max(self.slowest_start_s, time.monotonic() - began)

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
        self.audit()


if __name__ == "__main__":
    unittest.main()
