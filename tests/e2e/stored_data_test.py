# SPDX-License-Identifier: Apache-2.0
"""What earlier versions have stored (tests/fixtures/stores) is opened by this one: a copy of each data directory
and of each database is verified, asked what it was asked then, and goes on."""

import datetime
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.parse

from tests.support.api import Answer, fresh_key
from tests.support.paths import PROGRAM, ROOT
from tests.support.postgres import UNSAFE, Cluster
from tests.support.server import Server
from tests.support.shared_store import SharedStore
from tests.support.world import World

TIMEOUT_S = 120
# The fixtures grow older than any gap that a clock is believed after.
SETTINGS = ('max_clock_gap = "36500d"',)
FIXTURES = sorted(folder for folder in (ROOT / "tests" / "fixtures" / "stores").iterdir() if folder.is_dir())


def narrowed(found, told):
    """`found` without the members of objects that `told` does not have: later versions may say more."""
    if isinstance(found, dict) and isinstance(told, dict):
        return {name: narrowed(found[name], told[name]) for name in told if name in found}
    if isinstance(found, list) and isinstance(told, list) and len(found) == len(told):
        return [narrowed(one, other) for one, other in zip(found, told)]
    return found


def in_todays_words(told):
    """What was told, as this version says it: `engine` is `model`, and the scope `meter` is `service`. Texts that are
    stored, such as those of acts, stay as they are."""
    if isinstance(told, dict):
        return {{"engine": "model", "meter": "service"}.get(name, name): in_todays_words(each)
                for name, each in told.items()}
    if isinstance(told, list):
        return ["service" if each == "meter" else in_todays_words(each) for each in told]
    return told


