# SPDX-License-Identifier: Apache-2.0
"""How many keys one user may have and how much all of them may change; and that the last admin stays."""

import threading

from tests.support.api import fresh_key
from tests.support.case import ServerCase


class UserLimits(ServerCase):
    settings = ('user_limits = {acts = "5/3600s", live_keys = 3}',)

    def setUp(self):
        self.caller = self.world.caller()
        self.api = self.world.api(self.caller.key)
        self.addCleanup(self.api.close)

    def make_key(self, **headers) -> tuple[int, dict]:
        answer = self.api.request("POST", "/v1/api-keys", {}, headers=headers)
        made = answer.json()
        if answer.status == 201:
            self.world.secrets.append(made["secret"])
        return answer.status, made

    def test_live_keys_are_bounded(self):
        first = self.make_key()[1]
        self.assertEqual(self.make_key()[0], 201)
        status, refused = self.make_key()
        self.assertEqual((status, refused["name"]), (409, "too_many_api_keys"))
        self.api.expect(200, "POST", f"/v1/api-keys/{first['id']}/revoke", {})
        self.assertEqual(self.make_key()[0], 201)
        self.world.key(self.caller.user)  # by the operator

    def test_acts_are_bounded_and_what_protects_is_not(self):
        key = {"Idempotency-Key": fresh_key()}
        path = f"/v1/api-keys/{self.caller.key_id}"
        made = self.make_key(**key)[1]
        for _ in range(4):
            self.api.expect(200, "PATCH", path, {"name": "x"})
        answer = self.api.request("PATCH", path, {"name": "y"})
        self.assertEqual((answer.status, answer.json()["name"]), (429, "rate_limit_exceeded"))
        wait = int(answer.headers["Retry-After"])
        self.assertTrue(600 < wait <= 720, wait)
        self.assertEqual(answer.headers["RateLimit"], f'"acts";r=0;t={wait}')
        with self.world.api(made["secret"]) as other:
            self.assertEqual(other.request("PATCH", path, {"name": "y"}).status, 429,
                             "another key of the same user")
        self.assertEqual(self.api.get("/v1/user/account").status, 200)
        self.api.expect(200, "POST", f"/v1/api-keys/{made['id']}/revoke", {})
        member = self.world.user()["id"]
        self.world.join(self.caller.organization, member)
        self.api.expect(200, "DELETE",
                        f"/v1/organizations/{self.caller.organization}/members/{member}")
        for _ in range(6):
            self.world.admin.expect(200, "PATCH", path, {"name": "z"})

    def test_many_keys_of_one_user_write_no_more_than_one(self):
        """What stopped everybody's charges: many keys of one member, as fast as they can."""
        keys = [self.world.key(self.caller.user)["secret"] for _ in range(10)]
        before = self.acts_of(self.caller.user)

        def flood(name, secret):
            with self.world.api(secret) as api:
                for number in range(20):
                    api.request("PATCH", f"/v1/api-keys/{self.caller.key_id}",
                                {"name": f"{name} {number}"})

        threads = [threading.Thread(target=flood, args=each) for each in enumerate(keys)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.acts_of(self.caller.user) - before, 5)

    def acts_of(self, user: str) -> int:
        return len(list(self.world.admin.list_all(f"/v1/audit-log?actor={user}", "acts")))


class LastAdmin(ServerCase):

    def test_the_last_admin_key_is_ended_as_a_leaked_one_only(self):
        admin = self.world.admin
        first = admin.expect(200, "GET", "/v1/api-keys")["api_keys"][0]
        path = f"/v1/api-keys/{first['id']}"
        for method, target, body in (("POST", path + "/revoke", {}),
                                     ("PATCH", path, {"scopes": ["user"]})):
            answer = admin.request(method, target, body)
            self.assertEqual((answer.status, answer.json()["name"]), (409, "last_admin"))

        user = self.world.user()["id"]
        second = self.world.key(user, scopes=["admin"])
        with self.world.api(second["secret"]) as other:
            admin.expect(200, "POST", f"/v1/users/{user}/disable")
            answer = admin.request("POST", path + "/revoke", {})
            self.assertEqual((answer.status, answer.json()["name"]), (409, "last_admin"))
            admin.expect(200, "POST", f"/v1/users/{user}/enable")
            admin.expect(200, "POST", path + "/revoke", {})
            self.assertEqual(other.get("/v1/users").status, 200)
        with self.world.api(None) as api:
            told = api.expect(200, "POST", "/v1/api-keys/revoke-leaked",
                              {"secret": second["secret"]})
        self.assertTrue(told["revoked"])
        self.assertIn("`farthing store admin-key`", told["message"])
        self.assertIn("make another one with `farthing store admin-key`", self.server.log())
