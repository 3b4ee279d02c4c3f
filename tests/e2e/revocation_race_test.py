# SPDX-License-Identifier: Apache-2.0
"""A right is taken away while requests that need it run: none that is sent after the answer says so is served, on whichever
node, and no charge is booked either."""

import datetime
import os
import pathlib
import tempfile
import threading
import time
import unittest
from typing import Callable, NamedTuple

from tests.support import raw
from tests.support.api import fresh_key
from tests.support.postgres import UNSAFE, Cluster
from tests.support.server import Server
from tests.support.shared_store import SharedStore
from tests.support.world import Caller, World

# Requests a round, at least.
REQUESTS = 1000
THREADS = 8
ROUNDS = 5
# An overlap, and by how much the clocks of a test, a node and its database may differ on one machine.
OVERLAP_S = 1
CLOCKS_APART_S = 0.5


class Request(NamedTuple):
    sent_at: float
    status: int


class Storm:
    """Requests from several threads, to the ports in turn, from its making to `stop`."""

    def __init__(self, ports: list[int], make_request: Callable[[], bytes]):
        self._make_request = make_request
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.done: list[Request] = []
        self.problems: list[str] = []
        self._threads = [threading.Thread(target=self._run, args=(ports[number % len(ports)],))
                         for number in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        """Until so many more requests have been answered."""
        goal = len(self.done) + count
        while len(self.done) < goal and not self.problems:
            time.sleep(0.0005)

    def stop(self) -> list[Request]:
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self.problems:
            raise AssertionError(self.problems[0])
        return self.done

    def wait_until(self, instant: float) -> None:
        """Until the clock says so, while requests go on."""
        while time.time() < instant and not self.problems:
            time.sleep(0.0005)

    def _run(self, port: int) -> None:
        try:
            with raw.Connection(port) as connection:
                while not self._over.is_set():
                    request = self._make_request()
                    sent_at = time.monotonic()
                    connection.send(request)
                    done = Request(sent_at, connection.read_answer().status)
                    with self._lock:
                        self.done.append(done)
        except (OSError, EOFError, ValueError) as error:
            self.problems.append(repr(error))


class Races:
    """What is tried on every store; `ports` are those of its nodes."""

    ports: list[int]
    world: World

    def race(self, make_request: Callable[[], bytes], take_away: Callable[[], object], *, served: int, refused: int):
        """`take_away` may answer the instant at which the right ends; it has ended when it returns otherwise."""
        storm = Storm(self.ports, make_request)
        try:
            storm.wait_for(REQUESTS // 2)
            ends_at = take_away()
            if isinstance(ends_at, float):
                storm.wait_until(ends_at)
            gone_at = time.monotonic()
            storm.wait_for(REQUESTS // 2)
        finally:
            requests = storm.stop()
        self.assertGreaterEqual(len(requests), REQUESTS)
        self.assertEqual({request.status for request in requests}, {served, refused})
        late = [request.status for request in requests if request.sent_at > gone_at]
        self.assertGreater(len(late), 0)
        self.assertEqual(set(late), {refused})

    def read_balance(self, caller: Caller) -> Callable[[], bytes]:
        request = (f"GET /v1/user/balance HTTP/1.1\r\nHost: a\r\nAuthorization: {caller.key}\r\n"
                   f"Organization: {caller.organization}\r\n\r\n").encode()
        return lambda: request

    def charge(self, caller: Caller, service_key: str) -> Callable[[], bytes]:
        body = (f'{{"organization": "{caller.organization}", "amount": "0.001", "api_key": "{caller.key}"}}').encode()

        def make_request() -> bytes:
            return (f"POST /v1/charges HTTP/1.1\r\nHost: a\r\nAuthorization: {service_key}\r\n"
                    f"Content-Type: application/json\r\nIdempotency-Key: {fresh_key()}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n").encode() + body

        return make_request

    def revoke(self, key_id: str) -> Callable[[], dict]:
        return lambda: self.world.admin.expect(200, "POST", f"/v1/api-keys/{key_id}/revoke")

    def test_a_key_that_is_revoked(self):
        for _ in range(ROUNDS):
            caller = self.world.caller("100")
            self.race(self.read_balance(caller), self.revoke(caller.key_id), served=200, refused=401)

    def test_an_owner_who_is_demoted(self):
        caller = self.world.caller("100")
        # The last owner could not be.
        self.world.join(caller.organization, self.world.user()["id"], "OWNER")
        request = (f"GET /v1/organizations/{caller.organization}/entries?limit=1 HTTP/1.1\r\nHost: a\r\n"
                   f"Authorization: {caller.key}\r\n\r\n").encode()
        self.race(lambda: request, lambda: self.world.join(caller.organization, caller.user, "MEMBER"),
                  served=200, refused=403)

    def test_a_key_that_a_service_presents_and_that_is_revoked(self):
        service = self.world.key(self.world.user()["id"], scopes=["service"])["secret"]
        caller = self.world.caller("100")
        self.race(self.charge(caller, service), self.revoke(caller.key_id), served=201, refused=403)
        entries = f"/v1/organizations/{caller.organization}/balance"
        before = self.world.admin.expect(200, "GET", entries)["available"]
        self.race_is_over(caller, service)
        self.assertEqual(self.world.admin.expect(200, "GET", entries)["available"], before)

    def test_a_secret_that_is_rotated_away(self):
        for _ in range(ROUNDS):
            caller = self.world.caller("100")
            rotated = []
            self.race(self.read_balance(caller), lambda: rotated.append(self.rotate(caller, 0)),
                      served=200, refused=401)
            self.check_is_served(caller._replace(key=rotated[0]["secret"]))

    def test_a_secret_whose_overlap_ends(self):
        caller = self.world.caller("100")
        rotated = []

        def rotate() -> float:
            rotated.append(self.rotate(caller, OVERLAP_S))
            # What was true when the rotation was answered: both work.
            self.check_is_served(caller._replace(key=rotated[0]["secret"]))
            ends_at = datetime.datetime.fromisoformat(
                rotated[0]["previous_secret"]["works_until"].replace("Z", "+00:00"))
            return ends_at.timestamp() + CLOCKS_APART_S

        self.race(self.read_balance(caller), rotate, served=200, refused=401)
        self.check_is_served(caller._replace(key=rotated[0]["secret"]))

    def rotate(self, caller: Caller, overlap_s: int) -> dict:
        made = self.world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/rotate",
                                       {"overlap_s": overlap_s})
        self.world.secrets.append(made["secret"])
        return made

    def check_is_served(self, caller: Caller) -> None:
        for port in self.ports:
            answer, = raw.exchange(port, self.read_balance(caller)())
            self.assertEqual(answer.status, 200)

    def put(self, path: str) -> Callable[[], dict]:
        return lambda: self.world.admin.expect(200, "POST", path)

    def test_a_user_who_is_disabled(self):
        caller = self.world.caller("100")
        self.race(self.read_balance(caller), self.put(f"/v1/users/{caller.user}/disable"), served=200, refused=403)
        self.put(f"/v1/users/{caller.user}/enable")()
        self.check_is_served(caller)

    def test_an_organization_that_is_disabled(self):
        service = self.world.key(self.world.user()["id"], scopes=["service"])["secret"]
        caller = self.world.caller("100")
        path = f"/v1/organizations/{caller.organization}"
        self.race(self.charge(caller, service), self.put(f"{path}/disable"), served=201, refused=403)
        before = self.world.admin.expect(200, "GET", f"{path}/balance")["available"]
        self.race_is_over(caller, service)
        self.assertEqual(self.world.admin.expect(200, "GET", f"{path}/balance")["available"], before)
        self.put(f"{path}/enable")()
        authorize = (f"GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: {service}\r\n"
                     f"Farthing-Caller-Authorization: {caller.key}\r\n\r\n").encode()
        self.race(lambda: authorize, self.put(f"{path}/disable"), served=204, refused=403)

    def test_a_member_who_is_removed(self):
        caller = self.world.caller("100")
        self.world.join(caller.organization, self.world.user()["id"], "OWNER")
        self.race(self.read_balance(caller),
                  lambda: self.world.admin.expect(
                      200, "DELETE", f"/v1/organizations/{caller.organization}/members/{caller.user}"),
                  served=200, refused=403)

    def change(self, key_id: str, **members) -> Callable[[], dict]:
        return lambda: self.world.admin.expect(200, "PATCH", f"/v1/api-keys/{key_id}", members)

    def test_a_key_that_loses_a_scope(self):
        service = self.world.key(self.world.user()["id"], scopes=["user", "service"])
        caller = self.world.caller("100")
        self.race(self.charge(caller, service["secret"]), self.change(service["id"], scopes=["user"]),
                  served=201, refused=403)

    def test_a_key_that_is_bound_to_other_networks(self):
        caller = self.world.caller("100")
        self.race(self.read_balance(caller), self.change(caller.key_id, allowed_networks=["192.0.2.0/24"]),
                  served=200, refused=403)

    def act(self, key: str, method: str, path: str, make_body: Callable[[], str]) -> Callable[[], bytes]:
        def make_request() -> bytes:
            body = make_body().encode()
            return (f"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {key}\r\n"
                    f"Content-Type: application/json\r\nIdempotency-Key: {fresh_key()}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n").encode() + body

        return make_request

    def test_what_the_audit_log_tells_of_ends_with_the_right(self):
        """Also what was under way: nothing by the key stands behind the end of its right."""
        organization = f"/v1/organizations/{self.world.organization()['id']}"
        operator = self.world.user()["id"]
        for end, refused in (("revoke", 401), ("change", 403), ("rotate", 401)):
            for method, path, make_body in (
                    ("POST", f"{organization}/grants", lambda: '{"amount": "1"}'),
                    ("PATCH", organization, lambda: f'{{"name": "{fresh_key()}"}}')):
                with self.subTest(end=end, path=path):
                    key = self.world.key(operator, scopes=["admin"])
                    storm = Storm(self.ports, self.act(key["secret"], method, path, make_body))
                    try:
                        storm.wait_for(4 * THREADS)
                        self.take_away(end, key["id"])
                        storm.wait_for(2 * THREADS)
                    finally:
                        requests = storm.stop()
                    self.assertLessEqual({request.status for request in requests}, {200, 201, refused})
                    acts = self.world.admin.list_all("/v1/audit-log", "acts")
                    kinds = [(act["kind"], act.get("api_key") == key["id"], act["target"] == key["id"])
                             for act in acts]
                    at = max(place for place, kind in enumerate(kinds) if kind[2])
                    self.assertEqual(kinds[at][0], f"api_key.{end}")
                    by_key = [place for place, kind in enumerate(kinds) if kind[1]]
                    self.assertGreaterEqual(len(by_key), THREADS)
                    self.assertLess(max(by_key), at)

    def take_away(self, end: str, key_id: str) -> None:
        if end == "rotate":
            made = self.world.admin.expect(200, "POST", f"/v1/api-keys/{key_id}/rotate", {"overlap_s": 0})
            self.world.secrets.append(made["secret"])
        elif end == "change":
            self.change(key_id, scopes=["user"])()
        else:
            self.revoke(key_id)()

    def test_a_secret_that_let_somebody_in_is_not_replaced(self):
        """Its creation is repeated at one node while it is used for the first time at another."""
        user = self.world.user()["id"]
        outcomes = set()
        for _ in range(25):
            headers = {"Idempotency-Key": fresh_key()}
            made = self.world.admin.expect(201, "POST", "/v1/api-keys", {"user": user}, headers)
            together, statuses = threading.Barrier(2), []

            def use():
                request = (f"GET /v1/user/account HTTP/1.1\r\nHost: a\r\n"
                           f"Authorization: {made['secret']}\r\n\r\n").encode()
                with raw.Connection(self.ports[-1]) as connection:
                    together.wait()
                    connection.send(request)
                    statuses.append(connection.read_answer().status)

            user_thread = threading.Thread(target=use)
            user_thread.start()
            together.wait()
            again = self.world.admin.request("POST", "/v1/api-keys", {"user": user}, headers)
            user_thread.join()
            outcomes.add((again.status, statuses[0]))
        self.assertLessEqual(outcomes, {(201, 401), (409, 200)})

    def race_is_over(self, caller: Caller, service: str) -> None:
        for port in self.ports:
            answer, = raw.exchange(port, self.charge(caller, service)())
            self.assertEqual(answer.status, 403)

    def test_the_key_of_a_service_that_is_revoked(self):
        service = self.world.key(self.world.user()["id"], scopes=["service"])
        caller = self.world.caller("100")
        self.race(self.charge(caller, service["secret"]), self.revoke(service["id"]), served=201, refused=401)


class OnRocksdb(Races, unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-race-")
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server(pathlib.Path(folder.name) / "data").start()
        cls.addClassCleanup(cls.server.kill)
        cls.ports = [cls.server.port]
        cls.world = World(cls.server.port, cls.server.admin_key)
        cls.addClassCleanup(cls.world.close)


class OnTwoNodes(Races, unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-race-")
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o711)
        root = pathlib.Path(folder.name)
        cluster = Cluster(root / "postgres", UNSAFE)
        shared = SharedStore(root, cluster)
        cls.addClassCleanup(shared.close)
        cluster.initialize()
        cluster.start()
        done = shared.migrate()
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        nodes = [shared.node().start(), shared.node().start()]
        cls.ports = [node.port for node in nodes]
        cls.world = World(nodes[0].port, shared.admin_key)
        cls.addClassCleanup(cls.world.close)


if __name__ == "__main__":
    unittest.main()
