# SPDX-License-Identifier: Apache-2.0
"""People who manage their organization themselves."""

import threading

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from .versions import VERSIONS, balance_path


class Members(ServerCase):

    def setUp(self):
        self.owner = self.world.caller()
        self.path = f"/v1/organizations/{self.owner.organization}/members"
        self.api = self.world.api(self.owner.key)
        self.addCleanup(self.api.close)

    def roles(self) -> dict[str, str]:
        return {member["user"]: member["role"]
                for member in self.world.admin.list_all(self.path, "members")}

    def test_an_owner_adds_changes_and_removes(self):
        user = self.world.user()
        added = self.api.expect(201, "POST", self.path, {"email": user["email"].upper()},
                                {"Idempotency-Key": fresh_key()})
        self.assertEqual((added["user"], added["role"], added["is_default"]),
                         (user["id"], "MEMBER", True))
        again = self.api.post(self.path, {"email": user["email"]})
        self.assertEqual((again.status, again.json()["name"], again.json()["field"]),
                         (409, "already_exists", "email"))
        member = f"{self.path}/{user['id']}"
        self.assertEqual(self.api.put(member, {"role": "ACCOUNTANT"}).status, 200)
        self.assertEqual(self.roles()[user["id"]], "ACCOUNTANT")
        removed = self.api.expect(200, "DELETE", member)
        self.assertEqual(removed["role"], "ACCOUNTANT")
        self.assertNotIn(user["id"], self.roles())
        self.assertEqual(self.api.request("DELETE", member).status, 404)

    def test_nobody_is_added_who_is_not_there(self):
        answer = self.api.post(self.path, {"email": "nobody@example.com"})
        error = answer.json()
        self.assertEqual((answer.status, error["name"], error["field"]), (404, "not_found", "email"))
        self.assertIn("no user with this email", error["message"])
        for body in ({}, {"role": "OWNER"}, {"user": self.owner.user, "email": "a@example.com"}):
            answer = self.api.post(self.path, body)
            self.assertEqual((answer.status, answer.json()["field"]), (400, "user"))

    def test_the_last_owner_stays(self):
        for api in (self.api, self.world.admin):
            for method, body in (("DELETE", None), ("PUT", {"role": "MEMBER"})):
                answer = api.request(method, f"{self.path}/{self.owner.user}", body)
                self.assertEqual((answer.status, answer.json()["name"]), (409, "last_owner"))
        self.assertEqual(self.roles(), {self.owner.user: "OWNER"})

    def test_two_owners_who_demote_each_other_leave_one(self):
        for _ in range(10):
            owners = [self.owner, self.world.caller()]
            self.world.join(self.owner.organization, owners[1].user, "OWNER")
            statuses = []

            def demote(by, whom):
                with self.world.api(by.key) as api:
                    answer = api.put(f"{self.path}/{whom.user}", {"role": "MEMBER"})
                    statuses.append((answer.status, answer.json().get("name")))

            threads = [threading.Thread(target=demote, args=pair)
                       for pair in (owners, owners[::-1])]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertIn((200, None), statuses)
            self.assertEqual(len({status for status, _ in statuses}), 2, statuses)
            left = [user for user, role in self.roles().items() if role == "OWNER"]
            self.assertEqual(len(left), 1)
            self.world.join(self.owner.organization, self.owner.user, "OWNER")
            for user in self.roles().keys() - {self.owner.user}:
                self.world.admin.expect(200, "DELETE", f"{self.path}/{user}")

    def test_who_leaves_their_default_has_none_until_one_is_chosen(self):
        other, another = (self.world.organization()["id"] for _ in range(2))
        for organization in (another, other):
            self.world.join(organization, self.owner.user)
        self.world.join(self.owner.organization, self.world.user()["id"], "OWNER")
        self.api.expect(200, "DELETE", f"{self.path}/{self.owner.user}")
        account = self.api.expect(200, "GET", "/v1/user/account")
        self.assertEqual({each["id"]: each["is_default"] for each in account["organizations"]},
                         {other: False, another: False})
        for version in VERSIONS:
            answer = self.api.get(balance_path(version))
            self.assertEqual((answer.status, answer.json()["name"]), (403, "permission_denied"))
            self.assertIn("PUT /v1/user/default-organization", answer.json()["message"])
        named = self.api.get("/v1/user/balance", Organization=other)
        self.assertEqual(named.status, 200)

        service = self.world.key(self.world.user()["id"], scopes=["service"])["secret"]
        with self.world.api(service) as api:
            question = {"api_key": self.owner.key}
            verdict = api.expect(200, "POST", "/v1/api-keys/verify", question)
            self.assertEqual((verdict["status"], verdict["error"]["name"]),
                             (403, "permission_denied"))
            asked = {"Farthing-Caller-Authorization": self.owner.key}
            answer = api.get("/authorize", **asked)
            self.assertEqual((answer.status, answer.headers["Farthing-Error"]),
                             (403, "permission_denied"))
            self.world.join(self.world.organization()["id"], self.owner.user)
            self.assertEqual(self.api.get("/v1/user/balance").status, 403, "a further membership")
            self.api.expect(200, "PUT", "/v1/user/default-organization", {"organization": other})
            self.assertEqual(self.api.get("/v1/user/balance").status, 200)
            self.assertTrue(api.expect(200, "POST", "/v1/api-keys/verify", question)["valid"])

    def test_a_disabled_owner_is_no_other_owner(self):
        other = self.world.user()["id"]
        self.world.join(self.owner.organization, other, "OWNER")
        self.world.admin.expect(200, "POST", f"/v1/users/{other}/disable")
        for method, body in (("DELETE", None), ("PUT", {"role": "MEMBER"})):
            answer = self.api.request(method, f"{self.path}/{self.owner.user}", body)
            self.assertEqual((answer.status, answer.json()["name"]), (409, "last_owner"))
        self.world.admin.expect(200, "POST", f"/v1/users/{other}/enable")
        self.api.expect(200, "DELETE", f"{self.path}/{self.owner.user}")

    def test_a_role_is_lost_with_the_next_request(self):
        user = self.world.user()["id"]
        key = self.world.key(user)["secret"]
        entries = f"/v1/organizations/{self.owner.organization}/entries"
        with self.world.api(key) as api:
            for role, status in (("ACCOUNTANT", 200), ("MEMBER", 403), ("OWNER", 200)):
                self.world.join(self.owner.organization, user, role)
                self.assertEqual(api.get(entries).status, status)
            self.api.expect(200, "DELETE", f"{self.path}/{user}")
            self.assertEqual(api.get(entries).status, 403)
