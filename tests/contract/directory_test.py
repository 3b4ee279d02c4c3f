# SPDX-License-Identifier: Apache-2.0
"""The operator's users, organizations and members."""

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from . import patterns

NOBODY = "user-00000000000000000000000001"
NOWHERE = "org-00000000000000000000000001"


class Users(ServerCase):

    def test_created_shown_and_listed(self):
        body = {"email": "ada@example.com", "name": "Ada 🪙", "profile_picture": "https://a/b.png"}
        made = self.world.admin.expect(201, "POST", "/v1/users", body)
        self.assertRegex(made["id"], patterns.USER)
        self.assertRegex(made["created_at"], patterns.INSTANT)
        self.assertEqual({name: made[name] for name in body}, body)
        self.assertNotIn("default_organization", made)
        self.assertEqual(self.world.admin.expect(200, "GET", f"/v1/users/{made['id']}"), made)
        self.assertIn(made, self.world.admin.list_all("/v1/users", "users"))

    def test_what_was_not_given_is_left_out(self):
        self.assertEqual(self.world.user().keys(), {"id", "email", "created_at"})

    def test_an_email_belongs_to_one_user(self):
        self.world.user(email="Grace@example.com")
        for email in ("Grace@example.com", "grace@EXAMPLE.com"):
            answer = self.world.admin.post("/v1/users", {"email": email})
            self.assertEqual((answer.status, answer.json()["name"], answer.json()["field"]),
                             (409, "already_exists", "email"))

    def test_an_email_is_one_however_it_is_typed(self):
        made = self.world.admin.expect(201, "POST", "/v1/users", {"email": "Andre\u0301@B\u00fccher.example"})
        self.assertEqual(made["email"], "Andr\u00e9@xn--bcher-kva.example")
        members = f"/v1/organizations/{self.world.organization()['id']}/members"
        for email in ("Andre\u0301@B\u00fccher.example", "andr\u00e9@bu\u0308cher.EXAMPLE",
                      "ANDR\u00e9@XN--BCHER-kva.example"):
            with self.subTest(email=email):
                answer = self.world.admin.post("/v1/users", {"email": email})
                self.assertEqual((answer.status, answer.json()["name"]), (409, "already_exists"))
                added = self.world.admin.expect(201, "POST", members, {"email": email})
                self.assertEqual(added["user"], made["id"])
                self.world.admin.expect(200, "DELETE", f"{members}/{made['id']}")
        for email in ("a@\u2665.example", "a@\u00fc\uff20b.example", "a\u037eb@example.com"):
            with self.subTest(email=email):
                answer = self.world.admin.post("/v1/users", {"email": email})
                self.assertEqual((answer.status, answer.json()["field"]), (400, "email"))

    def test_a_repeated_request_makes_one_user(self):
        key, body = fresh_key(), {"email": "once@example.com"}
        first = self.world.admin.post("/v1/users", body, key)
        again = self.world.admin.post("/v1/users", body, key)
        self.assertEqual((first.status, again.status), (201, 201))
        self.assertEqual(first.json(), again.json())
        self.assertIsNone(first.headers["Idempotency-Replayed"])
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        other = self.world.admin.post("/v1/users", {"email": "twice@example.com"}, key)
        self.assertEqual((other.status, other.json()["name"]), (409, "idempotency_key_reused"))

    def test_a_refusal_is_not_remembered(self):
        key = fresh_key()
        self.world.user(email="taken@example.com")
        for _ in range(2):
            refused = self.world.admin.post("/v1/users", {"email": "taken@example.com"}, key)
            self.assertEqual((refused.status, refused.headers["Idempotency-Replayed"]), (409, None))

    def test_the_default_organization_must_be_one_of_the_users(self):
        caller, other = self.world.caller(), self.world.organization()["id"]
        path = f"/v1/users/{caller.user}/default-organization"
        answer = self.world.admin.put(path, {"organization": other})
        self.assertEqual((answer.status, answer.json()["field"]), (409, "organization"))
        self.world.join(other, caller.user)
        user = self.world.admin.expect(200, "PUT", path, {"organization": other})
        self.assertEqual(user["default_organization"], other)

    def test_of_a_user_that_is_not_there(self):
        body = {"organization": self.world.organization()["id"]}
        for method, path, sent in (("GET", f"/v1/users/{NOBODY}", None),
                                   ("PUT", f"/v1/users/{NOBODY}/default-organization", body)):
            with self.subTest(path=path):
                answer = self.world.admin.request(method, path, sent)
                self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))


class Organizations(ServerCase):

    def test_created_shown_and_listed(self):
        made = self.world.organization("Analytical Engines")
        self.assertRegex(made["id"], patterns.ORGANIZATION)
        self.assertRegex(made["created_at"], patterns.INSTANT)
        self.assertEqual(made["name"], "Analytical Engines")
        path = f"/v1/organizations/{made['id']}"
        self.assertEqual(self.world.admin.expect(200, "GET", path),
                         made | {"overdraft_limit": "0"})
        self.assertIn(made, self.world.admin.list_all("/v1/organizations", "organizations"))

    def test_names_need_not_differ(self):
        self.assertNotEqual(self.world.organization("Same")["id"],
                            self.world.organization("Same")["id"])

    def test_members_join_change_their_role_and_are_listed(self):
        organization, user = self.world.organization()["id"], self.world.user()
        for role in ("MEMBER", "ACCOUNTANT", "OWNER", "OWNER"):
            made = self.world.join(organization, user["id"], role)
            self.assertEqual(made, {"organization": organization, "user": user["id"], "role": role,
                                    "is_default": True})
        listed, = self.world.admin.list_all(f"/v1/organizations/{organization}/members", "members")
        self.assertEqual((listed["user"], listed["email"], listed["role"], listed["is_default"]),
                         (user["id"], user["email"], "OWNER", True))

    def test_of_an_organization_or_user_that_is_not_there(self):
        organization, user = self.world.organization()["id"], self.world.user()["id"]
        for method, path, body in (
                ("GET", f"/v1/organizations/{NOWHERE}", None),
                ("GET", f"/v1/organizations/{NOWHERE}/members", None),
                ("GET", f"/v1/organizations/{NOWHERE}/grants", None),
                ("PUT", f"/v1/organizations/{NOWHERE}/members/{user}", {"role": "OWNER"}),
                ("PUT", f"/v1/organizations/{organization}/members/{NOBODY}", {"role": "OWNER"})):
            with self.subTest(method=method, path=path):
                answer = self.world.admin.request(method, path, body)
                self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))
