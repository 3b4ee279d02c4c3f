# SPDX-License-Identifier: Apache-2.0
"""What an operator makes before anybody can ask anything: users, organizations, keys, credits."""

import itertools
from typing import NamedTuple

from .api import Api, fresh_key

_serial = itertools.count(1)


class Caller(NamedTuple):
    """A user with one organization and one key."""
    user: str
    email: str
    organization: str
    key_id: str
    key: str


class World:
    """Makes things through the operator's API. Remembers every secret that it was given."""

    def __init__(self, port: int, admin_key: str):
        self.admin = Api(port, admin_key)
        self._port = port
        self.secrets = [admin_key]

    def close(self) -> None:
        self.admin.close()

    def api(self, key: str | None) -> Api:
        return Api(self._port, key)

    def user(self, **members: str) -> dict:
        body = {"email": f"user{next(_serial)}@example.com"} | members
        return self.admin.expect(201, "POST", "/v1/users", body)

    def organization(self, name: str = "Example") -> dict:
        return self.admin.expect(201, "POST", "/v1/organizations", {"name": name})

    def join(self, organization: str, user: str, role: str = "MEMBER") -> dict:
        return self.admin.expect(200, "PUT", f"/v1/organizations/{organization}/members/{user}",
                                 {"role": role})

    def key(self, user: str, **members) -> dict:
        made = self.admin.expect(201, "POST", "/v1/api-keys", {"user": user} | members)
        self.secrets.append(made["secret"])
        return made

    def grant(self, organization: str, amount: str, **members) -> dict:
        return self.admin.expect(201, "POST", f"/v1/organizations/{organization}/grants",
                                 {"amount": amount} | members, {"Idempotency-Key": fresh_key()})

    def charge(self, organization: str, amount: str, **members) -> dict:
        return self.admin.expect(201, "POST", "/v1/charges",
                                 {"organization": organization, "amount": amount} | members,
                                 {"Idempotency-Key": fresh_key()})

    def caller(self, credits: str | None = None, **user: str) -> Caller:
        """A user, the organization that is the user's default one, and a key."""
        made = self.user(**user)
        organization = self.organization()["id"]
        self.join(organization, made["id"], "OWNER")
        if credits is not None:
            self.grant(organization, credits)
        key = self.key(made["id"])
        return Caller(made["id"], made["email"], organization, key["id"], key["secret"])
