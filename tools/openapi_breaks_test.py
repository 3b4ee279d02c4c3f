#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds openapi_breaks.py to a table: a change of a small description, and what it breaks."""

import copy
import unittest

from openapi_breaks import RELEASED, find_breaks, yaml

BASE = yaml.safe_load("""
openapi: 3.1.0
security: [{key: []}]
paths:
  /things/{thing}:
    parameters:
      - {name: thing, in: path, required: true, schema: {type: string}}
    get:
      operationId: read_thing
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        '200':
          headers:
            Next: {required: true, schema: {type: string}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
            text/csv: {schema: {type: string}}
        '404': {$ref: '#/components/responses/NotFound'}
    post:
      operationId: change_thing
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/ThingUpdate'}}
      responses:
        '200':
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
  /open:
    get:
      operationId: look
      security: []
      responses:
        '204': {description: Nothing.}
components:
  responses:
    NotFound:
      content:
        application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}
  schemas:
    Named:
      type: object
      required: [name]
      properties:
        name: {type: string}
    Thing:
      allOf:
        - $ref: '#/components/schemas/Named'
        - type: object
          required: [kind]
          properties:
            kind: {type: string, enum: [red, blue]}
            size: {type: integer}
            note: {type: [string, 'null']}
            tags: {type: array, items: {type: string, maxLength: 5}}
            next: {$ref: '#/components/schemas/Thing'}
    ThingUpdate:
      type: object
      additionalProperties: false
      required: [kind]
      properties:
        kind: {type: string, enum: [red, blue]}
        size: {type: integer, minimum: 1, maximum: 9}
        note: {type: [string, 'null'], pattern: '^a'}
        tags: {type: array, maxItems: 3, items: {type: string}}
""")

READ = "paths./things/{thing}.get"
WRITE = "paths./things/{thing}.post"
THING = "components.schemas.Thing.allOf.1"
UPDATE = "components.schemas.ThingUpdate"
GONE = object()

# What is changed, to what, and the beginning of each sentence about it.
BROKEN = [
    ("paths./open", GONE, ["GET /open: the operation is gone"]),
    (f"{READ}.operationId", "get_thing", ["GET /things/{thing}: operationId"]),
    ("paths./open.get.security", GONE, ["GET /open: it needs a key now"]),
    (f"{READ}.parameters", GONE, ["GET /things/{thing}: the parameter limit is gone"]),
    (f"{READ}.parameters.0.required", True, ["GET /things/{thing}: the parameter limit is required"]),
    (f"{READ}.parameters.0.schema.maximum", 50, ["GET /things/{thing}: the parameter limit: maximum"]),
    (f"{READ}.parameters.0.schema.minimum", 2, ["GET /things/{thing}: the parameter limit: minimum"]),
    (f"{READ}.parameters.+", {"name": "new", "in": "query", "required": True, "schema": {}},
     ["GET /things/{thing}: the new parameter new is required"]),
    (f"{READ}.responses.200", GONE, ["GET /things/{thing}: the answer 200 is gone"]),
    (f"{READ}.responses.202", {"description": "Later."}, ["GET /things/{thing}: the answer 202"]),
    (f"{READ}.responses.200.headers.Next", GONE, ["GET /things/{thing}: the answer 200: the header Next"]),
    (f"{READ}.responses.200.headers.Next.required", False,
     ["GET /things/{thing}: the answer 200: the header Next"]),
    (f"{READ}.responses.200.content.text/csv", GONE,
     ["GET /things/{thing}: the answer 200 is not there as text/csv"]),
    ("components.responses.NotFound.content.application/json.schema.required", [],
     ["GET /things/{thing}: the answer 404.name is no longer sure"]),
    (f"{THING}.properties.size", GONE, ["GET /things/{thing}: the answer 200.size is gone"]),
    (f"{THING}.properties.size.type", "string", ["GET /things/{thing}: the answer 200.size: the type"]),
    (f"{THING}.properties.size.type", "number", ["GET /things/{thing}: the answer 200.size: the type"]),
    (f"{THING}.properties.size.type", ["integer", "null"],
     ["GET /things/{thing}: the answer 200.size: the type"]),
    (f"{THING}.required", [], ["GET /things/{thing}: the answer 200.kind is no longer sure"]),
    (f"{THING}.properties.kind.enum", ["red", "blue", "green"],
     ["GET /things/{thing}: the answer 200.kind: the values"]),
    (f"{THING}.properties.kind.enum", GONE, ["GET /things/{thing}: the answer 200.kind: the values"]),
    (f"{THING}.properties.tags.items.maxLength", 6,
     ["GET /things/{thing}: the answer 200.tags[]: maxLength"]),
    ("components.schemas.Named.required", [], ["GET /things/{thing}: the answer 200.name is no longer"]),
    (f"{WRITE}.requestBody.required", True, ["POST /things/{thing}: a body is required"]),
    (f"{WRITE}.requestBody.content.application/json", GONE,
     ["POST /things/{thing}: a body of application/json"]),
    (f"{UPDATE}.required", ["kind", "size"], ["POST /things/{thing}: the body.size is required"]),
    (f"{UPDATE}.properties.size", GONE, ["POST /things/{thing}: the body.size is gone"]),
    (f"{UPDATE}.properties.size.maximum", 8, ["POST /things/{thing}: the body.size: maximum"]),
    (f"{UPDATE}.properties.note.type", "string", ["POST /things/{thing}: the body.note: the type"]),
    (f"{UPDATE}.properties.note.pattern", "^b", ["POST /things/{thing}: the body.note: pattern"]),
    (f"{UPDATE}.properties.kind.enum", ["red"], ["POST /things/{thing}: the body.kind: the values"]),
    (f"{UPDATE}.properties.tags.maxItems", 2, ["POST /things/{thing}: the body.tags: maxItems"]),
    (f"{UPDATE}.properties.tags.items.maxLength", 4, ["POST /things/{thing}: the body.tags[]: maxLength"]),
    (f"{UPDATE}.properties.tags.minItems", 1, ["POST /things/{thing}: the body.tags: minItems"]),
    (f"{UPDATE}.properties.size", {"oneOf": [{"type": "integer"}]},
     ["POST /things/{thing}: the body.size: oneOf"]),
]

