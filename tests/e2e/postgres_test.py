# SPDX-License-Identifier: Apache-2.0
"""`farthing store migrate`, `farthing store admin-key` and `farthing serve` on a PostgreSQL database, and what nodes know of
each other."""

import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import unittest

from tests.support.api import Api, fresh_key
from tests.support.cutting_proxy import CuttingProxy
from tests.support.paths import PROGRAM
from tests.support.postgres import UNSAFE, Cluster
from tests.support.shared_store import SharedStore
from tests.support.world import World

TIMEOUT_S = 60
MIGRATIONS = pathlib.Path(__file__).parents[2] / "server/store/postgres/migrations"


class OnPostgres(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-shared-")
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o711)
        cls.root = pathlib.Path(folder.name)
        cls.cluster = Cluster(cls.root / "postgres", UNSAFE)
        cls.addClassCleanup(cls.cluster.kill)
        cls.cluster.initialize()
        cls.cluster.start()

    def setUp(self):
        """A database of its own for each case."""
        name = self._testMethodName.removeprefix("test_")[:40]
        self.cluster.sql(f'CREATE DATABASE "{name}"')
        folder = self.root / name
        folder.mkdir()
        self.shared = SharedStore(folder, self.cluster, self.cluster.url(name))
        self.addCleanup(lambda: [node.kill() for node in self.shared.nodes if node.is_running()])

    def migrate(self) -> None:
        done = self.shared.migrate()
        self.assertEqual(done.returncode, 0, done.stderr)

    def run_program(self, *arguments, **environment) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                              env=os.environ | environment)

    def test_serve_refuses_a_database_without_tables(self):
        done = self.run_program("serve", "--store", self.shared.url, "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("run `farthing store migrate` first", done.stderr)

    def test_serve_refuses_tables_of_a_later_version(self):
        self.migrate()
        self.cluster.run("psql", "-h", self.cluster.folder, "-U", "postgres", "-d",
                         self.shared.url.rpartition("/")[2].partition("?")[0], "-c",
                         "INSERT INTO farthing.schema_migration (number, name) VALUES (9999, 'later')")
        done = self.run_program("serve", "--store", self.shared.url, "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("migration 9999", done.stderr)
        again = self.shared.migrate()
        self.assertEqual(again.returncode, 1)
        self.assertIn("migration 9999", again.stderr)

    def test_serve_goes_on_beside_a_later_version_that_lets_it(self):
        self.migrate()
        self.sql("INSERT INTO farthing.schema_migration (number, name, nodes_from, is_finished)"
                 " SELECT 9999, 'later', max(number), false FROM farthing.schema_migration")
        again = self.shared.migrate()
        self.assertEqual(again.returncode, 0, again.stderr)
        node = self.shared.node().start()
        with Api(node.port, self.shared.admin_key) as api:
            self.assertEqual(api.get("/v1/users").status, 200)
        done = self.run_program("store", "migrate", "--finish", "--store", self.shared.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("migration 9999", done.stderr)
        self.assertEqual(self.sql("SELECT is_finished FROM farthing.schema_migration WHERE number = 9999"), "f")

    def test_migrate_says_whether_servers_of_before_may_go_on(self):
        self.migrate()
        number = self.sql("SELECT number FROM farthing.schema_migration WHERE name LIKE '%_nodes_beside'")
        self.sql(f"DELETE FROM farthing.schema_migration WHERE number >= {number};"
                 " ALTER TABLE farthing.schema_migration DROP COLUMN nodes_from, DROP COLUMN is_finished")
        done = self.shared.migrate()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, rf"farthing: [1-9] migrations applied\nfarthing: servers of before migration "
                                      rf"{number} must be stopped: they refuse")

    def test_finishing_what_is_finished_does_nothing(self):
        before = self.run_program("store", "migrate", "--finish", "--store", self.shared.url)
        self.assertEqual(before.returncode, 1)
        self.assertIn("run `farthing store migrate` first", before.stderr)
        self.migrate()
        done = self.run_program("store", "migrate", "--finish", "--store", self.shared.url)
        self.assertEqual((done.returncode, done.stderr), (0, "farthing: nothing waits to be finished\n"))
        self.sql("UPDATE farthing.schema_migration SET is_finished = false WHERE number = 3")
        again = self.run_program("store", "migrate", "--finish", "--store", self.shared.url)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.sql("SELECT count(*) FROM farthing.schema_migration WHERE NOT is_finished"), "0")
        both = self.run_program("store", "migrate", "--finish", "--citus", "--store", self.shared.url)
        self.assertEqual(both.returncode, 2)

    def test_serve_refuses_a_database_that_is_not_there(self):
        done = self.run_program("serve", "--store", f"postgres:///x?host={self.root}/nowhere",
                                "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot connect to the database", done.stderr)

    def test_migrations_at_once_make_one_first_key(self):
        files = [self.shared.folder / f"key{number}" for number in range(6)]
        running = [subprocess.Popen([PROGRAM, "store", "migrate", "--store", self.shared.url,
                                     "--admin-key-file", file], stderr=subprocess.PIPE, text=True)
                   for file in files]
        for process in running:
            _, words = process.communicate(timeout=TIMEOUT_S)
            self.assertEqual(process.returncode, 0, words)
        made = [file for file in files if file.exists()]
        self.assertEqual(len(made), 1)
        self.assertEqual(made[0].stat().st_mode & 0o777, 0o600)
        node = self.shared.node().start()
        with Api(node.port, made[0].read_text(encoding="ascii").strip()) as api:
            self.assertEqual(api.get("/v1/users").status, 200)

    def test_migrations_that_wait_do_not_end_the_one_before_them(self):
        self.migrate()
        number = self.sql("SELECT number FROM farthing.schema_migration WHERE name LIKE '%_nodes_beside'")
        self.sql(f"DELETE FROM farthing.schema_migration WHERE number >= {number};"
                 " ALTER TABLE farthing.schema_migration DROP COLUMN nodes_from, DROP COLUMN is_finished")
        # Holds what a program of before would lock until all three wait.
        holding = threading.Thread(target=self.sql, args=("""DO $$ BEGIN
            UPDATE farthing.schema_migration SET name = name WHERE number = 0;
            FOR i IN 1..1000 LOOP
                EXIT WHEN (SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted) = 3;
                PERFORM pg_sleep(0.05);
            END LOOP; END $$""",))
        holding.start()
        while self.sql("SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock' AND"
                       " relation = 'farthing.schema_migration'::regclass") == "0":
            time.sleep(0.02)
        running = [subprocess.Popen([PROGRAM, "store", "migrate", "--store", self.shared.url],
                                    stderr=subprocess.PIPE, text=True) for _ in range(3)]
        holding.join()
        for process in running:
            _, words = process.communicate(timeout=TIMEOUT_S)
            self.assertEqual(process.returncode, 0, words)

    def test_the_first_key_begins_with_the_prefix_that_is_asked_for(self):
        file = self.shared.folder / "key"
        place = ("--store", self.shared.url)
        self.assertEqual(self.run_program("store", "migrate", *place, "--key-prefix", "acme_").returncode, 2)
        done = self.run_program("store", "migrate", *place, "--admin-key-file", file, "--key-prefix", "acme_")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(file.read_text(encoding="ascii"), r"\Aacme_[0-9A-Za-z]{48}\n?\Z")
        node = self.shared.node().start()
        with Api(node.port, file.read_text(encoding="ascii").strip()) as api:
            self.assertEqual(api.get("/v1/users").status, 200)

    def test_another_admin_key_while_a_node_runs(self):
        self.migrate()
        node = self.shared.node().start()
        done = self.run_program("store", "admin-key", "--store", self.shared.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        with Api(node.port, done.stdout.strip()) as api:
            self.assertEqual(api.get("/v1/users").status, 200)

    def test_two_admins_on_two_nodes_cannot_end_each_other(self):
        self.migrate()
        nodes = [self.shared.node().start() for _ in range(2)]
        with Api(nodes[0].port, self.shared.admin_key) as api:
            last = {"id": api.expect(200, "GET", "/v1/api-keys")["api_keys"][0]["id"],
                    "secret": self.shared.admin_key}
            users = [api.expect(201, "POST", "/v1/users", {"email": f"admin{number}@example.com"})["id"]
                     for number in range(2)]
        for each in range(10):
            with Api(nodes[0].port, last["secret"]) as api:
                keys = [api.expect(201, "POST", "/v1/api-keys", {"user": user, "scopes": ["admin"]})
                        for user in users]
                api.expect(200, "POST", f"/v1/api-keys/{last['id']}/revoke", {})
            statuses = []

            def end(node, by, whom):
                with Api(node.port, by["secret"]) as api:
                    statuses.append(api.post(f"/v1/api-keys/{whom['id']}/revoke", {}).status)

            threads = [threading.Thread(target=end, args=arguments)
                       for arguments in zip(nodes, keys, keys[::-1])]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(statuses.count(200), 1, f"round {each}: {statuses}")
            working = [key for key in keys if self.works(nodes[0], key["secret"])]
            self.assertEqual(len(working), 1)
            last = working[0]

    def works(self, node, secret: str) -> bool:
        with Api(node.port, secret) as api:
            return api.get("/v1/users").status == 200

    def sql(self, text: str) -> str:
        return self.cluster.sql(text, self.shared.url.rpartition("/")[2].partition("?")[0])

    def test_columns_of_older_rows_are_read_out_of_records(self):
        """The migration that added them, over rows as an earlier version left them."""
        self.migrate()
        node = self.shared.node().start()
        world = World(node.port, self.shared.admin_key)
        self.addCleanup(world.close)
        users = [world.user(name="n" * 200, profile_picture="https://example.com/" + "p" * 300)["id"]
                 for _ in range(2)]
        world.admin.expect(200, "POST", f"/v1/users/{users[0]}/disable")
        for name in ("", "k", "k" * 126, "k" * 127, "k" * 128, "k" * 255, "ä" * 255):
            for more in ({}, {"expires_at": "2999-01-31T01:02:03.456789Z"}, {"scopes": ["admin"]},
                         {"scopes": ["service", "user"], "expires_at": "9999-12-31T23:59:59.999999Z"}):
                named = {"name": name} if name else {}
                kept, ended = (world.key(users[1], **named, **more) for _ in range(2))
                world.admin.expect(200, "POST", f"/v1/api-keys/{ended['id']}/revoke", {})
                world.admin.expect(200, "POST", f"/v1/api-keys/{kept['id']}/rotate", {})
        read = ("SELECT id, is_disabled::text, '' FROM farthing.directory_user UNION ALL"
                " SELECT id, is_admin::text, live_until::text FROM farthing.directory_api_key"
                " ORDER BY 1")
        written = self.sql(read)
        self.assertIn("|true|", written)
        self.sql("UPDATE farthing.directory_user SET is_disabled = NOT is_disabled WHERE is_disabled;"
                 " UPDATE farthing.directory_api_key SET is_admin = false, live_until = NULL")
        # Version 2 has an email without a flag in front, no "erased at" and no extension.
        self.sql(r"UPDATE farthing.directory_user SET record = '\x02'::bytea || substr(record, 2, 17)"
                 " || substr(record, 20, length(record) - 21);"
                 r" UPDATE farthing.directory_api_key SET record = '\x02'::bytea"
                 " || substr(record, 2, length(record) - 2)")
        file, = MIGRATIONS.glob("*_bounds_of_the_directory.sql")
        migration = file.read_text(encoding="utf-8")
        for statement in re.findall(r"^UPDATE .*?;$", migration, re.MULTILINE | re.DOTALL):
            self.sql(statement)
        self.assertEqual(self.sql(read), written)
        self.assertIn("disabled_at", world.admin.expect(200, "GET", f"/v1/users/{users[0]}"))

    def test_a_row_that_cannot_be_read_has_its_name(self):
        self.migrate()
        node = self.shared.node().start()
        world = World(node.port, self.shared.admin_key)
        self.addCleanup(world.close)
        user = world.user()["id"]
        world.key(user)
        self.assertEqual(node.stop(), 0)
        for table, order, place in (("directory_user", "id", "with id "), ("directory_api_key", "id", "with id "),
                                    ("audit_record", "number", "")):
            with self.subTest(table=table):
                chosen = f"{order} = (SELECT {order} FROM farthing.{table} ORDER BY 1 OFFSET 1 LIMIT 1)"
                name = self.sql(f"SELECT {order} FROM farthing.{table} WHERE {chosen}")
                kept = self.sql(f"SELECT encode(record, 'hex') FROM farthing.{table} WHERE {chosen}")
                self.sql(rf"UPDATE farthing.{table} SET record = '\xfe01'::bytea WHERE {chosen}")
                done = self.run_program("store", "verify", "--store", self.shared.url)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, f"{table} {place}{name}.* is malformed")
                self.sql(f"UPDATE farthing.{table} SET record = decode('{kept}', 'hex') WHERE {order} = '{name}'")
        done = self.run_program("store", "verify", "--store", self.shared.url)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_erased_person_is_in_no_table(self):
        self.migrate()
        first, second = (self.shared.node().start() for _ in range(2))
        world = World(first.port, self.shared.admin_key)
        self.addCleanup(world.close)
        texts = {"email": "lovelace@example.com", "name": "Augusta Ada",
                 "profile_picture": "https://example.com/ada.png"}
        key = fresh_key()
        made = world.admin.post("/v1/users", texts, key).json()
        organization = world.organization()["id"]
        world.admin.expect(201, "POST", f"/v1/organizations/{organization}/members",
                           {"email": texts["email"]}, {"Idempotency-Key": fresh_key()})
        secret = world.key(made["id"])["secret"]
        tables = self.sql("SELECT table_name FROM information_schema.tables"
                          " WHERE table_schema = 'farthing'").split()

        def stored():
            return "".join(self.sql(f"SELECT t::text FROM farthing.{table} t") for table in tables)

        for text in texts.values():
            self.assertIn(text.encode().hex(), stored())
        erased = world.admin.expect(200, "POST", f"/v1/users/{made['id']}/erase")
        self.assertIsNone(erased["email"])
        for text in texts.values():
            self.assertNotIn(text.encode().hex(), stored())
        with Api(second.port, self.shared.admin_key) as other:
            self.assertEqual(other.expect(200, "GET", f"/v1/users/{made['id']}"), erased)
            again = other.post("/v1/users", texts, key)
            self.assertEqual((again.status, again.json()["field"]), (409, "Idempotency-Key"))
            other.expect(201, "POST", "/v1/users", {"email": texts["email"]})
        with Api(second.port, secret) as other:
            self.assertIn(other.get("/v1/user/account").status, (401, 403))
        verified = self.run_program("store", "verify", "--store", self.shared.url)
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_a_password_is_nowhere_to_be_read(self):
        self.migrate()
        url = self.shared.url.replace("postgres@", "postgres:hidden-word@")
        refused = self.run_program("serve", "--store", url, "--listen", "127.0.0.1:0")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--store-file", refused.stderr)
        self.assertNotIn("hidden-word", refused.stderr)
        file = self.shared.folder / "store.url"
        file.touch(0o600)
        file.write_text(url + "\n", encoding="ascii")
        for place in (("--store-file", file), ()):
            made = self.run_program("store", "admin-key", *place, FARTHING_STORE=url)
            self.assertEqual(made.returncode, 0, made.stderr)
            self.assertNotIn("hidden-word", made.stderr)

    def test_what_one_node_answered_the_next_request_on_another_sees(self):
        self.migrate()
        first, second = (self.shared.node().start() for _ in range(2))
        world = World(first.port, self.shared.admin_key)
        self.addCleanup(world.close)
        caller = world.caller(credits="1000")
        with Api(second.port, self.shared.admin_key) as other:
            for number in range(1, 51):
                world.charge(caller.organization, "1")
                balance = other.expect(200, "GET",
                                       f"/v1/organizations/{caller.organization}/balance")
                self.assertEqual(balance["available"], str(1000 - number))
        for _ in range(20):
            made = world.key(caller.user)
            with Api(second.port, made["secret"]) as other:
                self.assertEqual(other.get("/v1/user/account").status, 200)
                world.admin.expect(200, "POST", f"/v1/api-keys/{made['id']}/revoke", {})
                self.assertEqual(other.get("/v1/user/account").status, 401)

    def test_statements_of_all_nodes_have_one_key(self):
        self.migrate()
        key = self.shared.folder / "statement.key"
        settings = (f'statement_key = "{key}"',)
        first = self.shared.node(settings=settings).start()
        second = self.shared.node(settings=settings).start()
        keyless = self.shared.node().start()
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        world = World(first.port, self.shared.admin_key)
        self.addCleanup(world.close)
        organization = world.caller(credits="5").organization
        world.charge(organization, "2")
        environment = {"FARTHING_API_KEY": self.shared.admin_key}
        of = ("--organization", organization)
        statement, pem = self.shared.folder / "statement", self.shared.folder / "server.pem"
        made = self.run_program("entries", "statement", *of, "-o", statement,
                                FARTHING_URL=first.url, **environment)
        self.assertEqual(made.returncode, 0, made.stderr)
        told = self.run_program("entries", "statement-key", "-o", pem, FARTHING_URL=second.url,
                                **environment)
        self.assertEqual(told.returncode, 0, told.stderr)
        checked = self.run_program("entries", "check-statement", statement, "--public-key", pem)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertIn("entries\t2\n", checked.stdout)
        refused = self.run_program("entries", "statement", *of, FARTHING_URL=keyless.url, **environment)
        self.assertEqual(refused.returncode, 5)
        self.assertIn("no key to sign statements", refused.stderr)

    def test_what_falls_due_is_booked_by_itself(self):
        self.migrate()
        node = self.shared.node().start()
        world = World(node.port, self.shared.admin_key)
        self.addCleanup(world.close)
        caller = world.caller(credits="10")
        world.admin.expect(201, "POST", "/v1/holds",
                           {"organization": caller.organization, "amount": "4", "ttl_s": 1},
                           {"Idempotency-Key": "hold"})
        deadline = time.monotonic() + TIMEOUT_S
        kinds = []
        while kinds[-1:] != ["release"]:
            self.assertLess(time.monotonic(), deadline)
            listed = world.admin.expect(200, "GET",
                                        f"/v1/organizations/{caller.organization}/entries")
            kinds = [entry["kind"] for entry in listed["entries"]]
            time.sleep(0.05)
        self.assertEqual(kinds, ["grant", "hold", "release"])

    def test_a_commit_whose_answer_is_lost_gets_its_true_outcome(self):
        self.migrate()
        folder = self.root / "proxy"
        proxy = CuttingProxy(folder, self.cluster.folder)
        self.addCleanup(proxy.close)
        self.shared.url = f"{self.shared.url.partition('?')[0]}?host={folder}"
        node = self.shared.node().start()
        world = World(node.port, self.shared.admin_key)
        self.addCleanup(world.close)
        organization = world.organization()["id"]
        world.grant(organization, "100")
        for number in range(5):
            proxy.cut_next(1 + number % 2)
            charged = world.admin.post("/v1/charges", {"organization": organization, "amount": "1"},
                                       f"charge {number}")
            self.assertEqual((charged.status, charged.headers["Idempotency-Replayed"]), (201, None))
        self.assertGreaterEqual(proxy.cut, 5)
        balance = world.admin.expect(200, "GET", f"/v1/organizations/{organization}/balance")
        self.assertEqual(balance["available"], "95")
        # A change of the directory is recognised by its key, and only by it.
        proxy.cut_next(1)
        made = world.admin.request("POST", "/v1/users", {"email": "one@example.com"},
                                   {"Idempotency-Key": "user one"})
        self.assertEqual((made.status, made.headers["Idempotency-Replayed"]), (201, None))
        proxy.cut_next(1)
        unknown = world.admin.post("/v1/users", {"email": "two@example.com"})
        self.assertEqual(unknown.status, 503)
        self.assertIn("cannot tell", unknown.json()["message"])
        users = world.admin.expect(200, "GET", "/v1/users")["users"]
        self.assertEqual([user["email"] for user in users][1:], ["one@example.com", "two@example.com"])

    def test_a_stop_ends_in_order(self):
        self.migrate()
        node = self.shared.node().start()
        node.terminate()
        self.assertEqual(node.wait(), 0)


if __name__ == "__main__":
    unittest.main()
