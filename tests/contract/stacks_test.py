# SPDX-License-Identifier: Apache-2.0
"""Other people's HTTP stacks make the two calls and the operator's, each with the habits that it has."""

import json

from tests.support.api import fresh_key
from tests.support.case import ServerCase

from .stacks import STACKS, Answer, Request
from .versions import ERROR_TYPES, VERSIONS, account_path, balance_path


class Stacks(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("9223372036.854775807")

    def ask(self, name: str, requests: list[Request]) -> list[Answer]:
        stack = STACKS[name]
        if stack.missing():
            self.skipTest(f"{', '.join(stack.missing())} is not installed")
        answers = stack.ask(requests)
        self.assertEqual(len(answers), len(requests))
        return answers

    def test_the_two_calls(self):
        forms = (self.caller.key, f"Bearer {self.caller.key}")
        calls = [(version, path(version), {"Authorization": form} | organization)
                 for version in VERSIONS for form in forms
                 for path, organization in ((account_path, {}), (balance_path, {}),
                                            (balance_path, {"Organization": self.caller.organization}))]
        account = {"id": self.caller.user, "email": self.caller.email,
                   "organizations": [{"id": self.caller.organization, "name": "Example",
                                      "role": "OWNER", "is_default": True}]}
        for name in STACKS:
            with self.subTest(stack=name):
                answers = self.ask(name, [Request(self.server.url + path, headers)
                                          for _, path, headers in calls])
                for (_, path, _), answer in zip(calls, answers):
                    self.assertEqual((answer.status, answer.headers["content-type"]),
                                     (200, "application/json"), answer)
                    if path.endswith("account"):
                        self.assertEqual(json.loads(answer.body), account)
                    else:
                        self.assertIn("9223372036.854775807", answer.body)

    def test_errors_in_every_version(self):
        good = {"Authorization": self.caller.key}
        calls = [(version, path, headers, status)
                 for version in VERSIONS
                 for path, headers, status in (
                     (account_path(version), {}, 401),
                     (balance_path(version), {"Authorization": "sk-wrong"}, 401),
                     (balance_path(version), good | {"Organization": "org-123456"}, 403),
                     (f"/{version}/nowhere", good, 404))]
        for name in STACKS:
            with self.subTest(stack=name):
                answers = self.ask(name, [Request(self.server.url + path, headers)
                                          for _, path, headers, _ in calls])
                for (version, _, _, status), answer in zip(calls, answers):
                    self.assertEqual((answer.status, answer.headers["content-type"]),
                                     (status, ERROR_TYPES[version]), answer)
                    if status == 401 and name.startswith("wget"):
                        continue  # it keeps the body of a 401 to itself
                    self.assertEqual(json.loads(answer.body)["id"], answer.headers["x-request-id"])

    def test_a_body_arrives_whole(self):
        organization = self.world.caller("1000").organization
        note = "n" * 15_000
        for name in STACKS:
            with self.subTest(stack=name):
                body = json.dumps({"organization": organization, "amount": "1",
                                   "metadata": {"note": note}})
                headers = {"Authorization": f"Bearer {self.server.admin_key}",
                           "Content-Type": "application/json", "Idempotency-Key": fresh_key()}
                request = Request(f"{self.server.url}/v1/charges", headers, "POST", body)
                first, = self.ask(name, [request])
                again, = self.ask(name, [request])
                self.assertEqual((first.status, again.status), (201, 201), first)
                self.assertEqual(json.loads(first.body)["metadata"], {"note": note})
                self.assertEqual(json.loads(again.body), json.loads(first.body))
                self.assertEqual((first.headers.get("idempotency-replayed"),
                                  again.headers.get("idempotency-replayed")), (None, "true"))
