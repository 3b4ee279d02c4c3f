#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on text that is not as every file of the project has it: an SPDX line at the top of what is
code, no blanks at the end of a line, a line feed at the end of the file, no tab or carriage return."""

import pathlib
import sys

from project_files import ROOT, is_script, project_files

SPDX = "SPDX-License-Identifier: Apache-2.0"
CODE = {".cpp", ".hpp", ".py", ".cmake", ".sh", ".R"}
TEXT = CODE | {".md", ".txt", ".yaml", ".json", ".toml", ".in", ".js", ".pl", ".Rd",
               ".Rmd"}
# Where in a file the SPDX line may be: after a line that starts an interpreter.
SPDX_WITHIN_LINES = 2


def complaints(file: pathlib.Path) -> list[str]:
    is_code = file.suffix in CODE or file.name == "CMakeLists.txt" or is_script(file)
    if not is_code and file.suffix not in TEXT:
        return []
    name = file.relative_to(ROOT)
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        return [f"{name}:1: is not UTF-8: {error}"]
    found = []
    lines = text.split("\n")
    if is_code and not any(SPDX in line for line in lines[:SPDX_WITHIN_LINES]):
        found.append(f"{name}:1: has no line '{SPDX}'")
    if text and not text.endswith("\n"):
        found.append(f"{name}:{len(lines)}: the last line has no end")
    if text.endswith("\n\n"):
        found.append(f"{name}:{len(lines) - 1}: empty lines at the end")
    for number, line in enumerate(lines, start=1):
        if line != line.rstrip():
            found.append(f"{name}:{number}: blanks at the end of the line")
        elif "\t" in line:
            found.append(f"{name}:{number}: a tab")
    return found


def main() -> int:
    files = project_files()
    found = [line for file in files for line in complaints(file)]
    print("\n".join(found) if found else f"{len(files)} files are in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
