# SPDX-License-Identifier: Apache-2.0
"""Holds answers to api/openapi.yaml: status, content type and body must be what it describes for the
operation. Reads the part of JSON Schema that the file uses and refuses the rest."""

import functools
import json
import re
from http.client import HTTPMessage
from typing import Any

from .paths import ROOT

DOCUMENT = ROOT / "api" / "openapi.yaml"
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_UNCHECKED = {"description", "title", "format", "example", "examples", "default", "deprecated",
              "readOnly", "writeOnly", "contentMediaType", "$comment"}


class ShapeError(AssertionError):
    """An answer that the document does not describe."""


@functools.cache
def document() -> dict | None:
    """The parsed document, or None when the project has none."""
    if not DOCUMENT.exists():
        return None
    import yaml  # pylint: disable=import-outside-toplevel
    return yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))


def resolve(node: Any) -> Any:
    """What a reference within the document leads to."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


@functools.cache
def _templates() -> list[tuple[re.Pattern, str]]:
    found = []
    for template in sorted(document()["paths"], key=lambda path: path.count("{")):
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
        found.append((re.compile(pattern), template))
    return found


def operation_of(method: str, path: str) -> dict | None:
    """The description of an operation, or None when the document has none."""
    bare_path = path.partition("?")[0]
    for pattern, template in _templates():
        if pattern.fullmatch(bare_path):
            item = resolve(document()["paths"][template])
            return item.get("get" if method == "HEAD" else method.lower())
    return None


def check(method: str, path: str, status: int, headers: HTTPMessage, body: bytes) -> None:
    """Raises ShapeError when the document describes the operation and this answer is not among its
    answers. What it does not describe, unknown paths and wrong methods, is no matter of it."""
    if document() is None:
        return
    operation = operation_of(method, path)
    if operation is None:
        if status < 400:
            raise ShapeError(f"{method} {path} works and is not in {DOCUMENT.name}")
        return
    responses = operation["responses"]
    response = resolve(responses.get(str(status)))
    where = f"{method} {path} {status}"
    if response is None:
        raise ShapeError(f"{where}: no such answer in {DOCUMENT.name}: {body!r}")
    for name, header in response.get("headers", {}).items():
        if resolve(header).get("required") and headers[name] is None:
            raise ShapeError(f"{where}: the header {name} is missing")
    if method == "HEAD" or "content" not in response:
        return
    media = response["content"].get(headers["Content-Type"].partition(";")[0])
    if media is None:
        raise ShapeError(f"{where}: the content type {headers['Content-Type']} is not described")
    is_text = headers["Content-Type"].startswith(("text/", "application/yaml"))
    validate(body.decode() if is_text else json.loads(body), media["schema"], where)


def _members(schema: dict) -> set[str] | None:
    """Returns the members that a schema names, or None when it lets others be there."""
    schema = resolve(schema)
    parts = [_members(part) for part in schema.get("allOf", [])]
    if None in parts or schema.get("additionalProperties", False):
        return None
    return set(schema.get("properties", {})).union(*parts)


def validate(value: Any, schema: dict, where: str, is_part: bool = False) -> None:
    """Raises ShapeError when `value` is not what `schema` describes, or an object with members that it does not
    name. The document lets clients expect more members, but whatever the server sends today it describes. A
    part is a schema beside others that name the rest."""
    schema = resolve(schema)
    if isinstance(value, dict) and not is_part and ("properties" in schema or "allOf" in schema):
        known = _members(schema)
        unknown = value.keys() - known if known is not None else ()
        _fail_unless(not unknown, where, value, f"without {sorted(unknown)}")
    for keyword, argument in schema.items():
        if keyword in _UNCHECKED or keyword.startswith("x-"):
            continue
        rule = _RULES.get(keyword)
        if rule is None:
            raise ShapeError(f"{where}: {DOCUMENT.name} uses {keyword}, which is not checked")
        rule(value, argument, schema, where)


def _fail_unless(condition: bool, where: str, value: Any, expected: str) -> None:
    if not condition:
        raise ShapeError(f"{where}: {value!r} is not {expected}")


def _is_type(value: Any, name: str) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == "number":
        return is_number
    if name == "integer":
        return is_number and value == int(value)
    return isinstance(value, _TYPES[name])


def _type(value, names, _, where):
    names = names if isinstance(names, list) else [names]
    _fail_unless(any(_is_type(value, name) for name in names), where, value, " or ".join(names))


def _properties(value, properties, _, where):
    if isinstance(value, dict):
        for name, schema in properties.items():
            if name in value:
                validate(value[name], schema, f"{where}.{name}")


def _required(value, names, _, where):
    if isinstance(value, dict):
        missing = [name for name in names if name not in value]
        _fail_unless(not missing, where, value, f"with {missing}")


def _additional_properties(value, allowed, schema, where):
    if not isinstance(value, dict):
        return
    for name in value.keys() - schema.get("properties", {}).keys():
        _fail_unless(allowed is not False, where, value, f"without {name}")
        if isinstance(allowed, dict):
            validate(value[name], allowed, f"{where}.{name}")


def _items(value, schema, _, where):
    if isinstance(value, list):
        for index, item in enumerate(value):
            validate(item, schema, f"{where}[{index}]")


def _matching(value: Any, schemas: list[dict], where: str) -> int:
    count = 0
    for schema in schemas:
        try:
            validate(value, schema, where)
            count += 1
        except ShapeError:
            pass
    return count


def _all_of(value, schemas, _, where):
    for schema in schemas:
        validate(value, schema, where, is_part=True)


def _pattern(value, pattern, _, where):
    if isinstance(value, str):
        _fail_unless(re.search(pattern, value) is not None, where, value, f"like {pattern}")


def _length(compare, expected):
    def rule(value, argument, _, where):
        if isinstance(value, (str, list)):
            _fail_unless(compare(len(value), argument), where, value, f"{expected} {argument} long")
    return rule


def _bound(compare, expected):
    def rule(value, argument, _, where):
        if _is_type(value, "number"):
            _fail_unless(compare(value, argument), where, value, f"{expected} {argument}")
    return rule


_RULES = {
    "type": _type,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional_properties,
    "items": _items,
    "enum": lambda value, names, _, where: _fail_unless(value in names, where, value, f"in {names}"),
    "const": lambda value, one, _, where: _fail_unless(value == one, where, value, repr(one)),
    "pattern": _pattern,
    "allOf": _all_of,
    "anyOf": lambda value, schemas, _, where: _fail_unless(
        _matching(value, schemas, where) > 0, where, value, "any of the alternatives"),
    "oneOf": lambda value, schemas, _, where: _fail_unless(
        _matching(value, schemas, where) == 1, where, value, "one of the alternatives"),
    "minLength": _length(lambda size, least: size >= least, "at least"),
    "maxLength": _length(lambda size, most: size <= most, "at most"),
    "minProperties": lambda value, least, _, where: _fail_unless(
        not isinstance(value, dict) or len(value) >= least, where, value, f"with {least} members at least"),
    "maxProperties": lambda value, most, _, where: _fail_unless(
        not isinstance(value, dict) or len(value) <= most, where, value, f"with {most} members at most"),
    "minItems": _length(lambda size, least: size >= least, "at least"),
    "maxItems": _length(lambda size, most: size <= most, "at most"),
    "minimum": _bound(lambda value, least: value >= least, "at least"),
    "maximum": _bound(lambda value, most: value <= most, "at most"),
}
