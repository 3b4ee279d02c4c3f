#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Completes the description of the API. Writes into api/openapi.yaml, at each operation, the answers that the
transport may give to any request; a status that an operation describes by itself stays as it is. Writes
api/openapi.json, which is the same document with the examples in their places. With --check nothing is written,
and it is an error when something would have been."""

import json
import pathlib
import re
import sys
from typing import Any

import yaml

from project_files import ROOT

DOCUMENT = ROOT / "api" / "openapi.yaml"
# Status and component of what the transport answers before a request reaches its operation.
TRANSPORT = {
    408: "RequestTimeout",
    413: "PayloadTooLarge",
    414: "UriTooLong",
    415: "UnsupportedMediaType",
    417: "ExpectationFailed",
    431: "HeadersTooLarge",
    500: "ServerError",
    501: "NotImplemented",
    503: "Unavailable",
    505: "HttpVersionNotSupported",
}
# An operation without a body has no media type that could be wrong.
OF_BODIES = {415}
# v1alpha has one form for all its errors.
OF_V1ALPHA = "GoaError"

_PATH = re.compile(r"  (/\S*):")
_METHOD = re.compile(r"    (get|put|post|patch|delete):")
_STATUS = re.compile(r"        '(\d{3})':")


def _line(status: int, component: str) -> str:
    return f"        '{status}': {{$ref: '#/components/responses/{component}'}}"


def _transport_lines(path: str, method: str) -> dict[int, str]:
    is_v1alpha = path.startswith("/v1alpha/")
    return {status: _line(status, OF_V1ALPHA if is_v1alpha else component)
            for status, component in TRANSPORT.items()
            if method != "get" or status not in OF_BODIES}


def _responses_of(block: list[str]) -> dict[int, list[str]]:
    """Returns the lines of each status of one operation."""
    found: dict[int, list[str]] = {}
    status = 0
    for line in block:
        match = _STATUS.match(line)
        if match:
            status = int(match[1])
            found[status] = []
        elif status == 0:
            raise ValueError(f"there is no status before: {line}")
        found[status].append(line)
    return found


def _complete(block: list[str], path: str, method: str) -> list[str]:
    written = _transport_lines(path, method)
    every_form = [_line(status, component) for status, component in TRANSPORT.items()]
    kept = {status: lines for status, lines in _responses_of(block).items()
            if lines[0] not in every_form}
    for status, line in written.items():
        kept.setdefault(status, [line])
    return [line for status in sorted(kept) for line in kept[status]]


def with_transport(text: str) -> str:
    """Returns the document with the answers of the transport at each operation."""
    done: list[str] = []
    path = method = ""
    lines = iter(text.split("\n"))
    line = next(lines, None)
    while line is not None:
        if match := _PATH.fullmatch(line):
            path = match[1]
        elif match := _METHOD.fullmatch(line):
            method = match[1]
        done.append(line)
        if line != "      responses:":
            line = next(lines, None)
            continue
        block = []
        while (line := next(lines, None)) is not None and line.startswith("        "):
            block.append(line)
        done += _complete(block, path, method)
    return "\n".join(done)


def _with_examples(node: Any) -> Any:
    """Returns the node with each example in place of the name of its file."""
    if isinstance(node, list):
        return [_with_examples(item) for item in node]
    if not isinstance(node, dict):
        return node
    file = node.get("externalValue")
    if file is not None:
        text = (DOCUMENT.parent / file).read_text(encoding="utf-8")
        return {"value": json.loads(text)}
    return {name: _with_examples(item) for name, item in node.items()}


def as_json(text: str) -> str:
    """Returns the document as JSON."""
    return json.dumps(_with_examples(yaml.safe_load(text)), ensure_ascii=False, indent=1) + "\n"


def _differs(file: pathlib.Path, text: str) -> bool:
    return not file.exists() or file.read_text(encoding="utf-8") != text


def main(arguments: list[str]) -> int:
    text = with_transport(DOCUMENT.read_text(encoding="utf-8"))
    wanted = {DOCUMENT: text, DOCUMENT.with_suffix(".json"): as_json(text)}
    stale = [file for file, content in wanted.items() if _differs(file, content)]
    if "--check" in arguments:
        for file in stale:
            print(f"{file.relative_to(ROOT)}: is not as tools/openapi.py writes it; run that")
        return 1 if stale else 0
    for file in stale:
        file.write_text(wanted[file], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
