#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when docs/concepts/security.md names a test that is not there, or a threat without one: what the
last column of the table of threats names has to be a file or a folder, by its path or by a name that no
other file has; so has every other source file that the page names."""

import re
import sys

from project_files import ROOT, project_files

PAGE = ROOT / "docs" / "concepts" / "security.md"
HEADER = "| threat | answer | shown by |"
_NAME = re.compile(r"`([^`]+)`")
_SOURCE = re.compile(r"[\w./-]+\.(?:cpp|py)")


def flaw(name: str, files: dict[str, int]) -> str | None:
    """What is wrong with the name of a test; `files` says how many files have a name."""
    if (ROOT / name).exists():
        return None
    count = files.get(name, 0)
    if count == 1:
        return None
    return f"there is no {name}" if count == 0 else f"{count} files are named {name}; give its path"


def complaints(lines: list[str], files: dict[str, int]) -> list[str]:
    found = []
    is_in_table = has_table = False
    for number, line in enumerate(lines, start=1):
        names = [name for name in _NAME.findall(line) if _SOURCE.fullmatch(name)]
        is_in_table = line == HEADER or (is_in_table and line.startswith("|"))
        has_table = has_table or is_in_table
        if is_in_table and line != HEADER and not line.startswith("|---"):
            names = _NAME.findall(line.rstrip("|").rsplit("|", 1)[1])
            if not names:
                found.append(f"{number}: no test shows it")
        found += [f"{number}: {what}" for name in names if (what := flaw(name, files))]
    return found if has_table else ["there is no table of threats"]


def main() -> int:
    files: dict[str, int] = {}
    for file in project_files():
        files[file.name] = files.get(file.name, 0) + 1
    found = complaints(PAGE.read_text(encoding="utf-8").splitlines(), files)
    name = PAGE.relative_to(ROOT)
    print("\n".join(f"{name}:{line}" for line in found) if found else f"{name} is in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
