# SPDX-License-Identifier: Apache-2.0
"""The call `balance`: which organization it is about, and that its number is exact."""

import datetime
import json

from tests.support.case import ServerCase

from .versions import ERROR_TYPES, VERSIONS, authorizations, balance_path

UNKNOWN = "org-00000000000000000000000000"


def in_seconds(seconds: float) -> str:
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.isoformat()


class Balance(ServerCase):

    def balance(self, key: str, version: str = "v1", **headers: str):
        with self.world.api(None) as api:
            return api.get(balance_path(version), Authorization=key, **headers)

    def credits_literal(self, key: str) -> str:
        """The number as it stands in the body."""
        answer = self.balance(key)
        self.assertEqual(answer.status, 200, answer.body)
        body = json.loads(answer.body, parse_float=lambda text: f"#{text}",
                          parse_int=lambda text: f"#{text}")
        self.assertEqual(list(body), ["credits"])
        self.assertTrue(body["credits"].startswith("#"), "a string in place of a number")
        return body["credits"][1:]

    def test_is_the_same_in_every_version_and_with_every_form_of_authorization(self):
        caller = self.world.caller("12.5")
        for version in VERSIONS:
            for authorization in authorizations(caller.key):
                with self.subTest(version=version, form=authorization.replace(caller.key, "KEY")):
                    answer = self.balance(authorization, version)
                    self.assertEqual((answer.status, answer.content_type, answer.json()),
                                     (200, "application/json", {"credits": 12.5}))

    def test_prints_credits_exactly(self):
        for granted in ("0.000000001", "12.5", "1", "10", "0.1", "1000000", "0.30000000000"[:11],
                        "123456789.987654321", "1.000000001", "9007199254.740993",
                        "9223372036.854775807"):
            with self.subTest(granted=granted):
                shortest = granted.rstrip("0").rstrip(".") if "." in granted else granted
                self.assertEqual(self.credits_literal(self.world.caller(granted).key), shortest)

    def test_is_zero_without_grants(self):
        self.assertEqual(self.credits_literal(self.world.caller().key), "0")

    def test_subtracts_exactly(self):
        caller = self.world.caller("0.3")
        self.world.charge(caller.organization, "0.1")
        self.assertEqual(self.credits_literal(caller.key), "0.2")
        self.world.charge(caller.organization, "0.2")
        self.assertEqual(self.credits_literal(caller.key), "0")

    def test_adds_grants_and_counts_none_that_is_still_to_come(self):
        caller = self.world.caller("1.1")
        self.world.grant(caller.organization, "2.2")
        self.world.grant(caller.organization, "100", effective_at=in_seconds(3600))
        self.assertEqual(self.credits_literal(caller.key), "3.3")

    def test_organization_chooses_among_the_users_own(self):
        caller = self.world.caller("1")
        other = self.world.organization()["id"]
        self.world.join(other, caller.user)
        self.world.grant(other, "2")
        for organization, expected in ((caller.organization, 1), (other, 2), ("", 1), ("  ", 1),
                                       (f" {other}\t", 2)):
            with self.subTest(organization=organization):
                answer = self.balance(caller.key, Organization=organization)
                self.assertEqual((answer.status, answer.json()), (200, {"credits": expected}))
        self.world.admin.expect(200, "PUT", f"/v1/users/{caller.user}/default-organization",
                                {"organization": other})
        self.assertEqual(self.balance(caller.key).json(), {"credits": 2})
        self.assertEqual(self.balance(caller.key, Organization="").json(), {"credits": 2})

    def test_foreign_unknown_and_malformed_organizations_get_the_same_403(self):
        caller, foreign = self.world.caller("1"), self.world.caller("1")
        for version in VERSIONS:
            messages = set()
            for organization in (foreign.organization, UNKNOWN, "org-123456", "x", "'; --", "org-",
                                 caller.organization.upper(), caller.organization + "0",
                                 f"{caller.organization},{caller.organization}", "é", "x" * 5000):
                with self.subTest(version=version, organization=organization[:60]):
                    answer = self.balance(caller.key, version,
                                          Organization=organization.encode().decode("latin-1"))
                    error = answer.json()
                    self.assertEqual((answer.status, error["name"]), (403, "permission_denied"))
                    self.assertEqual(answer.content_type, ERROR_TYPES[version])
                    shown = f'the organization "{organization}"'
                    messages.add(error["message"].replace(shown, "that organization"))
            self.assertEqual(len(messages), 1, "the answers tell one from the other")

    def test_a_403_shows_the_organization_that_came(self):
        caller = self.world.caller("1")
        for version in VERSIONS:
            for sent in ("undefined", "None", "null", "[object Object]", UNKNOWN):
                with self.subTest(version=version, sent=sent):
                    answer = self.balance(caller.key, version, Organization=sent)
                    message = answer.json()["message"]
                    self.assertEqual(answer.status, 403)
                    self.assertIn(f'"{sent}"', message)
                    self.assertIn("leave the header Organization out", message)
            for secret in (caller.key, caller.key[:12], caller.key[20:], f"Bearer {caller.key[:30]}",
                           "-" * 41, "\u00e9"):
                with self.subTest(version=version, secret=secret[:4]):
                    answer = self.balance(caller.key, version, Organization=secret)
                    self.assertEqual(answer.status, 403)
                    self.assertNotIn(secret.encode(), answer.body)
                    self.assertIn("that organization", answer.json()["message"])

    def test_a_repeated_organization_is_400(self):
        caller = self.world.caller("1")
        with self.world.api(caller.key) as api:
            # http.client sends a list's values as lines of their own only when told so by hand.
            connection = api._connection  # pylint: disable=protected-access
            connection.putrequest("GET", balance_path("v1"))
            connection.putheader("Authorization", caller.key)
            connection.putheader("Organization", caller.organization)
            connection.putheader("Organization", caller.organization)
            connection.endheaders()
            response = connection.getresponse()
            error = json.loads(response.read())
        self.assertEqual((response.status, error["field"]), (400, "Organization"))

    def test_of_a_user_without_organizations_is_404(self):
        key = self.world.key(self.world.user()["id"])["secret"]
        for version in VERSIONS:
            answer = self.balance(key, version)
            self.assertEqual((answer.status, answer.json()["name"]), (404, "not_found"))
            self.assertEqual(answer.content_type, ERROR_TYPES[version])
