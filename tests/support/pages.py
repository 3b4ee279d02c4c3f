# SPDX-License-Identifier: Apache-2.0
"""Pages whose commands are run as they stand: the blocks of shell below a comment `<!-- test: NAME -->`, and the block of
text behind one, which is what it prints."""

import re
from typing import NamedTuple

_SNIPPET = re.compile(r"^<!-- test: ([\w-]+) -->\n```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.M | re.S)
_CHANGING = ((re.compile(r"\b(org|user|grant|charge|hold|refund|key)-[0-9a-z]{26,}"), r"\1-…"),
             (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z"), "INSTANT"),
             (re.compile(r"\b[0-9a-f]{32,64}\b"), "HASH"))


class Snippet(NamedTuple):
    name: str
    commands: str
    printed: str  # empty where the page does not say


def snippets(page: str) -> list[Snippet]:
    return [Snippet(*found) for found in _SNIPPET.findall(page)]


def lasting(text: str) -> str:
    """What is the same each time: tabs expanded; of ids, instants and hashes only where they stand."""
    text = text.expandtabs()
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    return text