class StoredData(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-stored-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o711)  # PostgreSQL's user must get through

    def farthing(self, *arguments: str, **environment: str) -> dict:
        done = subprocess.run([PROGRAM, *arguments, "--json"], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                              env=os.environ | {"HOME": str(self.folder)} | environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def same(self, found, told, what: str) -> None:
        self.assertEqual(narrowed(found, told), told, what)

    def test_data_directories(self):
        for fixture in FIXTURES:
            with self.subTest(fixture=fixture.name):
                place = self.folder / fixture.name
                place.mkdir()
                subprocess.run(["tar", "-xzf", fixture / "data.tar.gz", "-C", place], check=True)
                data = place / "data"
                self.check(fixture / "data.json", ("--data", str(data)), Server(data, settings=SETTINGS))

    def test_databases(self):
        for fixture in FIXTURES:
            with self.subTest(fixture=fixture.name):
                place = self.folder / fixture.name
                place.mkdir(mode=0o711)
                cluster = Cluster(place / "postgres", UNSAFE)
                self.addCleanup(cluster.kill)
                cluster.initialize()
                cluster.start()
                dump = place / "database.sql"
                dump.write_bytes(gzip.decompress((fixture / "database.sql.gz").read_bytes()))
                cluster.run("psql", "-h", cluster.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "-f", dump)
                shared = SharedStore(place, cluster)
                self.assertEqual(shared.migrate().returncode, 0)
                self.check(fixture / "database.json", ("--store", shared.url), shared.node(settings=SETTINGS))

    def check(self, told_path: pathlib.Path, store: tuple[str, str], server: Server) -> None:
        told = in_todays_words(json.loads(told_path.read_text(encoding="utf-8")))
        self.farthing("store", "verify", *store)
        server.start()
        self.addCleanup(lambda: server.is_running() and server.kill())
        world = World(server.port, told["secrets"]["admin"])
        self.addCleanup(world.close)
        self.check_reads(world, told)
        self.check_replays(world, told)
        self.check_secrets(world, told)
        self.check_open_hold(world, told)
        charged = world.charge(told["open_hold"]["organization"], "1")
        self.assertEqual(charged["amount"], "1")
        self.farthing("audit-log", "verify", FARTHING_URL=server.url,
                      FARTHING_API_KEY=told["secrets"]["admin"])
        self.assertEqual(server.stop(), 0)
        self.farthing("store", "verify", *store)

    def check_reads(self, world: World, told: dict) -> None:
        for path, answer in (told["reads"] | told["past_balances"]).items():
            self.same(world.admin.expect(200, "GET", path), answer, path)
        for path, listed in told["lists"].items():
            # What has been written since stands behind.
            found = list(world.admin.list_all(path, listed["plural"]))
            if path == "/v1/api-keys":
                self.check_last_uses(found, listed["records"])
            self.same(found[:len(listed["records"])], listed["records"], path)

    def check_last_uses(self, found: list[dict], told: list[dict]) -> None:
        """But for the operator's, which asks, they are as they were."""
        self.assertGreater(sum("last_used_at" in key for key in told), 5)
        for key in (found[0], told[0]):
            self.assertEqual(key["scopes"], ["admin"])
            del key["last_used_at"]

    def check_replays(self, world: World, told: dict) -> None:
        for asked in told["requests"]:
            answer = world.admin.request(asked["method"], asked["path"], asked["body"],
                                         {"Idempotency-Key": asked["key"]})
            self.check_replay(answer, asked)
            if asked["answer"] is None:
                self.check_lost_answer(world, answer.json(), asked["key"])
            elif "organization" in asked["answer"]:
                self.check_outcome(world, asked["answer"]["organization"], asked["key"])
        for batch in told["batches"]:
            again = world.admin.expect(200, "POST", "/v1/charges/batch", {"charges": batch["charges"]})
            self.assertTrue(all(result["replayed"] for result in again["results"]))
            self.same(again, batch["answer"], "a batch")
            for charge in batch["charges"]:
                self.check_outcome(world, charge["organization"], charge["idempotency_key"])

    def check_replay(self, answer: Answer, asked: dict) -> None:
        what = f"{asked['method']} {asked['path']} under {asked['key']}"
        self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (asked["status"], "true"), what)
        if asked["answer"] is not None:
            self.same(answer.json(), asked["answer"], what)

    def check_lost_answer(self, world: World, answer: dict, key: str) -> None:
        """The program that booked it ended at its answer. What that must be, the entries say."""
        entries = self.check_outcome(world, answer["organization"], key)
        self.assertEqual(entries[-1]["kind"], "repay")
        self.assertEqual(answer["balance"], {name: entries[-1][name] for name in ("available", "held")})
        hold = [entry["hold"] for entry in entries if "hold" in entry][-1]
        self.assertEqual({name: answer[name] for name in hold}, hold)

    def check_outcome(self, world: World, organization: str, key: str) -> list[dict]:
        name = urllib.parse.quote(key, safe="")
        outcome = world.admin.expect(200, "GET", f"/v1/organizations/{organization}/outcomes/{name}")
        self.assertEqual(outcome["idempotency_key"], key)
        return outcome["entries"]

    def check_secrets(self, world: World, told: dict) -> None:
        for name, secret in told["secrets"].items():
            with world.api(secret) as api:
                self.assertEqual(api.get("/v1/user/account").status, 403 if name == "service" else 200, name)
        for secret in told["ended_secrets"]:
            with world.api(secret) as api:
                self.assertEqual(api.get("/v1/user/account").status, 401)
        spent = told["spent_under_caps"]
        refused = world.admin.post("/v1/charges", {"organization": spent["organization"], "amount": "60",
                                                   "api_key": spent["secret"]}, fresh_key())
        self.assertEqual((refused.json()["name"], refused.json()["period"], refused.json()["spent"]),
                         ("spend_cap_exceeded", "total", spent["total"]))

    def check_open_hold(self, world: World, told: dict) -> None:
        """It has run out when its time is over, and else is as it was."""
        hold = told["open_hold"]
        found = world.admin.expect(200, "GET", f"/v1/holds/{hold['id']}")
        ends_at = datetime.datetime.fromisoformat(hold["expires_at"].replace("Z", "+00:00"))
        if datetime.datetime.now(datetime.timezone.utc) < ends_at:
            self.same(found, hold, "a hold")
        else:
            self.assertEqual((found["state"], found["captured"], found["released"]), ("expired", "1", "5"))


if __name__ == "__main__":
    unittest.main()
