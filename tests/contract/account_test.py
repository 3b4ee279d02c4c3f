# SPDX-License-Identifier: Apache-2.0
"""The call `account`."""

from tests.support.case import ServerCase

from .versions import VERSIONS, account_path, authorizations


class Account(ServerCase):

    def account(self, key: str, version: str = "v1", **headers: str) -> dict:
        with self.world.api(None) as api:
            answer = api.get(account_path(version), Authorization=key, **headers)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.content_type, "application/json")
        return answer.json()

    def test_is_the_same_in_every_version_and_with_every_form_of_authorization(self):
        caller = self.world.caller(profile_picture="https://example.com/a.png", name="Ada")
        expected = {
            "id": caller.user,
            "email": caller.email,
            "organizations": [{"id": caller.organization, "name": "Example", "role": "OWNER",
                               "is_default": True}],
            "profile_picture": "https://example.com/a.png",
        }
        for version in VERSIONS:
            for authorization in authorizations(caller.key):
                with self.subTest(version=version, form=authorization.replace(caller.key, "KEY")):
                    self.assertEqual(self.account(authorization, version), expected)

    def test_has_no_profile_picture_rather_than_null(self):
        self.assertNotIn("profile_picture", self.account(self.world.caller().key))

    def test_of_a_user_without_organizations_has_an_empty_list(self):
        user = self.world.user()
        self.assertEqual(self.account(self.world.key(user["id"])["secret"])["organizations"], [])

    def test_lists_every_organization_with_its_role_and_the_first_one_joined_as_default(self):
        user = self.world.user()["id"]
        roles = ("MEMBER", "OWNER", "ACCOUNTANT")
        organizations = [self.world.organization(name)["id"] for name in ("A", "B", "C")]
        for organization, role in zip(organizations, roles):
            self.world.join(organization, user, role)
        listed = self.account(self.world.key(user)["secret"])["organizations"]
        self.assertEqual([(entry["id"], entry["role"], entry["is_default"]) for entry in listed],
                         list(zip(organizations, roles, (True, False, False))))

    def test_shows_a_changed_default_role_and_name_at_once(self):
        caller = self.world.caller()
        other = self.world.organization('Ünïcode "quoted" \\ / 東京 🪙')
        self.world.join(other["id"], caller.user, "MEMBER")
        self.world.join(other["id"], caller.user, "ACCOUNTANT")
        self.world.admin.expect(200, "PUT", f"/v1/users/{caller.user}/default-organization",
                                {"organization": other["id"]})
        first, second = self.account(caller.key)["organizations"]
        self.assertFalse(first["is_default"])
        self.assertEqual(second, {"id": other["id"], "name": 'Ünïcode "quoted" \\ / 東京 🪙',
                                  "role": "ACCOUNTANT", "is_default": True})

    def test_is_json_whatever_the_client_says_about_types(self):
        key = self.world.caller().key
        for headers in ({"Accept": "text/xml"}, {"Accept": "application/json, text/xml, */*"},
                        {"Accept": ""}, {"Content-Type": "application/json"},
                        {"Content-Type": "text/plain", "Accept": "image/png"},
                        {"User-Agent": ""}, {"User-Agent": "OpenAPI-Generator/1.0.0/r"}):
            with self.subTest(headers=headers):
                self.account(key, **headers)

    def test_does_not_look_at_organization_nor_at_the_query(self):
        caller = self.world.caller()
        self.assertEqual(self.account(caller.key, Organization="org-nowhere")["id"], caller.user)
        with self.world.api(caller.key) as api:
            self.assertEqual(api.get(account_path("v1") + "?a=1&a=%20").status, 200)
