# SPDX-License-Identifier: Apache-2.0
"""Every route, for every scope and role, on what is one's own, somebody else's and not there: held against
the table of docs/reference/permissions.md.

A request that would change something has a body that no route takes: whoever may is told so (400), and
nothing happens; whoever may not is told that first (403)."""

import functools
import re
from typing import NamedTuple

from tests.support import openapi
from tests.support.api import Api, fresh_key
from tests.support.case import ServerCase
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "reference" / "permissions.md"
COLUMNS = ("admin", "service", "OWNER", "ACCOUNTANT", "MEMBER", "others")
ROLES = COLUMNS[2:5]
NOTHING = "7" + 25 * "z"
KINDS = ("own", "foreign", "missing")
# Where an organization is named outside of the path.
BY_HEADER = re.compile(r"/v1(alpha|beta)?/user/balance")
BY_BODY = "/v1/user/default-organization"
BY_QUERY = "/v1/charges"
# Asks about a caller who is good; what becomes of others is no matter of who may ask.
ABOUT_CALLER = "/authorize"
# What belongs to no member, and ids that only those who may everywhere get to use.
BARE = {"{charge}": f"charge-{NOTHING}{NOTHING}", "{hold}": f"hold-{NOTHING}{NOTHING}",
        "{idempotency_key}": "key"}


class Row(NamedTuple):
    method: str
    path: str
    cells: dict[str, str]

    @property
    def concerns_organization(self) -> bool:
        named = "{organization}" in self.path or "{grant}" in self.path
        return named or self.path == BY_BODY or BY_HEADER.fullmatch(self.path) is not None


@functools.cache
def table() -> list[Row]:
    rows = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip(" `") for cell in line.strip("|").split("|")]
        if len(cells) == 2 + len(COLUMNS) and cells[1].startswith("/"):
            rows.append(Row(cells[0], cells[1], dict(zip(COLUMNS, cells[2:]))))
    return rows


class Belongings(NamedTuple):
    """What requests name: of one's own, of somebody else's, or what is nowhere."""
    organization: str
    user: str
    grant: str
    api_key: str


class Asker(NamedTuple):
    """A key, the column that speaks for it, and what is its own."""
    column: str
    api: Api
    belongings: dict[str, Belongings]


class Permissions(ServerCase):

    @classmethod
    def make_world(cls):
        organization, foreign = (cls.world.organization()["id"] for _ in range(2))
        grant, foreign_grant = (cls.world.grant(each, "5")["id"]
                                for each in (organization, foreign))
        stranger = cls.world.user()["id"]
        cls.world.join(foreign, stranger, "OWNER")
        # So that every role is there whoever asks, and an owner is not the last.
        cls.world.join(organization, cls.world.user()["id"], "OWNER")
        stranger_key = cls.world.key(stranger)["id"]
        cls.caller_key = cls.world.caller().key
        cls.missing = Belongings(f"org-{NOTHING}", f"user-{NOTHING}",
                                 f"grant-{NOTHING}{NOTHING}", f"key-{NOTHING}")
        cls.askers = []
        for column, role, scopes in (("admin", "MEMBER", ["admin"]), ("service", "OWNER", ["service"]),
                                     *((role, role, ["user"]) for role in ROLES)):
            user = cls.world.user()["id"]
            cls.world.join(organization, user, role)
            key = cls.world.key(user, scopes=scopes)
            api = cls.world.api(key["secret"])
            cls.addClassCleanup(api.close)
            cls.askers.append(Asker(column, api, {
                "own": Belongings(organization, user, grant, key["id"]),
                "foreign": Belongings(foreign, stranger, foreign_grant, stranger_key),
                "missing": cls.missing}))

    def test_the_page_has_every_operation(self):
        described = {(method.upper(), path) for path, item in openapi.document()["paths"].items()
                     for method in item if method in ("get", "put", "post", "patch", "delete")
                     and item[method].get("security") != []}
        # The parameters of routes are spelled as messages name them: "API key".
        self.assertEqual({(row.method, row.path.lower()) for row in table()}, described)

    def test_every_route_for_everyone_on_everything(self):
        self.assertGreater(len(table()), 40)
        for row in table():
            for asker in self.askers:
                refusals = {}
                for organization in KINDS:
                    for user in KINDS:
                        told = self.ask(row, asker, organization, user)
                        if told is not None:
                            refusals[organization, user] = told
                self.assert_same_of_foreign_and_missing(row, asker, refusals)

    def ask(self, row: Row, asker: Asker, organization: str, user: str) -> tuple | None:
        """What a refusal told; None when there was none."""
        with self.subTest(method=row.method, path=row.path, asker=asker.column,
                          organization=organization, user=user):
            named = asker.belongings[organization]
            whose = asker.belongings[user]
            path = row.path
            for place, value in (BARE | {"{organization}": named.organization,
                                         "{grant}": named.grant, "{user}": whose.user,
                                         "{API_key}": whose.api_key}).items():
                path = path.replace(place, value)
            if (row.method, row.path) == ("GET", BY_QUERY):
                path += f"?organization={named.organization}"
            answer = asker.api.request(row.method, path, *self.rest_of(row, named))
            if self.may(row, asker, organization, user):
                self.assertIn(answer.status, (200, 204, 400, 404), answer.body)
                self.assert_is_there(row, answer, (organization, user))
                return None
            error = answer.json()
            self.assertEqual((answer.status, error["name"]), (403, "permission_denied"))
            # The asker is shown the organization that it sent, which tells it nothing.
            message = error["message"].replace(f'"{named.organization}"', '"what was sent"')
            return message, error.get("field"), error.get("scope")

    def rest_of(self, row: Row, named: Belongings):
        """Body and headers."""
        if row.path == ABOUT_CALLER:
            return None, {"Farthing-Caller-Authorization": self.caller_key}
        if BY_HEADER.fullmatch(row.path):
            return None, {"Organization": named.organization}
        if row.path == BY_BODY:
            return {"organization": named.organization}, {}
        if row.method == "GET":
            return None, {}
        return {"no_such_member": 1}, {"Idempotency-Key": fresh_key()}

    @staticmethod
    def may(row: Row, asker: Asker, organization: str, user: str) -> bool:
        cell = row.cells[asker.column]
        if asker.column in ROLES and row.concerns_organization and organization != "own":
            cell = row.cells["others"]
        if cell != "own":
            return cell == "yes"
        if asker.column not in ROLES and row.concerns_organization:
            return organization == "own"
        names_user = "{user}" in row.path or "{API_key}" in row.path
        return not names_user or user == "own"

    def assert_is_there(self, row: Row, answer, kinds: tuple[str, str]):
        """A read of what exists, by someone who may, is answered."""
        if row.method == "GET" and "missing" not in kinds and not any(
                place in row.path for place in BARE):
            self.assertIn(answer.status, (200, 204), answer.body)

    def assert_same_of_foreign_and_missing(self, row: Row, asker: Asker, refusals: dict):
        def told(*kinds):
            return refusals.get(kinds)
        with self.subTest(method=row.method, path=row.path, asker=asker.column):
            for kind in KINDS:
                self.assertEqual(told("foreign", kind), told("missing", kind))
                self.assertEqual(told(kind, "foreign"), told(kind, "missing"))
