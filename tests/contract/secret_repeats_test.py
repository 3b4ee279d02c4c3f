# SPDX-License-Identifier: Apache-2.0
"""Creations and rotations of API keys that are repeated under their idempotency key, because their answer was lost or although
it was not."""

import datetime
import time

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from .versions import account_path


class SecretRepeats(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("100")
        cls.service = cls.world.key(cls.world.user()["id"], scopes=["service"])["secret"]

    def make(self, idempotency_key: str, api=None, **members):
        return self.remember((api or self.world.admin).post(
            "/v1/api-keys", {"user": self.caller.user} | members, idempotency_key))

    def rotate(self, key_id: str, idempotency_key: str):
        return self.remember(self.world.admin.post(f"/v1/api-keys/{key_id}/rotate", None, idempotency_key))

    def remember(self, answer):
        if answer.status < 300 and "secret" in answer.json():
            self.world.secrets.append(answer.json()["secret"])
        return answer

    def works(self, secret: str) -> bool:
        with self.world.api(secret) as api:
            return api.get(account_path("v1")).status == 200

    def present(self, way: str, secret: str) -> None:
        """A service has been shown the secret."""
        body = {"organization": self.caller.organization, "amount": "0.001", "api_key": secret}
        with self.world.api(self.service) as service:
            if way == "verify":
                self.assertTrue(service.expect(200, "POST", "/v1/api-keys/verify", {"api_key": secret})["valid"])
            elif way == "charge":
                self.assertEqual(service.post("/v1/charges", body, fresh_key()).status, 201)
            elif way == "batch":
                answer = service.expect(200, "POST", "/v1/charges/batch",
                                        {"charges": [body | {"idempotency_key": fresh_key()}]})
                self.assertEqual(answer["results"][0]["status"], 201)
            elif way == "hold":
                self.assertEqual(service.post("/v1/holds", body, fresh_key()).status, 201)
            elif way == "authorize":
                answer = service.request("GET", "/authorize", None, {"Farthing-Caller-Authorization": secret})
                self.assertEqual(answer.status, 204)
            else:
                self.assertTrue(self.works(secret))

    def assert_in_vain(self, answer) -> None:
        error = answer.json()
        self.assertEqual((answer.status, error["name"], error["field"]), (409, "conflict", "Idempotency-Key"))
        self.assertNotIn("secret", error)

    def test_a_secret_that_let_somebody_in_stays_however_it_was_presented(self):
        for way in ("header", "verify", "charge", "batch", "hold", "authorize"):
            with self.subTest(way):
                key = fresh_key()
                made = self.make(key).json()
                self.present(way, made["secret"])
                self.assert_in_vain(self.make(key))
                self.assertTrue(self.works(made["secret"]))
                key = fresh_key()
                rotated = self.rotate(made["id"], key).json()
                self.present(way, rotated["secret"])
                self.assert_in_vain(self.rotate(made["id"], key))
                self.assertTrue(self.works(rotated["secret"]))
                fresh = self.rotate(made["id"], fresh_key())
                self.assertEqual(fresh.status, 200)
                self.assertTrue(self.works(fresh.json()["secret"]))

    def test_a_secret_that_was_never_used_is_replaced(self):
        key = fresh_key()
        secrets = [self.make(key).json()["secret"] for _ in range(3)]
        self.assertEqual([self.works(secret) for secret in secrets], [False, False, True])

    def test_a_key_that_was_revoked_gets_no_secret(self):
        key, rotation = fresh_key(), fresh_key()
        made = self.make(key).json()
        self.rotate(made["id"], rotation)
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{made['id']}/revoke")
        self.assert_in_vain(self.make(key))
        self.assert_in_vain(self.rotate(made["id"], rotation))

    def test_a_creation_repeated_after_the_end_of_its_key_is_answered_without_a_secret(self):
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
        key = fresh_key()
        made = self.make(key, expires_at=end.isoformat()).json()
        secret = made.pop("secret")
        while self.works(secret):
            time.sleep(0.05)
        again = self.make(key, expires_at=end.isoformat())
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
        self.assertEqual(again.json(), made)

    def test_the_maker_gets_no_secret_of_what_the_key_has_become(self):
        with self.world.api(self.caller.key) as maker:
            key, body = fresh_key(), {"name": "mine"}
            made = self.remember(maker.post("/v1/api-keys", body, key)).json()
            path = f"/v1/api-keys/{made['id']}"
            for change, field in (({"scopes": ["user", "admin"]}, "scopes"), ({"scopes": ["service"]}, "scopes")):
                self.world.admin.expect(200, "PATCH", path, change)
                answer = maker.post("/v1/api-keys", body, key)
                self.assertEqual((answer.status, answer.json()["field"]), (403, field))
            self.world.admin.expect(200, "PATCH", path, {"scopes": ["user"]})
            self.assertEqual(self.remember(maker.post("/v1/api-keys", body, key)).status, 201)
