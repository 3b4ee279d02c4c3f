# SPDX-License-Identifier: Apache-2.0
"""Three nodes on one database under charges, holds and refunds on hot and on cold organizations: nothing is
lost, doubled or overdrawn, whichever node is killed while the others go on.

    python3 -m tests.chaos.nodes_test    FARTHING_NODE_KILLS, FARTHING_CHAOS_SEED
"""

import os
import random
import unittest

from .many_nodes import SEED, ManyNodesCase

KILLS = int(os.environ.get("FARTHING_NODE_KILLS", "6"))


class Nodes(ManyNodesCase):

    def test_all_nodes_at_once(self):
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(3000))
        self.load.stop()
        self.check_everything()
        self.assertEqual([node.stop() for node in self.nodes], [0, 0, 0])

    def test_a_node_is_killed_and_the_others_go_on(self):
        choices = random.Random(SEED)
        self.load.start()
        for number in range(KILLS):
            self.assertTrue(self.load.timeline.wait_for(choices.randrange(50, 400)))
            victim = self.nodes[number % len(self.nodes)]
            victim.kill()
            self.assertTrue(self.load.timeline.wait_for(100), "the others do not go on")
            victim.start()
        self.load.stop()
        self.check_everything()

    def test_connections_are_cut_at_any_moment(self):
        self.load.start()
        for _ in range(30):
            self.assertTrue(self.load.timeline.wait_for(40))
            self.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                             " WHERE application_name LIKE 'farthing/%'")
        self.load.stop()
        self.check_everything()


if __name__ == "__main__":
    unittest.main()
