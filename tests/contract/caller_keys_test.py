# SPDX-License-Identifier: Apache-2.0
"""The caller's API key beside a charge or a hold: verified with the booking, never shown."""

from tests.support.api import fresh_key
from tests.support.case import ServerCase


class CallerKeys(ServerCase):

    def setUp(self):
        self.caller = self.world.caller("10")

    def book(self, path: str, api_key: str, key: str | None = None, **members):
        body = {"organization": self.caller.organization, "amount": "1", "api_key": api_key}
        return self.world.admin.post(path, body | members, key or fresh_key())

    def available(self) -> str:
        path = f"/v1/organizations/{self.caller.organization}/balance"
        return self.world.admin.expect(200, "GET", path)["available"]

    def assert_refused(self, answer, api_key: str):
        error = answer.json()
        self.assertEqual((answer.status, error["name"], error["field"]),
                         (403, "caller_key_invalid", "api_key"))
        if api_key:
            self.assertNotIn(api_key, answer.body.decode())

    def test_whoever_holds_the_key_spends_its_organizations_credits(self):
        for path in ("/v1/charges", "/v1/holds"):
            answer = self.book(path, self.caller.key)
            self.assertEqual((answer.status, answer.json()["api_key"]), (201, self.caller.key_id))
            self.assertNotIn(self.caller.key, answer.body.decode())
        entries = self.world.admin.list_all(
            f"/v1/organizations/{self.caller.organization}/entries?key={self.caller.key_id}",
            "entries")
        self.assertEqual([entry["kind"] for entry in entries], ["charge", "hold"])

    def test_a_service_asks_about_a_key_before_it_works(self):
        path, service_key = "/v1/api-keys/verify", self.world.key(self.caller.user, scopes=["service"])
        with self.world.api(service_key["secret"]) as service:
            verdict = service.expect(200, "POST", path, {"api_key": self.caller.key, "could_spend": "10"})
            self.assertEqual((verdict["valid"], verdict["api_key"]["id"], verdict["user"]["id"],
                              verdict["organization"]["id"], verdict["balance"]["available"]),
                             (True, self.caller.key_id, self.caller.user,
                              self.caller.organization, "10"))
            for body, status in (({"api_key": self.caller.key, "could_spend": "10.1"}, 402),
                                 ({"api_key": self.caller.key, "scope": "service"}, 403),
                                 ({"api_key": "sk-1"}, 401), ({"api_key": ""}, 401)):
                with self.subTest(status=status):
                    verdict = service.expect(200, "POST", path, body)
                    self.assertEqual((verdict["valid"], verdict["status"]), (False, status))
        with self.world.api(self.caller.key) as caller:
            self.assertEqual(caller.post(path, {"api_key": self.caller.key}).status, 403)

    def test_a_key_that_is_not_good_for_it_is_refused(self):
        stranger = self.world.caller("10")
        service_key = self.world.key(self.caller.user, scopes=["service"])["secret"]
        revoked = self.world.key(self.caller.user)
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{revoked['id']}/revoke")
        mistyped = self.caller.key[:-1] + ("a" if self.caller.key[-1] != "a" else "b")
        for what, api_key in (("nothing", ""), ("nonsense", "sk-1"), ("mistyped", mistyped),
                              ("a stranger's", stranger.key), ("for other purposes", service_key),
                              ("revoked", revoked["secret"])):
            for path in ("/v1/charges", "/v1/holds"):
                with self.subTest(what=what, path=path):
                    self.assert_refused(self.book(path, api_key), api_key)
        self.assertEqual(self.available(), "10")

    def test_a_replay_gets_the_first_answer_whatever_became_of_the_key(self):
        api_key = self.world.key(self.caller.user)
        for path in ("/v1/charges", "/v1/holds"):
            key = fresh_key()
            first = self.book(path, api_key["secret"], key)
            again = self.book(path, "sk-1", key)
            self.assertEqual((again.headers["Idempotency-Replayed"], again.json()),
                             ("true", first.json()))
        keys = [fresh_key(), fresh_key()]
        answers = [self.book(path, api_key["secret"], key).json()
                   for path, key in zip(("/v1/charges", "/v1/holds"), keys)]
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{api_key['id']}/revoke")
        for path, key, answer in zip(("/v1/charges", "/v1/holds"), keys, answers):
            self.assertEqual(self.book(path, api_key["secret"], key).json(), answer)
            self.assert_refused(self.book(path, api_key["secret"]), api_key["secret"])
            reused = self.book(path, api_key["secret"], key, amount="2")
            self.assertEqual(reused.json()["name"], "idempotency_key_reused")

    def test_each_charge_of_a_batch_presents_its_own(self):
        stranger = self.world.caller("10")

        def charge(api_key: str) -> dict:
            return {"idempotency_key": fresh_key(), "organization": self.caller.organization,
                    "amount": "1", "api_key": api_key}

        charges = [charge(self.caller.key), charge(stranger.key), charge(self.caller.key)]
        results = self.world.admin.expect(200, "POST", "/v1/charges/batch",
                                          {"charges": charges})["results"]
        self.assertEqual([result["status"] for result in results], [201, 403, 201])
        self.assertEqual(results[1]["error"]["name"], "caller_key_invalid")
        self.assertEqual(results[2]["charge"]["api_key"], self.caller.key_id)

    def test_its_own_header_alone_makes_a_401(self):
        with self.world.api(None) as api:
            body = {"organization": self.caller.organization, "amount": "1",
                    "api_key": self.caller.key}
            self.assertEqual(api.post("/v1/charges", body, fresh_key()).status, 401)
