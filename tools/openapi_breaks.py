#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when api/openapi.yaml breaks a client that was made from api/released/openapi.yaml, the description of
the last release. What a client sends must stay allowed, and what it reads must stay within what it knows."""

import pathlib
import sys
from typing import Any, Iterator

import yaml

from project_files import ROOT

RELEASED = ROOT / "api" / "released" / "openapi.yaml"
PRESENT = ROOT / "api" / "openapi.yaml"

_METHODS = ("get", "put", "post", "patch", "delete")
_TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
# Keywords that bound a value from below and from above.
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Keywords of which any change may shut out a value, or let a new one in.
_EXACT = ("pattern", "format", "multipleOf", "uniqueItems")


class Document:
    """A description, and what references within it lead to."""

    def __init__(self, root: dict):
        self.root = root

    def resolve(self, node: dict) -> dict:
        while "$ref" in node:
            target: Any = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def operations(self) -> dict[str, dict]:
        """Returns each operation under its method and path, with the parameters of the path."""
        found = {}
        for path, item in self.root.get("paths", {}).items():
            for method in _METHODS:
                if method in item:
                    parameters = item.get("parameters", []) + item[method].get("parameters", [])
                    found[f"{method.upper()} {path}"] = item[method] | {"parameters": parameters}
        return found

    def schema(self, node: dict) -> dict:
        """Returns a schema as one object: with the members of all parts of its allOf."""
        node = self.resolve(node)
        merged = {name: value for name, value in node.items() if name != "allOf"}
        for part in node.get("allOf", []):
            for name, value in self.schema(part).items():
                if name == "properties":
                    merged[name] = value | merged.get(name, {})
                elif name == "required":
                    merged[name] = sorted(set(value) | set(merged.get(name, [])))
                else:
                    merged.setdefault(name, value)
        return merged


def _types(schema: dict) -> frozenset[str]:
    if "type" not in schema:
        return _TYPES
    names = schema["type"]
    return frozenset([names] if isinstance(names, str) else names)


def _values(schema: dict) -> list | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return narrow <= wide | ({"integer"} if "number" in wide else set())


class Comparison:
    """Finds what is broken between two descriptions, each in a sentence."""

    def __init__(self, released: dict, present: dict):
        self._old = Document(released)
        self._new = Document(present)
        self._seen: set[tuple] = set()

    def breaks(self) -> Iterator[str]:
        present = self._new.operations()
        for name, old in self._old.operations().items():
            if name not in present:
                yield f"{name}: the operation is gone"
                continue
            new = present[name]
            if old.get("operationId") != new.get("operationId"):
                yield f"{name}: operationId is another one, by which clients name their functions"
            if self._is_open(self._old, old) and not self._is_open(self._new, new):
                yield f"{name}: it needs a key now"
            yield from self._parameters(name, old, new)
            yield from self._body(name, old, new)
            yield from self._answers(name, old, new)

    @staticmethod
    def _is_open(document: Document, operation: dict) -> bool:
        return operation.get("security", document.root.get("security", [])) == []

    def _parameters(self, name: str, old: dict, new: dict) -> Iterator[str]:
        def by_place(document: Document, operation: dict) -> dict[tuple[str, str], dict]:
            resolved = map(document.resolve, operation["parameters"])
            return {(one["in"], one["name"].lower() if one["in"] == "header" else one["name"]): one
                    for one in resolved}

        known, present = by_place(self._old, old), by_place(self._new, new)
        for place, one in known.items():
            where = f"{name}: the parameter {place[1]}"
            if place not in present:
                yield f"{where} is gone"
                continue
            if present[place].get("required") and not one.get("required"):
                yield f"{where} is required now"
            yield from self._sent(where, one["schema"], present[place]["schema"])
        for place in present.keys() - known.keys():
            if present[place].get("required"):
                yield f"{name}: the new parameter {place[1]} is required"

    def _body(self, name: str, old: dict, new: dict) -> Iterator[str]:
        known = self._old.resolve(old.get("requestBody", {}))
        present = self._new.resolve(new.get("requestBody", {}))
        if present.get("required") and not known.get("required"):
            yield f"{name}: a body is required now"
        for media, content in known.get("content", {}).items():
            if media not in present.get("content", {}):
                yield f"{name}: a body of {media} is taken no longer"
                continue
            yield from self._sent(f"{name}: the body", content["schema"],
                                  present["content"][media]["schema"])

    def _answers(self, name: str, old: dict, new: dict) -> Iterator[str]:
        for status, known in old["responses"].items():
            where = f"{name}: the answer {status}"
            if status not in new["responses"]:
                if status < "400":
                    yield f"{where} is gone"
                continue
            known = self._old.resolve(known)
            present = self._new.resolve(new["responses"][status])
            for header, description in known.get("headers", {}).items():
                other = present.get("headers", {}).get(header)
                was_sure = self._old.resolve(description).get("required", False)
                if other is None or was_sure and not self._new.resolve(other).get("required"):
                    yield f"{where}: the header {header} is gone or no longer sure"
            for media, content in known.get("content", {}).items():
                if media not in present.get("content", {}):
                    yield f"{where} is not there as {media} any more"
                    continue
                yield from self._read(where, content["schema"], present["content"][media]["schema"])
        for status in new["responses"].keys() - old["responses"].keys():
            if status < "400":
                yield f"{name}: the answer {status} is one that no client knows"

    def _sent(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """Finds what was allowed in a request and is not any more."""
        yield from self._compare(where, old, new, is_sent=True)

    def _read(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """Finds what a client may get now in an answer and did not have to expect."""
        yield from self._compare(where, old, new, is_sent=False)

    def _compare(self, where: str, old: dict, new: dict, is_sent: bool) -> Iterator[str]:
        pair = (old.get("$ref"), new.get("$ref"), is_sent)
        if pair[0] and pair[1]:
            if pair in self._seen:
                return
            self._seen.add(pair)
        old, new = self._old.schema(old), self._new.schema(new)
        # All values of `inner` have to be values of `outer`.
        inner, outer = (old, new) if is_sent else (new, old)
        if not _covers(_types(outer), _types(inner)):
            yield f"{where}: the type was {sorted(_types(old))} and is {sorted(_types(new))}"
            return
        yield from self._compare_limits(where, inner, outer)
        for keyword in ("oneOf", "anyOf"):
            yield from self._compare_alternatives(where, keyword, old, new, is_sent)
        yield from self._compare_members(where, old, new, is_sent)
        if "items" in outer:
            yield from self._compare(f"{where}[]", old.get("items", {}), new.get("items", {}), is_sent)

    @staticmethod
    def _compare_limits(where: str, inner: dict, outer: dict) -> Iterator[str]:
        values = _values(outer)
        if values is not None:
            other = _values(inner)
            missing = None if other is None else [value for value in other if value not in values]
            if missing is None or missing:
                yield f"{where}: the values are no longer the same: {missing or 'any'}"
        for keyword in _LEAST:
            if keyword in outer and inner.get(keyword, float("-inf")) < outer[keyword]:
                yield f"{where}: {keyword} does not fit: {inner.get(keyword)} and {outer[keyword]}"
        for keyword in _MOST:
            if keyword in outer and inner.get(keyword, float("inf")) > outer[keyword]:
                yield f"{where}: {keyword} does not fit: {inner.get(keyword)} and {outer[keyword]}"
        for keyword in _EXACT:
            if keyword in outer and inner.get(keyword) != outer[keyword]:
                yield f"{where}: {keyword} does not fit: {inner.get(keyword)} and {outer[keyword]}"

    def _compare_alternatives(self, where: str, keyword: str, old: dict, new: dict,
                              is_sent: bool) -> Iterator[str]:
        known, present = old.get(keyword), new.get(keyword)
        if known is None and present is None:
            return
        if known is None or present is None or len(known) != len(present):
            yield f"{where}: {keyword} has other alternatives"
            return
        for index, (before, now) in enumerate(zip(known, present)):
            yield from self._compare(f"{where}({index})", before, now, is_sent)

    def _compare_members(self, where: str, old: dict, new: dict, is_sent: bool) -> Iterator[str]:
        known, present = old.get("properties", {}), new.get("properties", {})
        had, has = set(old.get("required", [])), set(new.get("required", []))
        for name in known.keys() - present.keys():
            yield f"{where}.{name} is gone"
        for name in sorted(has - had if is_sent else had - has):
            # What is gone was told already.
            if is_sent or name in present:
                yield f"{where}.{name} is {'required now' if is_sent else 'no longer sure to be there'}"
        for name in known.keys() & present.keys():
            yield from self._compare(f"{where}.{name}", known[name], present[name], is_sent)
        others, other = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if is_sent and other is False and others is not False:
            yield f"{where}: members that it does not name are refused now"
        if isinstance(others, dict) and isinstance(other, dict):
            yield from self._compare(f"{where}.*", others, other, is_sent)


def find_breaks(released: dict, present: dict) -> list[str]:
    """Returns what breaks clients of the released description, sorted."""
    return sorted(set(Comparison(released, present).breaks()))


def _load(file: pathlib.Path) -> dict:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def main() -> int:
    breaks = find_breaks(_load(RELEASED), _load(PRESENT))
    print("\n".join(breaks) if breaks else "every client of the released description goes on working")
    return 1 if breaks else 0


if __name__ == "__main__":
    sys.exit(main())
