# SPDX-License-Identifier: Apache-2.0
"""The real server, and its database, with clocks that are wrong: ahead and behind by seconds to decades, at a start and
while it runs. Nothing ends that should not, nothing stops that protects, the operator is told and gets past it."""

import datetime
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from tests.support import raw
from tests.support.api import Api, fresh_key
from tests.support.paths import IN_CI, PROGRAM
from tests.support.postgres import UNSAFE, Cluster
from tests.support.server import Server
from tests.support.shared_store import SharedStore
from tests.support.world import World
from tests.support.wrong_clock import WrongClock, is_there

TIMEOUT_S = 60
HOUR_MS = 3_600_000


def in_days(days: float) -> str:
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(instant: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(instant.replace("Z", "+00:00"))


@unittest.skipIf(not is_there() and not IN_CI, "libfaketime is not installed")
class ClockCase(unittest.TestCase):
    """`self.clock` is what the store follows; `self.begin` starts a server on it, with things in it that end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-clock-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        os.chmod(folder.name, 0o755)  # the database's user must get through
        self.clock = WrongClock(self.folder)
        self.kernel = ""
        self.servers: list[Server] = []
        self.addCleanup(lambda: [each.kill() for each in self.servers if each.is_running()])

    def make_server(self) -> Server:
        raise NotImplementedError

    def place(self) -> list:
        """The options that name the store."""
        raise NotImplementedError

    def launch(self) -> Server:
        """A server that listens, whether it is ready or not."""
        server = self.make_server()
        self.servers.append(server)
        server.launch()
        deadline = time.monotonic() + TIMEOUT_S
        while not server.is_listening():
            if time.monotonic() > deadline or not server.is_running():
                self.fail(f"the server does not listen:\n{server.log()[-4000:]}")
            time.sleep(0.02)
        return server

    def stop(self) -> None:
        for server in self.servers:
            if server.is_running():
                self.assertEqual(server.stop(), 0)

    def api(self, server: Server) -> Api:
        api = Api(server.port, self.admin_key(server))
        self.addCleanup(api.close)
        return api

    def admin_key(self, server: Server) -> str:
        return server.admin_key

    def begin(self) -> Server:
        """Ends at 20 days: `caller`'s key and a grant of 10; at 50 days a grant of 5; there are 3 for ever."""
        server = self.launch()
        world = World(server.port, self.admin_key(server))
        self.addCleanup(world.close)
        self.caller = world.caller()
        self.organization = self.caller.organization
        self.key = world.key(self.caller.user, expires_at=in_days(20))
        world.grant(self.organization, "10", expires_at=in_days(20))
        world.grant(self.organization, "5", expires_at=in_days(50))
        world.grant(self.organization, "3")
        self.hold = self.post(world.admin, "/v1/holds", {"amount": "1", "ttl_s": 7200}).json()["id"]
        self.assertEqual(self.available(world.admin), "17")
        return server

    def post(self, api: Api, path: str, body: dict):
        return api.post(path, body | {"organization": self.organization}, fresh_key())

    def charge(self, api: Api) -> int:
        return self.post(api, "/v1/charges", {"amount": "0.5"}).status

    def available(self, api: Api) -> str:
        return api.expect(200, "GET", f"/v1/organizations/{self.organization}/balance")["available"]

    def wait_until(self, condition, what: str):
        deadline = time.monotonic() + TIMEOUT_S
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"{what}, and does not come to be")
            time.sleep(0.05)

    def wait_for_doubt(self, api: Api, doubt: str) -> dict:
        self.wait_until(lambda: api.expect(200, "GET", "/v1/clock")["doubt"] == doubt,
                        f"the clock's doubt should be {doubt}")
        return api.expect(200, "GET", "/v1/clock")

    def readiness(self, server: Server) -> tuple[int, dict]:
        with Api(server.port) as api:
            answer = api.get("/readyz")
            return answer.status, answer.json()

    def names_told(self, server: Server) -> list[str]:
        return [each["name"] for each in self.readiness(server)[1].get("limitations", [])]

    def run_cli(self, *arguments, key: str | None = None, url: str | None = None,
                environment: dict | None = None) -> subprocess.CompletedProcess:
        settings = {"FARTHING_API_KEY": key or "", "FARTHING_URL": url or ""} | (environment or {})
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, env=os.environ | settings)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    # What holds on every store.

    def check_doubt(self, server: Server, doubt: str) -> None:
        """Nothing has ended, movements wait, what protects goes on."""
        api = self.api(server)
        status = self.wait_for_doubt(api, doubt)
        self.assertLess(abs(parse(status["ledger_time"]) - datetime.datetime.now(datetime.timezone.utc)),
                        datetime.timedelta(minutes=5))
        self.assertEqual(self.available(api), "17")
        with Api(server.port, self.key["secret"]) as caller:
            self.assertEqual(caller.get("/v1/user/account").status, 200, "the key has not ended")
        refused = self.post(api, "/v1/charges", {"amount": "0.5"})
        self.assertEqual((refused.status, refused.json()["name"]), (503, "unavailable"))
        self.assertIn("clock", refused.json()["message"])
        grant = api.post(f"/v1/organizations/{self.organization}/grants", {"amount": "1"}, fresh_key())
        self.assertEqual(grant.status, 503)
        self.wait_until(lambda: "clock" in self.names_told(server), "/readyz should tell of the clock")
        self.assertIn("clock: refuses movements: ", server.log())
        revoked = api.expect(200, "POST", f"/v1/api-keys/{self.key['id']}/revoke")
        self.assertLess(parse(revoked["revoked_at"]) - datetime.datetime.now(datetime.timezone.utc),
                        datetime.timedelta(minutes=5))
        self.assertEqual(api.post(f"/v1/holds/{self.hold}/release", {}, fresh_key()).status, 200)
        self.assertEqual(self.available(api), "18")

    def check_recovery(self, server: Server) -> None:
        api = self.api(server)
        self.wait_for_doubt(api, "none")
        self.assertEqual(self.charge(api), 201)
        self.assertEqual(self.available(api), "17.5")
        self.wait_until(lambda: self.readiness(server)[1]["status"] == "ok", "/readyz should say ok")

    def check_a_start_far_ahead(self, offset: str) -> None:
        self.begin()
        self.keep_mark()
        self.stop()
        self.clock.set(offset)
        server = self.restart()
        self.check_doubt(server, "start")
        self.clock.set("+0")
        self.check_recovery(server)

    def keep_mark(self) -> None:
        """Returns when a restart would find about the present."""

    def restart(self) -> Server:
        return self.launch()

    def check_a_start_that_is_believed(self, offset: str, told: list[str], available: str) -> None:
        self.begin()
        self.keep_mark()
        self.stop()
        self.clock.set(offset)
        server = self.restart()
        api = self.api(server)
        self.assertEqual(api.expect(200, "GET", "/v1/clock")["doubt"], "none")
        self.assertEqual(self.available(api), available)
        self.assertEqual(self.charge(api), 201)
        status, document = self.readiness(server)
        self.assertEqual(status, 200)
        self.assertEqual([each["name"] for each in document.get("limitations", [])], told)

    def check_a_leap(self) -> None:
        server = self.begin()
        self.clock.set("+2h")
        self.check_doubt(server, "leap")
        self.clock.set("+0")
        self.check_recovery(server)

    def check_confirmation(self, server: Server) -> None:
        api = self.api(server)
        self.clock.set("+30d")
        self.wait_for_doubt(api, "leap")
        self.assertEqual(self.charge(api), 503)
        confirmed = api.expect(200, "POST", "/v1/clock/confirm")
        self.assertEqual(confirmed["doubt"], "none")
        self.assertEqual(self.charge(api), 201)
        self.assertEqual(self.available(api), "7.5", "what has ended meanwhile is booked")
        acts = api.expect(200, "GET", "/v1/audit-log?kind=clock.confirm")["acts"]
        self.assertEqual(len(acts), 1)
        change = acts[0]["changes"][0]
        self.assertEqual(change["field"], "ledger_time")
        self.assertGreater(parse(change["after"]) - parse(change["before"]), datetime.timedelta(days=29))

    def check_set_back(self) -> None:
        """A clock of 30 days ahead was believed at a start, and has driven ledger time there."""
        self.begin()
        self.keep_mark()
        self.stop()
        self.clock.set("+30d")
        server = self.restart()
        api = self.api(server)
        self.assertEqual(self.charge(api), 201)
        other = api.expect(201, "POST", "/v1/organizations", {"name": "Other"})["id"]
        self.keep_mark()
        self.stop()

        self.clock.set("+0")
        server = self.restart()
        api = self.api(server)
        status = api.expect(200, "GET", "/v1/clock")
        self.assertGreater(status["ahead_ms"], 29 * 24 * HOUR_MS)
        self.assertIn("ledger_time", self.names_told(server))
        self.stop()

        environment = self.set_back_environment()
        looked = self.run_cli("clock", "set-back", *self.place(), environment=environment)
        self.assertIn("nothing was done", looked.stderr)
        self.assertIn(f"organization\t{self.organization}\t", looked.stdout)
        self.assertNotIn(other, looked.stdout)
        done = self.run_cli("clock", "set-back", *self.place(), "--yes", environment=environment)
        self.assertIn("was set back", done.stderr)

        server = self.restart()
        api = self.api(server)
        status = api.expect(200, "GET", "/v1/clock")
        self.assertEqual((status["ahead_ms"] < 1000, status["doubt"]), (True, "none"))
        now = datetime.datetime.now(datetime.timezone.utc)
        made = api.post(f"/v1/organizations/{other}/grants", {"amount": "1"}, fresh_key()).json()
        self.assertLess(parse(made["created_at"]) - now, datetime.timedelta(minutes=5))
        ahead = self.post(api, "/v1/charges", {"amount": "0.5"}).json()
        self.assertGreater(parse(ahead["created_at"]) - now, datetime.timedelta(days=29))
        acts = list(api.list_all("/v1/audit-log", "acts"))
        kinds = [each["kind"] for each in acts]
        at = kinds.index("clock.set_back")
        self.assertGreater(parse(acts[at]["at"]), parse(acts[at + 1]["at"]) + datetime.timedelta(days=29))
        key = self.admin_key(server)
        self.run_cli("audit-log", "verify", key=key, url=server.url)
        again = self.run_cli_when_stopped("clock", "set-back", *self.place(), environment=environment)
        self.assertIn("is not ahead", again.stderr)
        self.run_cli("store", "verify", *self.place())

    def run_cli_when_stopped(self, *arguments, **options) -> subprocess.CompletedProcess:
        self.stop()
        return self.run_cli(*arguments, **options)

    def set_back_environment(self) -> dict[str, str]:
        return {}