FINE = [
    ("info", {"title": "Things"}),
    ("paths./more", {"get": {"operationId": "more", "responses": {"200": {}}}}),
    (f"{READ}.parameters.+", {"name": "new", "in": "query", "schema": {}}),
    (f"{READ}.parameters.0.schema.maximum", 200),
    (f"{READ}.parameters.0.schema.minimum", GONE),
    (f"{READ}.responses.429", {"description": "Too often."}),
    (f"{READ}.responses.404", GONE),
    (f"{THING}.properties.colour", {"type": "string"}),
    (f"{THING}.required", ["kind", "size"]),
    (f"{THING}.properties.kind.enum", ["red"]),
    (f"{THING}.properties.note.type", "string"),
    (f"{UPDATE}.required", []),
    (f"{UPDATE}.properties.kind.enum", ["red", "blue", "green"]),
    (f"{UPDATE}.properties.size.type", "number"),
    (f"{UPDATE}.properties.size.maximum", GONE),
    (f"{UPDATE}.properties.note.pattern", GONE),
    (f"{UPDATE}.properties.colour", {"type": "string"}),
    (f"{UPDATE}.additionalProperties", GONE),
]


def changed(path: str, value: object) -> dict:
    """Returns the base with something else at one place."""
    document = copy.deepcopy(BASE)
    *way, last = path.split(".")
    node = document
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node[part]
    if isinstance(node, list):
        node.append(value)
    elif value is GONE:
        del node[last]
    else:
        node[last] = value
    return document


class Breaks(unittest.TestCase):

    def test_each_break_is_found(self):
        for path, value, expected in BROKEN:
            with self.subTest(path=path, value=value):
                found = find_breaks(BASE, changed(path, value))
                self.assertGreaterEqual(len(found), len(expected))
                for sentence in expected:
                    self.assertTrue(any(one.startswith(sentence) for one in found), found)

    def test_additions_break_nothing(self):
        for path, value in FINE:
            with self.subTest(path=path, value=value):
                self.assertEqual(find_breaks(BASE, changed(path, value)), [])

    def test_nothing_is_broken_by_no_change(self):
        self.assertEqual(find_breaks(BASE, copy.deepcopy(BASE)), [])
        with open(RELEASED, encoding="utf-8") as file:
            released = yaml.safe_load(file)
        self.assertEqual(find_breaks(released, released), [])

    def test_members_of_requests_that_were_free_may_not_be_refused(self):
        free = changed(f"{UPDATE}.additionalProperties", GONE)
        found = find_breaks(free, BASE)
        self.assertEqual(found, ["POST /things/{thing}: the body: members that it does not name are refused now"])


if __name__ == "__main__":
    unittest.main()
