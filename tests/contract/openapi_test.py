# SPDX-License-Identifier: Apache-2.0
"""api/openapi.yaml and the server describe the same calls. The answers themselves are held to the document in
every test (tests/support/openapi.py)."""

import json
import unittest

from tests.support import openapi
from tests.support.case import ServerCase

METHODS = ("get", "put", "post", "patch", "delete")


def operations() -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, item in openapi.document()["paths"].items()
            for method in METHODS if method in item]


def described() -> list[tuple[str, dict]]:
    """Returns the name and the description of each operation."""
    paths = openapi.document()["paths"]
    return [(f"{method} {path}", paths[path][method.lower()]) for method, path in operations()]


@unittest.skipIf(openapi.document() is None, f"{openapi.DOCUMENT} is not there")
class OpenApi(ServerCase):

    def test_the_server_has_every_operation_of_the_document(self):
        self.assertGreater(len(operations()), 20)
        for method, path in operations():
            with self.subTest(method=method, path=path), self.world.api(self.server.admin_key) as api:
                answer = api.request(method, path.replace("{", "x").replace("}", "x"))
                self.assertNotEqual(answer.status, 405)
                if answer.status == 404:
                    # An id that names nothing, in a path that exists.
                    self.assertNotEqual(answer.json()["message"], "There is nothing here.")

    def test_the_document_has_every_method_of_the_server(self):
        known = operations()
        for path in {path for _, path in known}:
            with self.subTest(path=path):
                answer = self.world.admin.request("OPTIONS",
                                                  path.replace("{", "x").replace("}", "x"))
                self.assertEqual(answer.status, 405)
                allowed = set(answer.headers["Allow"].split(", ")) - {"HEAD"}
                self.assertEqual(allowed, {method for method, one in known if one == path})

    def test_every_operation_names_its_errors(self):
        for name, operation in described():
            for status, response in operation["responses"].items():
                with self.subTest(operation=name, status=status):
                    self.assertRegex(status, "^[2-5][0-9][0-9]$")
                    # 503 of /readyz is an answer to what was asked.
                    if status >= "400" and (name, status) != ("GET /readyz", "503"):
                        self.assertRegex(response["$ref"], "^#/components/responses/[A-Za-z]+$")

    def test_whoever_needs_a_key_may_be_refused(self):
        for name, operation in described():
            with self.subTest(operation=name):
                refusals = {"401", "403", "429"} & operation["responses"].keys()
                if operation.get("security") != []:
                    self.assertEqual(refusals, {"401", "403", "429"})
                else:
                    self.assertNotIn("401", refusals)

    def test_every_request_has_an_example_that_fits(self):
        bodies = 0
        for name, operation in described():
            if "requestBody" in operation:
                media = operation["requestBody"]["content"]["application/json"]
                openapi.validate(media["example"], media["schema"], name)
                bodies += 1
        self.assertGreater(bodies, 15)

    def test_no_schema_has_a_name_that_collides(self):
        # Go makes functions NewX of schemas X; Python and TypeScript have an Error of their own.
        for name in openapi.document()["components"]["schemas"]:
            self.assertFalse(name.startswith("New") or name in ("Error", "Object", "Date", "Map"), name)

    def test_the_description_is_served_to_everybody(self):
        text = openapi.DOCUMENT.read_text(encoding="utf-8")
        with self.world.api(None) as anybody:
            answer = anybody.get("/openapi.yaml")
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/yaml"))
            self.assertEqual(answer.body.decode(), text)
            answer = anybody.get("/openapi.json")
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/json"))
            self.assertEqual(answer.json()["paths"].keys(), openapi.document()["paths"].keys())
            self.assertNotIn("externalValue", json.dumps(answer.json()))
            self.assertEqual(answer.json()["components"]["schemas"],
                             openapi.document()["components"]["schemas"])
            answer = anybody.request("HEAD", "/openapi.json")
            self.assertEqual((answer.status, answer.body), (200, b""))
            self.assertEqual(anybody.get("/openapi.json?pretty=1").status, 400)
            self.assertEqual(anybody.post("/openapi.json", {}).status, 401)