class OnADirectory(ClockCase):

    def make_server(self) -> Server:
        return Server(self.folder / "data", environment=self.clock.environment(self.kernel))

    def place(self) -> list:
        return ["--data", self.folder / "data"]

    def test_400_days_ahead_at_a_start(self):
        self.check_a_start_far_ahead("+400d")

    def test_30_years_ahead_at_a_start(self):
        self.check_a_start_far_ahead("+30y")

    def test_400_days_ahead_and_the_kernel_says_no(self):
        self.kernel = "no"
        self.check_a_start_far_ahead("+400d")

    def test_400_days_ahead_and_the_kernel_is_sure(self):
        self.kernel = "yes"
        self.check_a_start_that_is_believed("+400d", ["clock_gap"], "3")

    def test_39_days_ahead_at_a_start(self):
        self.check_a_start_that_is_believed("+39d", ["clock_gap"], "8")

    def test_seconds_ahead_at_a_start(self):
        self.check_a_start_that_is_believed("+10", [], "17")

    def test_minutes_behind_at_a_start(self):
        self.check_a_start_that_is_believed("-600", ["ledger_time"], "17")

    def test_a_day_behind_at_a_start(self):
        self.check_a_start_that_is_believed("-1d", ["ledger_time"], "17")

    def test_30_years_behind_at_a_start(self):
        self.check_a_start_that_is_believed("-30y", ["ledger_time"], "17")

    def test_a_doubtful_start_is_503_for_writes_only(self):
        self.begin()
        self.stop()
        self.clock.set("+400d")
        server = self.launch()
        self.assertEqual(self.readiness(server)[0], 503)
        for work, status in (("reads", 200), ("protection", 200), ("acts", 200), ("movements", 503)):
            answer = raw.exchange(server.port, f"GET /readyz?for={work} HTTP/1.0\r\n\r\n".encode())[0]
            self.assertEqual(answer.status, status, work)

    def test_a_server_without_a_battery_gets_its_time_after_the_start(self):
        self.begin()
        self.stop()
        self.clock.set("-30y")
        server = self.launch()
        self.clock.set("+2d")  # it was off for so long
        api = self.api(server)
        self.wait_until(lambda: api.expect(200, "GET", "/v1/clock")["ahead_ms"] == 0, "the clock is right")
        self.assertEqual(api.expect(200, "GET", "/v1/clock")["doubt"], "none")
        self.assertEqual(self.charge(api), 201)

    def test_2_hours_ahead_while_it_runs(self):
        self.check_a_leap()

    def test_minutes_ahead_while_it_runs_are_told(self):
        server = self.begin()
        self.clock.set("+600")
        self.wait_until(lambda: "clock_leap" in self.names_told(server), "/readyz should tell of the leap")
        self.assertEqual(self.charge(self.api(server)), 201)

    def test_8_hours_ahead_and_back_while_it_runs(self):
        server = self.begin()
        self.clock.set("+8h")
        api = self.api(server)
        self.wait_for_doubt(api, "leap")
        self.clock.set("+0")
        self.wait_for_doubt(api, "none")
        self.assertEqual(api.expect(200, "GET", "/v1/clock")["ahead_ms"], 0, "it has not followed")
        self.assertEqual(self.charge(api), 201)

    def test_hours_behind_while_it_runs(self):
        server = self.begin()
        self.clock.set("-8h")
        self.wait_until(lambda: "ledger_time" in self.names_told(server), "/readyz should tell of it")
        api = self.api(server)
        self.assertAlmostEqual(api.expect(200, "GET", "/v1/clock")["ahead_ms"], 8 * HOUR_MS, delta=60_000)
        self.assertEqual(self.charge(api), 201)

    def test_an_operator_confirms_it_and_a_restart_knows(self):
        self.check_confirmation(self.begin())
        self.stop()
        server = self.launch()
        self.assertEqual(self.api(server).expect(200, "GET", "/v1/clock")["doubt"], "none")

    def test_a_restart_does_not_end_a_doubt(self):
        server = self.begin()
        self.clock.set("+39d")
        self.wait_for_doubt(self.api(server), "leap")
        self.wait_until((self.folder / "data" / "clock-doubt").exists, "the doubt should be kept")
        server.kill()
        server = self.launch()
        self.check_doubt(server, "start")
        self.clock.set("+0")
        self.check_recovery(server)
        self.wait_until(lambda: not (self.folder / "data" / "clock-doubt").exists(), "the doubt is over")

    def test_confirmed_by_the_command_line(self):
        server = self.begin()
        self.clock.set("+30d")
        self.wait_for_doubt(self.api(server), "leap")
        options = {"key": server.admin_key, "url": server.url}
        self.assertIn("doubt\tleap\n", self.run_cli("clock", "show", **options).stdout)
        self.assertIn("doubt\tnone\n", self.run_cli("clock", "confirm", **options).stdout)
        self.assertEqual(self.charge(self.api(server)), 201)

    def test_max_clock_gap_is_a_setting(self):
        self.begin()
        self.stop()
        self.clock.set("+400d")
        server = Server(self.folder / "data", settings=('max_clock_gap = "500d"',),
                        environment=self.clock.environment())
        self.servers.append(server.start())
        self.assertEqual(self.charge(self.api(server)), 201)

    def test_set_back(self):
        self.check_set_back()


