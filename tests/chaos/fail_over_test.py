# SPDX-License-Identifier: Apache-2.0
"""A primary and a synchronous standby under load. The primary is killed with kill -9 and the standby promoted:
no acknowledged movement is lost, none is doubled, and the nodes find the new primary by themselves. A primary
that stands still is waited for. The log says how long there was no service.

    python3 -m tests.chaos.fail_over_test    FARTHING_CHAOS_SEED
"""

import signal
import time
import unittest

from tests.support.api import Api
from tests.support.postgres import Cluster
from tests.support.shared_store import SharedStore

from .many_nodes import ManyNodesCase

PAUSE_S = 3
# From the promotion to the first acknowledgement; the nodes try again twice a second.
MOST_WITHOUT_SERVICE_S = 15


class FailOver(ManyNodesCase):

    NODES = 2
    SETTINGS = {"synchronous_standby_names": "standby", "wal_keep_size": "256MB"}

    def make_store(self) -> SharedStore:
        # Until there is a standby, nothing could be committed.
        self.standby = Cluster(self.folder / "standby", {"synchronous_standby_names": ""})
        self.addCleanup(self.standby.kill)
        self.standby.copy_from(self.cluster, "standby")
        self.standby.start()
        return SharedStore(self.folder, self.cluster, self.cluster.url(other=self.standby))

    def test_the_primary_is_killed_and_the_standby_promoted(self):
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(1500))
        self.load.timeline.forget_gap()
        self.cluster.kill()
        killed_at = time.monotonic()
        self.standby.promote()
        promoted_s = time.monotonic() - killed_at
        self.shared.cluster = self.standby
        self.assertTrue(self.load.timeline.wait_for(1500))
        self.load.stop()
        gap_s = self.load.timeline.longest_gap_s
        print(f"promoted {promoted_s:.2f} s after the kill; {gap_s:.2f} s without service", flush=True)
        self.assertLess(gap_s - promoted_s, MOST_WITHOUT_SERVICE_S)
        self.check_everything()

    def test_the_primary_stands_still_for_a_while(self):
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(300))
        self.load.timeline.forget_gap()
        stopped = self.cluster.process_ids()
        self.cluster.signal_all(signal.SIGSTOP)
        time.sleep(PAUSE_S)  # the pause itself
        self.cluster.signal_all(signal.SIGCONT)
        self.assertGreater(len(stopped), 1)
        self.assertTrue(self.load.timeline.wait_for(300))
        self.load.stop()
        print(f"{self.load.timeline.longest_gap_s:.2f} s without service, {PAUSE_S} s of them the pause",
              flush=True)
        self.check_everything()

    def test_readiness_tells_and_the_node_recovers(self):
        node = self.nodes[0]
        self.cluster.kill()
        with Api(node.port) as api:
            self.wait_for(lambda: api.get("/readyz").status == 503)
            refused = api.request("GET", "/v1/user/account", headers={
                "Authorization": f"Bearer {self.shared.admin_key}"})
            self.assertEqual((refused.status, refused.headers["Retry-After"]), (503, "1"))
            self.standby.promote()
            self.shared.cluster = self.standby
            self.wait_for(lambda: api.get("/readyz").status == 200)
        with Api(node.port, self.shared.admin_key) as api:
            self.assertEqual(api.get("/v1/users").status, 200)

    def wait_for(self, holds) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            self.assertLess(time.monotonic(), deadline, "it never came to that")
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
