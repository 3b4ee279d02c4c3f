# SPDX-License-Identifier: Apache-2.0
"""What an API key with limits of its own may not give: to itself, to other keys of its user, and to admins' keys."""

from tests.support.case import ServerCase

END = "2999-01-01T00:00:00Z"
LATER = "2999-01-01T00:00:01Z"


class KeyLimits(ServerCase):

    @classmethod
    def make_world(cls):
        cls.user = cls.world.user()["id"]

    def limited(self, user: str | None = None, **members):
        """A key and a client with it."""
        made = self.world.key(user or self.user, **members)
        api = self.world.api(made["secret"])
        self.addCleanup(api.close)
        return made, api

    def check(self, expected: str, answer) -> None:
        """`expected` is "ok" or the field of the refusal."""
        told = answer.json()
        if "secret" in told:
            self.world.secrets.append(told["secret"])
        if expected == "ok":
            self.assertIn(answer.status, (200, 201), told)
            return
        self.assertEqual((answer.status, told["name"], told["field"]), (403, "permission_denied", expected))

    def test_nothing_is_given_beyond_ones_own(self):
        rate = {"requests": 1000, "per_s": 10}
        for own, given, expected in (
                ({"expires_at": END}, {}, "expires_at"),
                ({"expires_at": END}, {"expires_at": LATER}, "expires_at"),
                ({"expires_at": END}, {"expires_at": END}, "ok"),
                ({"allowed_networks": ["127.0.0.0/8"]}, {}, "allowed_networks"),
                ({"allowed_networks": ["127.0.0.0/8"]}, {"allowed_networks": ["0.0.0.0/0"]}, "allowed_networks"),
                ({"allowed_networks": ["127.0.0.0/8"]}, {"allowed_networks": ["127.0.0.1"]}, "ok"),
                ({"rate_limit": rate}, {}, "rate_limit"),
                ({"rate_limit": rate}, {"rate_limit": {"requests": 1001, "per_s": 10}}, "rate_limit"),
                ({"rate_limit": rate}, {"rate_limit": {"requests": 10, "per_s": 10}}, "ok"),
                ({}, {"rate_limit": {"requests": 1, "per_s": 1}}, "rate_limit"),
        ):
            with self.subTest(own=own, given=given):
                made, api = self.limited(**own)
                self.check(expected, api.post("/v1/api-keys", given))
                sibling = f"/v1/api-keys/{self.world.key(self.user, **given)['id']}"
                is_rate_of_none = not own
                self.check("ok" if is_rate_of_none else expected, api.post(f"{sibling}/rotate", None))
                self.check("ok" if is_rate_of_none else expected, api.request("PATCH", sibling, {"name": "x"}))
                self.check("ok", api.post(f"{sibling}/revoke", None))
                if given:
                    self.check(expected, api.request("PATCH", f"/v1/api-keys/{made['id']}", given))
                self.check("ok", api.post(f"/v1/api-keys/{made['id']}/rotate", None))
                self.check("ok", api.post(f"/v1/api-keys/{made['id']}/revoke", None))

    def test_nothing_is_taken_off(self):
        made, api = self.limited(expires_at=END, allowed_networks=["127.0.0.1"],
                                 rate_limit={"requests": 1000, "per_s": 1})
        path = f"/v1/api-keys/{made['id']}"
        for change, field in (({"expires_at": None}, "expires_at"), ({"allowed_networks": None}, "allowed_networks"),
                              ({"rate_limit": None}, "rate_limit")):
            self.check(field, api.request("PATCH", path, change))
        self.check("ok", api.request("PATCH", path, {"name": "renamed"}))
        shown = self.world.admin.expect(200, "GET", path)
        self.assertEqual((shown["allowed_networks"], shown["name"]), (["127.0.0.1/32"], "renamed"))

    def test_an_admin_is_bound_for_its_own_user_and_for_admins(self):
        operator = self.world.user()["id"]
        _, api = self.limited(operator, scopes=["admin"], expires_at=END)
        self.check("ok", api.post("/v1/api-keys", {"user": self.user, "scopes": ["user", "service"]}))
        self.check("expires_at", api.post("/v1/api-keys", {"user": operator}))
        self.check("expires_at", api.post("/v1/api-keys", {"user": self.user, "scopes": ["admin"]}))
        self.check("ok", api.post("/v1/api-keys", {"user": self.user, "scopes": ["admin"], "expires_at": END}))
        plain = self.world.key(self.user)["id"]
        self.check("expires_at", api.request("PATCH", f"/v1/api-keys/{plain}", {"scopes": ["admin"]}))

    def test_a_key_with_a_cap_manages_nothing_but_itself(self):
        caller = self.world.caller()
        friend = self.world.user()
        self.world.join(caller.organization, friend["id"])
        sibling = self.world.key(caller.user)["id"]
        made, api = self.limited(caller.user, spend_caps={"day": "1"})
        own, members = f"/v1/api-keys/{made['id']}", f"/v1/organizations/{caller.organization}/members"
        for method, path, body in (
                ("POST", "/v1/api-keys", {"spend_caps": {"day": "1"}}),
                ("PATCH", own, {"name": "x"}),
                ("PATCH", own, {"spend_caps": None}),
                ("PATCH", f"/v1/api-keys/{sibling}", {"name": "x"}),
                ("POST", f"/v1/api-keys/{sibling}/rotate", None),
                ("POST", f"/v1/api-keys/{sibling}/revoke", None),
                ("POST", members, {"email": self.world.user()["email"], "role": "OWNER"}),
                ("PUT", f"{members}/{friend['id']}", {"role": "OWNER"}),
                ("DELETE", f"{members}/{friend['id']}", None),
                ("DELETE", f"{members}/{caller.user}", None),
                ("PUT", "/v1/user/default-organization", {"organization": caller.organization}),
        ):
            with self.subTest(method=method, path=path):
                self.check("spend_caps", api.request(method, path, body))
        self.check("ok", api.post(f"{own}/rotate", None))
        self.check("ok", api.post(f"{own}/revoke", None))
        leaked = self.world.key(caller.user, spend_caps={"day": "1"})
        with self.world.api(None) as finder:
            self.assertEqual(finder.expect(200, "POST", "/v1/api-keys/revoke-leaked", {"secret": leaked["secret"]}),
                             {"revoked": True})
