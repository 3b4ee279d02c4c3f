# SPDX-License-Identifier: Apache-2.0
"""api/openapi.yaml and the server describe the same calls. The answers themselves are held to the document in
every test (tests/support/openapi.py)."""

import unittest

from tests.support import openapi
from tests.support.case import ServerCase

METHODS = ("get", "put", "post", "patch", "delete")


def operations() -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, item in openapi.document()["paths"].items()
            for method in METHODS if method in item]


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