class OnADatabase(ClockCase):
    """The clock is the database's; the nodes have the right time."""

    def setUp(self):
        super().setUp()
        self.cluster = Cluster(self.folder / "postgres", UNSAFE, self.clock.environment())
        self.addCleanup(self.cluster.kill)
        self.cluster.initialize()
        self.cluster.start()
        self.shared = SharedStore(self.folder, self.cluster)
        done = self.shared.migrate()
        self.assertEqual(done.returncode, 0, done.stderr)

    def make_server(self) -> Server:
        return self.shared.node()

    def place(self) -> list:
        return ["--store", self.cluster.url()]

    def admin_key(self, server: Server) -> str:
        return self.shared.admin_key

    def keep_mark(self) -> None:
        # By the database's own clock, whatever that shows.
        recent = "SELECT to_timestamp(mark / 1e6) > now() - interval '1 hour' FROM farthing.store_clock"
        self.wait_until(lambda: self.cluster.sql(recent) == "t", "the nodes should write a mark")

    def restart(self) -> Server:
        """On a database that has the time from its start on, as after a machine was started."""
        self.cluster.stop()
        self.cluster.start()
        return self.launch()

    def test_400_days_ahead_at_a_start(self):
        self.check_a_start_far_ahead("+400d")

    def test_30_years_ahead_at_a_start(self):
        self.check_a_start_far_ahead("+30y")

    def test_39_days_ahead_at_a_start(self):
        self.check_a_start_that_is_believed("+39d", ["clock_gap"], "8")

    def test_a_day_behind_at_a_start(self):
        self.check_a_start_that_is_believed("-1d", ["ledger_time"], "17")

    def test_30_years_behind_at_a_start(self):
        self.check_a_start_that_is_believed("-20y", ["ledger_time"], "17")

    def test_2_hours_ahead_while_it_runs(self):
        self.check_a_leap()

    def test_a_doubt_is_shared_and_no_reason_to_take_a_node_out(self):
        server = self.begin()
        self.clock.set("+2h")
        self.wait_until(lambda: "clock" in self.names_told(server), "/readyz should tell of the clock")
        status, document = self.readiness(server)
        self.assertEqual((status, document["status"], document["refused"]),
                         (200, "degraded", ["movements"]))

    def test_a_confirmation_counts_for_every_node_and_a_doubt_for_a_new_one(self):
        first = self.begin()
        second = self.launch()
        self.clock.set("+30d")
        for node in (first, second):
            self.wait_for_doubt(self.api(node), "leap")
        self.wait_until(lambda: self.cluster.sql("SELECT is_doubted FROM farthing.store_clock") == "t",
                        "the nodes should share their doubt")
        third = self.launch()
        self.assertEqual(self.api(third).expect(200, "GET", "/v1/clock")["doubt"], "start",
                         "30 days are no gap of a start while others doubt them")
        self.assertEqual(self.charge(self.api(third)), 503)
        self.api(first).expect(200, "POST", "/v1/clock/confirm")
        for node in (first, second, third):
            self.wait_for_doubt(self.api(node), "none")
            self.assertEqual(self.charge(self.api(node)), 201)
        self.stop()
        self.shared.audit()

    def test_an_operator_confirms_it(self):
        self.check_confirmation(self.begin())

    def test_set_back(self):
        self.check_set_back()

    def test_set_back_is_refused_while_servers_are_connected(self):
        self.begin()
        done = subprocess.run([PROGRAM, "clock", "set-back", *self.place(), "--yes"], check=False,
                              capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Stop every one of them first", done.stderr)



if __name__ == "__main__":
    unittest.main()
