# SPDX-License-Identifier: Apache-2.0
"""The page that the project started from, held against the server: its calls, with its headers, get answers
of the types that it names. The page lies beside the project; where it does not, this is skipped."""

import re
import unittest

from tests.support.case import ServerCase
from tests.support.paths import SEED_PAGE

from .versions import account_path, balance_path


def calls_of_the_page() -> dict[str, tuple[str, str]]:
    """Method and path of each call in the page's table, by its name."""
    row = re.compile(r"^\[\*\*(\w+)\*\*\]\([^)]*\) \| \*\*(\w+)\*\* (\S+) \|", re.MULTILINE)
    page = SEED_PAGE.read_text(encoding="utf-8")
    return {name: (method, path) for name, method, path in row.findall(page)}


@unittest.skipUnless(SEED_PAGE.exists(), f"{SEED_PAGE} is not there")
class SeedPage(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("12.5")

    def test_its_calls_are_those_that_are_tested(self):
        self.assertEqual(calls_of_the_page(), {
            "V1alphaUserAccount": ("GET", account_path("v1alpha")),
            "V1alphaUserBalance": ("GET", balance_path("v1alpha"))})

    def test_its_calls_are_answered_as_it_says(self):
        page = SEED_PAGE.read_text(encoding="utf-8")
        header, = set(re.findall(r"api_key_header_(\w+)\]", page))
        accept, = set(re.findall(r"\*\*Accept\*\*: (\S+)", page))
        members = {"V1alphaUserAccount": {"id": str, "email": str, "organizations": list},
                   "V1alphaUserBalance": {"credits": float}}
        for name, (method, path) in calls_of_the_page().items():
            with self.subTest(call=name), self.world.api(None) as api:
                answer = api.request(method, path, headers={header: self.caller.key, "Accept": accept})
                self.assertEqual((answer.status, answer.content_type), (200, accept))
                self.assertEqual({key: type(value) for key, value in answer.json().items()},
                                 members[name])

    def test_its_parameter_is_the_header_organization(self):
        parameter, = set(re.findall(r"^ \*\*(\w+)\*\* \| \*\*character\*\*", SEED_PAGE.read_text(
            encoding="utf-8"), re.MULTILINE))
        other = self.world.organization()["id"]
        self.world.join(other, self.caller.user)
        self.world.grant(other, "3")
        with self.world.api(self.caller.key) as api:
            answer = api.get(balance_path("v1alpha"), **{parameter.capitalize(): other})
            self.assertEqual(answer.json(), {"credits": 3})
