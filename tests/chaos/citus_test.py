# SPDX-License-Identifier: Apache-2.0
"""Nodes on a real cluster of Citus, whose workers and coordinator are killed with kill -9 or made to hang: nothing
acknowledged is lost or doubled, such a worker stops its own organizations only, and a key can be revoked meanwhile.

    python3 -m tests.chaos.citus_test    FARTHING_CITUS (tests/support/citus.py), FARTHING_CHAOS_SEED
"""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from tests.support.api import Api, fresh_key
from tests.support.citus import URL, WHY_SKIPPED, CitusCluster
from tests.support.paths import PROGRAM, ROOT
from tests.support.server import ServerError
from tests.support.shared_store import SharedStore
from tests.support.world import World

from .many_nodes import ManyNodesCase

PAUSE_S = 3
TIMEOUT_S = 300
# What one request may take while a worker that has nothing to do with it is dead or known to hang.
UNTOUCHED_S = 2
# Until a node has found out that a worker hangs: it waits for it once, and the coordinator tries it.
FOUND_OUT_S = 15
MIGRATIONS = ROOT / "server/store/postgres/migrations"


@unittest.skipUnless(URL, WHY_SKIPPED)
class OnCitus(ManyNodesCase):

    NODES = 2

    def make_cluster(self) -> CitusCluster:
        cluster = CitusCluster()
        cluster.clear()
        return cluster

    def migrate(self) -> None:
        done = self.shared.migrate("--citus")
        self.assertEqual(done.returncode, 0, done.stderr)

    def farthing(self, *arguments) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)

    def verify(self, *store) -> dict:
        done = self.farthing("store", "verify", *store, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def by_worker(self) -> tuple[list[str], list[str]]:
        """The organizations of the first worker, and those of the others."""
        first = self.cluster.workers[0]
        own, other = [], []
        for organization in self.hot + self.cold:
            (own if self.cluster.worker_of(organization) is first else other).append(organization)
        self.assertTrue(own and other)
        return own, other

    def charge(self, api: Api, organization: str):
        begun = time.monotonic()
        answer = api.post("/v1/charges", {"organization": organization, "amount": "0.001"}, fresh_key())
        return answer, time.monotonic() - begun

    def test_a_worker_is_killed_under_load(self):
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(300))
        self.load.timeline.forget_gap()
        self.cluster.workers[0].kill()
        time.sleep(PAUSE_S)  # so long it is dead
        self.cluster.workers[0].start()
        self.assertTrue(self.load.timeline.wait_for(600, 120))
        self.load.stop()
        print(f"{self.load.timeline.longest_gap_s:.2f} s without an acknowledgement", flush=True)
        self.check_everything()

    def test_the_coordinator_is_killed_under_load(self):
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(300))
        self.load.timeline.forget_gap()
        self.cluster.coordinator.kill()
        self.cluster.coordinator.start()
        self.assertTrue(self.load.timeline.wait_for(600, 120))
        self.load.stop()
        print(f"{self.load.timeline.longest_gap_s:.2f} s without an acknowledgement", flush=True)
        self.check_everything()

    def test_a_dead_worker_stops_its_own_organizations_only(self):
        own, other = self.by_worker()
        world = World(self.nodes[0].port, self.shared.admin_key)
        self.addCleanup(world.close)
        caller = world.caller(credits="5")
        spared = world.key(caller.user)
        worker = self.cluster.workers[0]
        worker.kill()
        try:
            self.check_while_dead(world, own, other, caller)
        finally:
            worker.start()
        with world.api(caller.key) as api:
            self.assertEqual(api.get("/v1/user/account").status, 401)
        with world.api(spared["secret"]) as api:
            self.assertEqual(api.get("/v1/user/account").status, 200)
        for organization in own + other:
            self.assertEqual(self.charge(world.admin, organization)[0].status, 201)
        self.verify("--store", self.shared.url)

    def test_a_worker_that_hangs_stops_its_own_organizations_only(self):
        own, other = self.by_worker()
        world = World(self.nodes[0].port, self.shared.admin_key)
        self.addCleanup(world.close)
        caller = world.caller(credits="5")
        worker = self.cluster.workers[0]
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(300))
        worker.signal_all(signal.SIGSTOP)
        try:
            self.check_while_it_hangs(world, own, other, caller)
        finally:
            worker.signal_all(signal.SIGCONT)
        resumed_at = time.monotonic()
        for organization in own:
            answer = self.charge(world.admin, organization)[0]
            while answer.status == 503 and time.monotonic() < resumed_at + FOUND_OUT_S:
                time.sleep(0.1)
                answer = self.charge(world.admin, organization)[0]
            self.assertIn(answer.status, (201, 402), answer)
        print(f"its organizations were back after {time.monotonic() - resumed_at:.1f} s", flush=True)
        self.assertTrue(self.load.timeline.wait_for(300, 120))
        self.load.stop()
        self.check_acknowledged()
        self.verify("--store", self.shared.url)

    def check_while_it_hangs(self, world: World, own: list[str], other: list[str], caller) -> None:
        hung_at = time.monotonic()
        slow, longest_s = 0, 0.0
        while time.monotonic() < hung_at + FOUND_OUT_S:
            for node in self.nodes:
                with Api(node.port, self.shared.admin_key) as api:
                    answer, took_s = self.charge(api, other[0])
                    self.assertIn(answer.status, (201, 402, 503), answer)
                    slow, longest_s = slow + (took_s > UNTOUCHED_S), max(longest_s, took_s)
            time.sleep(0.05)
        print(f"others waited for up to {longest_s:.1f} s until it was known; {slow} of them", flush=True)
        for node in self.nodes:
            with Api(node.port, self.shared.admin_key) as api:
                for organization in other:
                    answer, took_s = self.charge(api, organization)
                    self.assertIn(answer.status, (201, 402), answer)
                    self.assertLess(took_s, UNTOUCHED_S)
                    begun = time.monotonic()
                    api.expect(200, "GET", f"/v1/organizations/{organization}/balance")
                    api.expect(200, "GET", f"/v1/organizations/{organization}/entries?limit=5")
                    answer = self.charge(api, own[0])[0]
                    self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "1"))
                    self.assertIn("Nothing was booked", answer.json()["message"])
                    for path in (f"/v1/organizations/{own[0]}/balance", f"/v1/organizations/{own[0]}/entries"):
                        api.expect(503, "GET", path)
                    grant = world.admin.post(f"/v1/organizations/{own[0]}/grants", {"amount": "1"}, fresh_key())
                    self.assertEqual(grant.status, 503, grant)
                    self.assertLess(time.monotonic() - begun, UNTOUCHED_S)
                self.assertEqual(api.get("/readyz").status, 200)
                begun = time.monotonic()
                world.admin.expect(200, "POST", f"/v1/api-keys/{world.key(caller.user)['id']}/revoke")
                self.assertLess(time.monotonic() - begun, UNTOUCHED_S)
        world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/revoke")
        for node in self.nodes:
            with Api(node.port, caller.key) as api:
                self.assertEqual(api.get("/v1/user/account").status, 401)
        self.assertIn("database_worker", self.nodes[0].log())

    def check_while_dead(self, world: World, own: list[str], other: list[str], caller) -> None:
        for node in self.nodes:
            with Api(node.port, self.shared.admin_key) as api:
                for organization in other:
                    answer, took_s = self.charge(api, organization)
                    self.assertEqual(answer.status, 201, answer)
                    self.assertLess(took_s, UNTOUCHED_S)
                    answer, took_s = self.charge(api, own[0])
                    self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "1"))
                    self.assertIn("Nothing was booked", answer.json()["message"])
                    api.expect(200, "GET", f"/v1/organizations/{organization}/balance")
                self.assertEqual(api.get("/readyz").status, 200)
        revoked = world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/revoke")
        self.assertIn("revoked_at", revoked)
        for node in self.nodes:
            with Api(node.port, caller.key) as api:
                self.assertEqual(api.get("/v1/user/account").status, 401)
        world.user()
        self.assertIn("database_worker", self.nodes[0].log())

    def test_only_acts_are_committed_in_two_phases(self):
        world = World(self.nodes[0].port, self.shared.admin_key)
        self.addCleanup(world.close)
        organization = self.hot[0]
        world.grant(organization, "10")
        held = self.post(world, "/v1/holds", organization=organization, amount="2", ttl_s=600)
        try:
            for worker in self.cluster.workers:
                worker.stop()
                # Whoever prepares a transaction from now on is refused.
                worker.start(max_prepared_transactions="1")
                worker.sql("BEGIN; PREPARE TRANSACTION 'the only one'")
            charge = self.post(world, "/v1/charges", organization=organization, amount="3")
            self.post(world, f"/v1/charges/{charge['id']}/refunds", amount="1")
            self.post(world, f"/v1/holds/{held['id']}/extend", ttl_s=900)
            self.post(world, f"/v1/holds/{held['id']}/capture", amount="1")
            other = self.post(world, "/v1/holds", organization=organization, amount="2", ttl_s=600)
            self.post(world, f"/v1/holds/{other['id']}/release")
            refused = world.admin.post(f"/v1/organizations/{organization}/grants", {"amount": "1"},
                                       fresh_key())
            self.assertEqual(refused.status, 503, refused)
        finally:
            for worker in self.cluster.workers:
                worker.sql("ROLLBACK PREPARED 'the only one'")
                worker.stop()
                worker.start()
        world.grant(organization, "1")
        self.verify("--store", self.shared.url)

    def post(self, world: World, path: str, **members) -> dict:
        answer = world.admin.post(path, members, fresh_key())
        self.assertIn(answer.status, (200, 201), f"{path}: {answer}")
        return answer.json()

    def test_a_half_distributed_schema_is_not_served(self):
        self.stop_nodes()
        self.cluster.sql("SELECT undistribute_table('farthing.ledger_spending')")
        with self.assertRaisesRegex(ServerError, "ledger_spending is not distributed.*migrate --citus"):
            self.shared.node().start()
        self.migrate()
        self.shared.node().start()

    def test_a_store_with_content_can_be_distributed(self):
        self.stop_nodes()
        self.cluster.clear()
        key_file = self.folder / "other.key"
        made = self.shared.migrate(admin_key_file=key_file)
        self.assertEqual(made.returncode, 0, made.stderr)
        node = self.shared.node().start()
        world = World(node.port, key_file.read_text(encoding="ascii").strip())
        self.addCleanup(world.close)
        organization = world.organization()["id"]
        world.grant(organization, "5")
        world.charge(organization, "2")
        node.stop()
        of_before = self.verify("--store", self.shared.url)
        self.migrate()
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM ONLY farthing.ledger_entry"), "2")
        self.assertEqual(self.verify("--store", self.shared.url), of_before)
        again = World(self.shared.node().start().port, world.secrets[0])
        self.addCleanup(again.close)
        again.charge(organization, "3")

    def test_later_migrations_keep_it_distributed(self):
        self.stop_nodes()
        self.cluster.clear()
        self.make_earlier_tables()
        done = self.farthing("store", "migrate", "--store", self.shared.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.cluster.sql(
            "SELECT count(*) FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid"
            " WHERE c.relname LIKE 'ledger_%' AND p.partmethod = 'h'"), "4")
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM farthing.ledger_state"), "100")
        self.shared.node().start()

    def make_earlier_tables(self) -> None:
        """Those of the fourth migration, distributed, with rows in them."""
        script = ("CREATE SCHEMA farthing; CREATE TABLE farthing.schema_migration (number bigint PRIMARY KEY,"
                  " name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());"
                  "INSERT INTO farthing.schema_migration (number, name) SELECT n, '' FROM generate_series(0, 4) n;")
        for file in sorted(MIGRATIONS.glob("000[1-4]_*.sql")):
            script += file.read_text(encoding="utf-8")
        script += ("SELECT create_distributed_table('farthing.ledger_state', 'organization_id',"
                   " colocate_with => 'none');")
        for table in ("ledger_entry", "ledger_record"):
            script += (f"SELECT create_distributed_table('farthing.{table}', 'organization_id',"
                       " colocate_with => 'farthing.ledger_state');")
        script += ("SELECT citus_add_local_table_to_metadata('farthing.audit_head');"
                   "INSERT INTO farthing.ledger_state SELECT gen_random_uuid(), 0, 0, 0, NULL, ''"
                   " FROM generate_series(1, 100)")
        self.cluster.sql(script)

    def test_copies_go_both_ways(self):
        self.load.start()
        self.assertTrue(self.load.timeline.wait_for(500))
        self.load.stop()
        self.check_everything()
        self.stop_nodes()
        data = self.folder / "copy"
        of_cluster = self.verify("--store", self.shared.url)
        self.copy(self.shared.url, data)
        self.assertEqual(self.verify("--data", data), of_cluster)
        self.cluster.clear()
        done = self.farthing("store", "migrate", "--citus", "--store", self.shared.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.copy(data, self.shared.url)
        self.assertEqual(self.verify("--store", self.shared.url), of_cluster)
        self.shared.node().start()

    def copy(self, source: str | os.PathLike, target: str | os.PathLike) -> None:
        done = self.farthing("store", "copy", "--from", source, "--to", target)
        self.assertEqual(done.returncode, 0, done.stderr)

    def stop_nodes(self) -> None:
        for node in self.nodes:
            node.stop()


if __name__ == "__main__":
    unittest.main()
