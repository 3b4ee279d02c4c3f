# SPDX-License-Identifier: Apache-2.0
"""Lists in pages: every element once, in order, whatever the size of a page and whatever is added meanwhile."""

from tests.support.case import ServerCase


class Lists(ServerCase):
    COUNT = 25

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller()
        cls.lists = {
            "/v1/users": "users",
            "/v1/organizations": "organizations",
            f"/v1/organizations/{cls.caller.organization}/members": "members",
            f"/v1/organizations/{cls.caller.organization}/grants": "grants",
            f"/v1/organizations/{cls.caller.organization}/entries": "entries",
            f"/v1/organizations/{cls.caller.organization}/entries?kind=charge": "entries",
            f"/v1/charges?organization={cls.caller.organization}": "charges",
            "/v1/api-keys": "api_keys",
            f"/v1/api-keys?user={cls.caller.user}": "api_keys",
        }
        for serial in range(cls.COUNT):
            cls.world.join(cls.caller.organization, cls.world.user()["id"])
            cls.world.organization(f"Organization {serial}")
            cls.world.grant(cls.caller.organization, "2")
            cls.world.charge(cls.caller.organization, "1")
            cls.world.key(cls.caller.user)

    @staticmethod
    def id_of(element: dict) -> str:
        if "seq" in element:
            return f"{element['seq']:09}"
        return element.get("id") or element["user"]

    def page(self, path: str, limit: int | None = None, cursor: str | None = None) -> dict:
        query = ([f"limit={limit}"] if limit else []) + ([f"cursor={cursor}"] if cursor else [])
        separator = "&" if "?" in path else "?"
        return self.world.admin.expect(200, "GET", path + (separator if query else "")
                                       + "&".join(query))

    def test_pages_of_every_size_hold_the_same(self):
        for path, plural in self.lists.items():
            whole = self.page(path)
            self.assertIsNone(whole["next"])
            self.assertEqual(whole.keys(), {plural, "next"})
            self.assertGreaterEqual(len(whole[plural]), self.COUNT)
            ids = [self.id_of(element) for element in whole[plural]]
            self.assertEqual(ids, sorted(set(ids)))
            for limit in (1, 7, self.COUNT, 1000):
                with self.subTest(path=path, limit=limit):
                    self.assertEqual(list(self.world.admin.list_all(path, plural, limit)),
                                     whole[plural])

    def test_a_page_is_full_while_there_is_more(self):
        for path, plural in self.lists.items():
            with self.subTest(path=path):
                page = self.page(path, 3)
                self.assertEqual(len(page[plural]), 3)
                self.assertRegex(page["next"], "^[A-Za-z0-9_-]+$")

    def test_a_cursor_of_another_list_is_refused(self):
        cursors = {path: self.page(path, 1)["next"] for path in self.lists}
        for path in self.lists:
            for origin, cursor in cursors.items():
                if origin != path:
                    with self.subTest(path=path, origin=origin):
                        separator = "&" if "?" in path else "?"
                        answer = self.world.admin.get(f"{path}{separator}cursor={cursor}")
                        self.assertEqual((answer.status, answer.json()["field"]), (400, "cursor"))

    def test_what_is_added_meanwhile_comes_at_the_end(self):
        path = f"/v1/charges?organization={self.caller.organization}"
        first = self.page(path, 10)
        added = self.world.charge(self.caller.organization, "1")
        rest = self.page(path, 1000, first["next"])
        self.assertEqual(rest["charges"][-1], added)
        ids = [charge["id"] for charge in first["charges"] + rest["charges"]]
        self.assertEqual(len(set(ids)), len(ids))

    def test_an_empty_list(self):
        organization = self.world.organization()["id"]
        for path, plural in ((f"/v1/organizations/{organization}/grants", "grants"),
                             (f"/v1/organizations/{organization}/members", "members"),
                             (f"/v1/organizations/{organization}/entries", "entries"),
                             (f"/v1/charges?organization={organization}", "charges")):
            self.assertEqual(self.page(path), {plural: [], "next": None})

    def test_the_default_page_has_a_hundred(self):
        organization = self.world.organization()["id"]
        for _ in range(101):
            self.world.grant(organization, "1")
        page = self.page(f"/v1/organizations/{organization}/grants")
        self.assertEqual(len(page["grants"]), 100)
        self.assertIsNotNone(page["next"])
