# SPDX-License-Identifier: Apache-2.0
"""The operator's API keys."""

import datetime

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns
from .versions import account_path


class ApiKeys(ServerCase):

    @classmethod
    def make_world(cls):
        cls.user = cls.world.user()["id"]

    def works(self, secret: str) -> bool:
        with self.world.api(secret) as api:
            return api.get(account_path("v1")).status == 200

    def test_the_secret_is_told_once(self):
        made = self.world.key(self.user, name="laptop")
        secret = made.pop("secret")
        self.assertRegex(secret, patterns.SECRET)
        self.assertEqual(len(secret), 51)
        self.assertRegex(made["id"], patterns.KEY)
        self.assertTrue(self.works(secret))
        self.assertTrue(made["hint"].startswith(secret[:7]) and made["hint"].endswith(secret[-4:]))
        self.assertLess(len(made["hint"]), 20)
        self.assertEqual((made["user"], made["name"], made["scopes"]),
                         (self.user, "laptop", ["user"]))
        self.assertEqual(self.world.admin.expect(200, "GET", f"/v1/api-keys/{made['id']}"), made)
        self.assertIn(made, self.world.admin.list_all("/v1/api-keys", "api_keys"))

    def test_lists_those_of_one_user(self):
        user = self.world.user()["id"]
        made = [self.world.key(user)["id"] for _ in range(3)]
        self.world.key(self.user)
        listed = self.world.admin.list_all(f"/v1/api-keys?user={user}", "api_keys")
        self.assertEqual([key["id"] for key in listed], made)

    def test_scopes_are_kept_as_a_set(self):
        made = self.world.key(self.user, scopes=["meter", "user", "meter"])
        self.assertEqual(sorted(made["scopes"]), ["meter", "user"])

    def test_expires_at_is_kept_to_the_microsecond(self):
        made = self.world.key(self.user, expires_at="2999-01-31T01:02:03.456789+01:00")
        self.assertEqual(made["expires_at"], "2999-01-31T00:02:03.456789Z")

    def test_a_key_that_would_have_expired_is_refused(self):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        for instant in ("1970-01-01T00:00:00Z", now):
            answer = self.world.admin.post("/v1/api-keys",
                                           {"user": self.user, "expires_at": instant})
            self.assertEqual((answer.status, answer.json()["field"]), (400, "expires_at"))

    def test_revoking_is_at_once_and_may_be_repeated(self):
        made = self.world.key(self.user)
        path = f"/v1/api-keys/{made['id']}/revoke"
        first = self.world.admin.expect(200, "POST", path)
        self.assertFalse(self.works(made["secret"]))
        self.assertRegex(first["revoked_at"], patterns.INSTANT)
        self.assertEqual(self.world.admin.expect(200, "POST", path, {}), first)
        self.assertEqual(self.world.admin.expect(200, "GET", f"/v1/api-keys/{made['id']}"), first)

    def test_a_repeated_creation_replaces_the_lost_secret(self):
        key, body = fresh_key(), {"user": self.user, "name": "again"}
        first, again = (self.world.admin.post("/v1/api-keys", body, key) for _ in range(2))
        self.assertEqual((first.status, again.status), (201, 201))
        self.world.secrets += [first.json()["secret"], again.json()["secret"]]
        self.assertEqual(first.json()["id"], again.json()["id"])
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertFalse(self.works(first.json()["secret"]))
        self.assertTrue(self.works(again.json()["secret"]))

    def test_of_a_key_or_user_that_is_not_there(self):
        nobody = "user-00000000000000000000000001"
        answer = self.world.admin.post("/v1/api-keys", {"user": nobody})
        self.assertEqual((answer.status, answer.json()["name"], answer.json()["field"]),
                         (404, "not_found", "user"))
        for method, path in (("GET", "/v1/api-keys/key-00000000000000000000000001"),
                             ("POST", "/v1/api-keys/key-00000000000000000000000001/revoke")):
            self.assertEqual(self.world.admin.request(method, path).status, 404)
