# SPDX-License-Identifier: Apache-2.0
"""Users and organizations that the operator disables while they are busy."""

import threading

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from .versions import ERROR_TYPES, VERSIONS, account_path


class Standing(ServerCase):

    def put(self, path: str) -> dict:
        return self.world.admin.expect(200, "POST", path)

    def test_a_disabled_user_is_403_in_every_version_and_back_later(self):
        caller = self.world.caller("5")
        with self.world.api(caller.key) as api:
            disabled = self.put(f"/v1/users/{caller.user}/disable")
            self.assertIn("disabled_at", disabled)
            for version in VERSIONS:
                answer = api.get(account_path(version))
                self.assertEqual((answer.status, answer.json()["name"]), (403, "user_disabled"))
                self.assertEqual(answer.content_type, ERROR_TYPES[version])
            self.assertNotIn("disabled_at", self.put(f"/v1/users/{caller.user}/enable"))
            self.assertEqual(api.get("/v1/user/balance").json(), {"credits": 5})

    def test_what_runs_out_meanwhile_runs_out(self):
        caller = self.world.caller()
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/revoke")
        self.put(f"/v1/users/{caller.user}/disable")
        with self.world.api(caller.key) as api:
            self.assertEqual(api.get(account_path("v1")).status, 401)

    def test_a_disabled_organization_ends_what_it_has_begun(self):
        caller = self.world.caller("10")
        organization = caller.organization
        path = f"/v1/organizations/{organization}"
        admin = self.world.admin
        hold = admin.expect(201, "POST", "/v1/holds", {"organization": organization, "amount": 4},
                            {"Idempotency-Key": fresh_key()})["id"]
        key = fresh_key()
        body = {"organization": organization, "amount": 1}
        charge = admin.expect(201, "POST", "/v1/charges", body, {"Idempotency-Key": key})
        self.put(f"{path}/disable")
        for route in ("charges", "holds"):
            answer = admin.post(f"/v1/{route}", body, fresh_key())
            self.assertEqual((answer.status, answer.json()["name"], answer.json()["field"]),
                             (403, "organization_disabled", "organization"))
        answer = admin.post(f"/v1/holds/{hold}/extend", {"ttl_s": 60}, fresh_key())
        self.assertEqual((answer.status, answer.json()["name"]), (403, "organization_disabled"))
        self.assertEqual(admin.post("/v1/charges", body, key).json(), charge)
        self.assertEqual(admin.post(f"/v1/holds/{hold}/capture", {"amount": 3}, fresh_key()).status,
                         200)
        self.assertEqual(admin.post(f"/v1/charges/{charge['id']}/refunds", None,
                                    fresh_key()).status, 201)
        with self.world.api(caller.key) as api:
            self.assertEqual(api.get("/v1/user/balance").json(), {"credits": 7})
        self.put(f"{path}/enable")
        self.assertEqual(admin.post("/v1/charges", body, fresh_key()).status, 201)

    def test_a_disabled_organization_lets_no_caller_through(self):
        caller = self.world.caller("10")
        admin = self.world.admin
        path = f"/v1/organizations/{caller.organization}"
        named = {"api_key": caller.key, "organization": caller.organization}
        questions = ({"api_key": caller.key}, named, {**named, "could_spend": 1})
        headers = {"Farthing-Caller-Authorization": f"Bearer {caller.key}"}
        self.put(f"{path}/disable")
        for question in questions:
            verdict = admin.expect(200, "POST", "/v1/api-keys/verify", question)
            self.assertEqual((verdict["valid"], verdict["status"], verdict["error"]["name"],
                              verdict["error"]["field"]),
                             (False, 403, "organization_disabled", "organization"))
        for query in ("", f"?cost=1&idempotency_key={fresh_key()}"):
            answer = admin.get(f"/authorize{query}", **headers)
            self.assertEqual((answer.status, answer.headers["Farthing-Status"],
                              answer.headers["Farthing-Error"]),
                             (403, "403", "organization_disabled"))
        self.put(f"{path}/enable")
        for question in questions:
            verdict = admin.expect(200, "POST", "/v1/api-keys/verify", question)
            self.assertTrue(verdict["valid"])
        self.assertEqual(admin.get("/authorize", **headers).status, 204)

    def race(self, act, count: int, ask, is_refused):
        """`ask` goes on all the while; what is asked for after `act` was answered is refused."""
        failures = []
        has_acted = threading.Event()
        is_done = threading.Event()

        def run():
            while not is_done.is_set():
                is_after = has_acted.is_set()
                answer = ask()
                if is_after and not is_refused(answer):
                    failures.append(answer)
                    return

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            act()
            has_acted.set()
            for _ in range(count):
                self.assertTrue(is_refused(ask()))
        finally:
            is_done.set()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])

    def test_nothing_is_served_after_a_disable_was_answered(self):
        caller = self.world.caller("1000")
        apis = threading.local()

        def api(key):
            if not hasattr(apis, "own"):
                apis.own = self.world.api(key)
            return apis.own

        def charge():
            body = {"organization": caller.organization, "amount": 1}
            return api(self.server.admin_key).post("/v1/charges", body, fresh_key())

        self.race(lambda: self.put(f"/v1/organizations/{caller.organization}/disable"), 50, charge,
                  lambda answer: answer.status == 403)

    def test_nothing_is_served_after_a_user_was_disabled(self):
        caller = self.world.caller("1000")
        apis = threading.local()

        def balance():
            if not hasattr(apis, "own"):
                apis.own = self.world.api(caller.key)
            return apis.own.get("/v1/user/balance")

        self.race(lambda: self.put(f"/v1/users/{caller.user}/disable"), 50, balance,
                  lambda answer: answer.status == 403)
