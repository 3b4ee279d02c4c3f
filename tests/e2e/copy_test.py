# SPDX-License-Identifier: Apache-2.0
"""`farthing store copy` from a directory to a database and back, by the program itself, killed on the way; and `farthing store
verify` of both ends."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from tests.support.api import fresh_key
from tests.support.paths import PROGRAM
from tests.support.postgres import UNSAFE, Cluster
from tests.support.server import Server
from tests.support.shared_store import SharedStore
from tests.support.world import World

TIMEOUT_S = 120
_MANY = 1000  # charges in one request


class Copy(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-copy-")
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o711)
        cls.root = pathlib.Path(folder.name)
        cls.cluster = Cluster(cls.root / "postgres", UNSAFE)
        cls.addClassCleanup(cls.cluster.kill)
        cls.cluster.initialize()
        cls.cluster.start()
        cls.fill(cls.root / "source")

    @classmethod
    def fill(cls, data: pathlib.Path) -> None:
        """A store with something in it; what a client is told of it."""
        server = Server(data).start()
        try:
            cls.admin_key = server.admin_key
            world = World(server.port, cls.admin_key)
            cls.caller = world.caller(credits="10000", email="ada@example.com")
            cls.other = world.caller(credits="5")
            cls.charge = {"organization": cls.caller.organization, "amount": "1.5",
                          "metadata": {"order": "é"}}
            cls.charge_key = fresh_key()
            made = world.admin.post("/v1/charges", cls.charge, cls.charge_key)
            cls.charged = made.json()
            world.admin.expect(201, "POST", f"/v1/charges/{cls.charged['id']}/refunds",
                               {"amount": "0.5"}, {"Idempotency-Key": fresh_key()})
            world.admin.expect(201, "POST", "/v1/holds",
                               {"organization": cls.caller.organization, "amount": "7",
                                "ttl_s": 86400}, {"Idempotency-Key": fresh_key()})
            for _ in range(20):
                charges = [{"organization": cls.caller.organization, "amount": "0.001",
                            "idempotency_key": fresh_key()} for _ in range(_MANY)]
                world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": charges})
            cls.told = cls.tell(world)
            world.close()
        finally:
            server.stop()

    @classmethod
    def tell(cls, world: World) -> dict:
        """The answers of reads, those of the caller's key among them."""
        organization = f"/v1/organizations/{cls.caller.organization}"
        paths = [organization, f"{organization}/balance", f"{organization}/grants",
                 f"{organization}/members", f"/v1/charges/{cls.charged['id']}",
                 f"/v1/charges/{cls.charged['id']}/explain", "/v1/users", "/v1/organizations",
                 "/v1/api-keys", f"{organization}/outcomes/{cls.charge_key}",
                 f"{organization}/entries?limit=1000",
                 f"{organization}/balance?at={cls.charged['created_at']}"]
        told = {path: world.admin.expect(200, "GET", path) for path in paths}
        # What depends on the moment.
        told[f"{organization}/balance"] = {
            name: told[f"{organization}/balance"][name] for name in ("available", "held", "grants")}
        for key in told["/v1/api-keys"]["api_keys"]:
            key.pop("last_used_at", None)
        with world.api(cls.caller.key) as api:
            told["account"] = api.expect(200, "GET", "/v1/user/account")
        return told

    def setUp(self):
        name = self._testMethodName.removeprefix("test_")[:40]
        self.cluster.sql(f'CREATE DATABASE "{name}"')
        self.folder = self.root / name
        self.folder.mkdir()
        self.shared = SharedStore(self.folder, self.cluster, self.cluster.url(name))
        self.database = name
        self.addCleanup(lambda: [node.kill() for node in self.shared.nodes if node.is_running()])

    def farthing(self, *arguments, **environment) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                              env=os.environ | environment)

    def make_tables(self) -> None:
        done = self.farthing("store", "migrate", "--store", self.shared.url)
        self.assertEqual(done.returncode, 0, done.stderr)

    def copy(self, source, target) -> dict:
        done = self.farthing("store", "copy", "--from", source, "--to", target, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("verifying the copy", done.stderr)
        return json.loads(done.stdout)

    def verify(self, *store) -> dict:
        done = self.farthing("store", "verify", *store, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def check_served(self, server: Server) -> None:
        """The same answers as of the source; and it goes on."""
        world = World(server.port, self.admin_key)
        self.addCleanup(world.close)
        self.assertEqual(self.tell(world), self.told)
        again = world.admin.post("/v1/charges", self.charge, self.charge_key)
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
        self.assertEqual(again.json(), self.charged)
        world.charge(self.caller.organization, "1")

    def test_there_and_back(self):
        self.make_tables()
        source, back = self.root / "source", self.folder / "back"
        counts = self.copy(source, self.shared.url)
        self.assertEqual(counts["entries"], 20 * _MANY + 5)
        self.assertEqual((counts["organizations"], counts["equal_heads"], counts["users"],
                          counts["api_keys"]), (2, 2, 3, 3))
        of_source = self.verify("--data", source)
        self.assertEqual(self.verify("--store", self.shared.url), of_source)
        self.assertEqual(self.copy(self.shared.url, back), counts)
        self.assertEqual(self.verify("--data", back), of_source)
        self.check_served(self.shared.node().start())
        server = Server(back).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        self.check_served(server)
        self.assertFalse((back / "admin.key").exists(), "a key was made in a store that has some")

    def start_copy(self, source, target) -> subprocess.Popen:
        return subprocess.Popen([PROGRAM, "store", "copy", "--from", source, "--to", target],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def test_killed_within_a_transaction_it_goes_on(self):
        self.make_tables()
        # Stops at an entry in the middle, when some are there.
        self.cluster.sql("CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS"
                         " $$BEGIN PERFORM pg_sleep(600); RETURN NEW; END$$;"
                         "CREATE TRIGGER stop BEFORE INSERT ON farthing.ledger_entry FOR EACH ROW"
                         " WHEN (NEW.seq = 9000) EXECUTE FUNCTION stop()", self.database)
        copying = self.start_copy(self.root / "source", self.shared.url)
        try:
            sleeping = ("SELECT count(*) FROM pg_stat_activity"
                        f" WHERE datname = '{self.database}' AND wait_event = 'PgSleep'")
            while self.cluster.sql(sleeping) != "1":
                self.assertIsNone(copying.poll(), "it ended before it could be killed")
        finally:
            copying.send_signal(signal.SIGKILL)
            copying.communicate(timeout=TIMEOUT_S)
        self.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                         f" WHERE datname = '{self.database}' AND wait_event = 'PgSleep'")
        self.cluster.sql("DROP FUNCTION stop() CASCADE", self.database)
        count = int(self.cluster.sql("SELECT count(*) FROM farthing.ledger_entry", self.database))
        self.assertTrue(0 < count < 9000, count)
        for refused in (("serve", "--store", self.shared.url, "--listen", "127.0.0.1:0"),
                        ("store", "admin-key", "--store", self.shared.url),
                        ("store", "verify", "--store", self.shared.url)):
            done = self.farthing(*refused)
            self.assertEqual(done.returncode, 1)
            self.assertIn("run the same `farthing store copy` again", done.stderr)
        self.assertEqual(self.copy(self.root / "source", self.shared.url)["entries"],
                         20 * _MANY + 5)
        self.check_served(self.shared.node().start())

    def test_killed_at_any_moment_it_goes_on(self):
        self.make_tables()
        self.copy(self.root / "source", self.shared.url)
        target = self.folder / "target"
        copying = self.start_copy(self.shared.url, target)
        while "copying entries" not in copying.stderr.readline():
            self.assertIsNone(copying.poll())
        copying.send_signal(signal.SIGKILL)
        copying.communicate(timeout=TIMEOUT_S)
        # On a busy machine it may have got to its end meanwhile.
        if copying.returncode != 0:
            self.assertEqual(copying.returncode, -signal.SIGKILL)
            done = self.farthing("serve", "--data", target, "--listen", "127.0.0.1:0")
            self.assertEqual(done.returncode, 1)
            self.assertIn("Run the same `farthing store copy` again", done.stderr)
            self.copy(self.shared.url, target)
        server = Server(target).start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        self.check_served(server)

    def test_what_is_refused(self):
        done = self.farthing("store", "copy", "--from", self.root / "source", "--to", self.shared.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("farthing store migrate", done.stderr)
        self.assertEqual(self.shared.migrate().returncode, 0)
        done = self.farthing("store", "copy", "--from", self.root / "source", "--to", self.shared.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds a store already", done.stderr)
        done = self.farthing("store", "copy", "--from", self.folder / "nothing", "--to", self.shared.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds no store", done.stderr)
        for arguments in ((), ("--from", "x"), ("--to", "x"), ("--from", "mysql://x", "--to", "x"),
                          ("--from", "x", "--from-file", "y", "--to", "z"),
                          ("--from-file", self.folder / "nothing", "--to", "z")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.farthing("store", "copy", *arguments, FARTHING_STORE="").returncode, 2)

    def test_a_password_is_nowhere_to_be_read(self):
        self.make_tables()
        url = self.shared.url.replace("postgres@", "postgres:hidden-word@")
        for option in ("--from", "--to"):
            other = "--to" if option == "--from" else "--from"
            refused = self.farthing("store", "copy", option, url, other, self.root / "source")
            self.assertEqual(refused.returncode, 2)
            self.assertIn(f"{option}-file", refused.stderr)
            self.assertNotIn("hidden-word", refused.stderr)
        file = self.folder / "store.url"
        file.touch(0o600)
        file.write_text(url + "\n", encoding="ascii")
        made = self.farthing("store", "copy", "--from", self.root / "source", "--to-file", file)
        self.assertEqual(made.returncode, 0, made.stderr)
        back = self.farthing("store", "copy", "--to", self.folder / "back", FARTHING_STORE=url)
        self.assertEqual(back.returncode, 0, back.stderr)
        self.assertNotIn("hidden-word", made.stderr + back.stderr)


if __name__ == "__main__":
    unittest.main()
