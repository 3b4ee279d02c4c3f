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
        shown = self.world.admin.expect(200, "GET", f"/v1/api-keys/{made['id']}")
        self.assertRegex(shown["last_used_at"], patterns.INSTANT)
        self.assertEqual(shown, made | {"last_used_at": shown["last_used_at"]})
        self.assertIn(shown, self.world.admin.list_all("/v1/api-keys", "api_keys"))

    def test_lists_those_of_one_user(self):
        user = self.world.user()["id"]
        made = [self.world.key(user)["id"] for _ in range(3)]
        self.world.key(self.user)
        listed = self.world.admin.list_all(f"/v1/api-keys?user={user}", "api_keys")
        self.assertEqual([key["id"] for key in listed], made)

    def test_scopes_are_kept_as_a_set(self):
        made = self.world.key(self.user, scopes=["service", "user", "service"])
        self.assertEqual(sorted(made["scopes"]), ["service", "user"])

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

    def test_owners_manage_their_own_keys(self):
        secret, foreign = self.world.key(self.user)["secret"], self.world.key(self.world.user()["id"])
        with self.world.api(secret) as owner:
            made = owner.expect(201, "POST", "/v1/api-keys", {"name": "mine"})
            self.world.secrets.append(made["secret"])
            path = f"/v1/api-keys/{made['id']}"
            self.assertEqual(made["user"], self.user)
            renamed = owner.expect(200, "PATCH", path, {"name": "renamed"})
            self.assertEqual(renamed["name"], "renamed")
            listed = list(owner.list_all("/v1/api-keys", "api_keys"))
            self.assertIn(made["id"], [key["id"] for key in listed])
            self.assertEqual({key["user"] for key in listed}, {self.user})
            self.assertEqual(owner.post("/v1/api-keys", {"scopes": ["admin"]}).status, 403)
            self.assertEqual(owner.request("PATCH", path, {"scopes": ["service"]}).status, 403)
            for method, action in (("GET", ""), ("PATCH", ""), ("POST", "/rotate"),
                                   ("POST", "/revoke")):
                body = {"name": "x"} if method == "PATCH" else None
                answer = owner.request(method, f"/v1/api-keys/{foreign['id']}{action}", body)
                self.assertEqual(answer.status, 403, (method, action))
            owner.expect(200, "POST", f"{path}/revoke")
        self.assertFalse(self.works(made["secret"]))
        self.assertTrue(self.works(foreign["secret"]))

    def test_a_rotation_leaves_both_secrets_for_a_while(self):
        made = self.world.key(self.user)
        path = f"/v1/api-keys/{made['id']}/rotate"
        rotated = self.world.admin.expect(200, "POST", path, {"overlap_s": 3600})
        self.world.secrets.append(rotated["secret"])
        self.assertEqual((rotated["id"], rotated["previous_secret"]["hint"]),
                         (made["id"], made["hint"]))
        self.assertTrue(self.works(made["secret"]) and self.works(rotated["secret"]))
        last = self.world.admin.expect(200, "POST", path, {"overlap_s": 0})
        self.world.secrets.append(last["secret"])
        self.assertFalse(self.works(made["secret"]) or self.works(rotated["secret"]))
        self.assertTrue(self.works(last["secret"]))

    def test_a_lost_rotation_is_repeated(self):
        made, key = self.world.key(self.user), fresh_key()
        path = f"/v1/api-keys/{made['id']}/rotate"
        first, again = (self.world.admin.post(path, {}, key) for _ in range(2))
        self.assertEqual((first.status, again.status), (200, 200))
        self.world.secrets += [first.json()["secret"], again.json()["secret"]]
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertFalse(self.works(first.json()["secret"]))
        self.assertTrue(self.works(again.json()["secret"]) and self.works(made["secret"]))

    def test_whoever_finds_a_secret_ends_it(self):
        made = self.world.key(self.user)
        with self.world.api(None) as finder:
            for expected in (True, False):
                answer = finder.expect(200, "POST", "/v1/api-keys/revoke-leaked",
                                       {"secret": made["secret"]})
                self.assertEqual(answer, {"revoked": expected})
        self.assertFalse(self.works(made["secret"]))

    def test_of_a_key_or_user_that_is_not_there(self):
        nobody = "user-00000000000000000000000001"
        answer = self.world.admin.post("/v1/api-keys", {"user": nobody})
        self.assertEqual((answer.status, answer.json()["name"], answer.json()["field"]),
                         (404, "not_found", "user"))
        for method, path in (("GET", "/v1/api-keys/key-00000000000000000000000001"),
                             ("POST", "/v1/api-keys/key-00000000000000000000000001/revoke")):
            self.assertEqual(self.world.admin.request(method, path).status, 404)
