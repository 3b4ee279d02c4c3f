# SPDX-License-Identifier: Apache-2.0
"""What the tests of several nodes on one database have in common."""

import decimal
import os
import pathlib
import random
import tempfile
import unittest

from tests.support.api import Api
from tests.support.postgres import Cluster
from tests.support.shared_store import SharedStore
from tests.support.world import World

from .mixed_load import MixedLoad

SEED = int(os.environ.get("FARTHING_CHAOS_SEED", random.SystemRandom().randrange(1 << 32)))
HOT, COLD = 2, 40
# So little that some runs out under the load.
GRANTED_HOT, GRANTED_COLD = decimal.Decimal(300), decimal.Decimal(20)


class ManyNodesCase(unittest.TestCase):
    """Has a database and nodes on it, all gone at the end."""

    NODES = 3
    WORKERS = 24
    SETTINGS: dict[str, str] = {}

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-nodes-")
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o711)  # the user of PostgreSQL must get through
        self.folder = pathlib.Path(folder.name)
        self.cluster = self.make_cluster()
        self.shared = self.make_store()
        self.addCleanup(self.shared.close)
        self.migrate()
        self.nodes = [self.shared.node().start() for _ in range(self.NODES)]
        self.make_organizations()
        self.load = MixedLoad(self.nodes, self.shared.admin_key, self.hot, self.cold, SEED,
                              self.WORKERS)
        print(f"seed {SEED}", flush=True)

    def make_cluster(self) -> Cluster:
        cluster = Cluster(self.folder / "primary", self.SETTINGS)
        self.addCleanup(cluster.kill)
        cluster.initialize()
        return cluster.start()

    def migrate(self) -> None:
        migrated = self.shared.migrate()
        self.assertEqual(migrated.returncode, 0, migrated.stderr)

    def make_store(self) -> SharedStore:
        return SharedStore(self.folder, self.cluster)

    def make_organizations(self) -> None:
        world = World(self.nodes[0].port, self.shared.admin_key)
        organizations = [world.organization()["id"] for _ in range(HOT + COLD)]
        self.hot, self.cold = organizations[:HOT], organizations[HOT:]
        self.granted = dict.fromkeys(self.hot, GRANTED_HOT) | dict.fromkeys(self.cold, GRANTED_COLD)
        for organization, granted in self.granted.items():
            world.grant(organization, f"{granted:f}")
        world.close()

    def check_acknowledged(self) -> None:
        """Each acknowledged movement is there, as what was answered."""
        print(self.load.summary(), flush=True)
        with Api(self.nodes[0].port, self.shared.admin_key) as api:
            for each in self.load.acknowledged:
                path = f"/v1/organizations/{each.organization}/outcomes/{each.key}"
                entries = api.expect(200, "GET", path)["entries"]
                self.assertEqual(entries[0]["ref"], each.made, f"{each} became {entries}")

    def check_everything(self) -> None:
        """Each acknowledged movement is there, once; every balance is what it must be; every entry is in
        order. Nobody but the load may have moved credits."""
        self.check_acknowledged()
        with Api(self.nodes[0].port, self.shared.admin_key) as api:
            for organization, granted in self.granted.items():
                balance = api.expect(200, "GET", f"/v1/organizations/{organization}/balance")
                self.assertEqual(
                    (decimal.Decimal(balance["available"]), decimal.Decimal(balance["held"])),
                    (granted - self.load.moved(organization), 0))
        keyed = int(self.shared.cluster.sql(
            "SELECT count(*) FROM farthing.ledger_entry WHERE kind <> 1 AND idempotency_key IS NOT NULL"))
        self.assertEqual(keyed, len(self.load.acknowledged), "a movement that nobody knows of")
        print(f"audited: {self.shared.audit()}", flush=True)
