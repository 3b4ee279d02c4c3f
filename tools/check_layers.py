#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on an include that tools/layers.txt does not allow, naming file, line and include.

    check_layers.py [ROOT]

A file belongs to the longest folder of the table that holds it. Quoted includes are files of the
project; <farthing/...> is the SDK; any other <a/b> needs <a/> in the table unless it is the system's.
Tests (*_test.cpp and what lies in a folder tests/ or testing/) may use the test libraries and what lies
in the layers tests, model and server/testing besides.
"""

import pathlib
import re
import sys
from typing import NamedTuple

SYSTEM_PREFIXES = {"arpa", "asm", "linux", "net", "netinet", "sys"}
TEST_PREFIXES = {"gtest", "gmock", "rapidcheck"}
SDK = "sdk/cpp"
TESTS = {"tests", "model", "server/testing"}
TEST_FILE = re.compile(r"(^|/)(tests|testing)/|_test\.[ch]pp$")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"(?P<own>[^"]+)"|<(?P<other>[^>]+)>)')
# Third parties whose main header is not in a folder.
BARE_HEADERS = {"rapidcheck.h": "rapidcheck"}


class Layer(NamedTuple):
    folders: set[str]
    prefixes: set[str]


def read_layers(path: pathlib.Path) -> dict[str, Layer]:
    layers = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        folder, _, allowed = line.partition(":")
        words = allowed.split()
        prefixes = {word.strip("</>") for word in words if word.startswith("<")}
        layers[folder.strip()] = Layer({word for word in words if not word.startswith("<")}, prefixes)
    for folder, layer in layers.items():
        unknown = layer.folders - layers.keys()
        if unknown:
            raise SystemExit(f"{path}: {folder} may include {', '.join(unknown)}, which is no layer")
    return layers


def layer_of(path: str, layers: dict[str, Layer]) -> str | None:
    holding = [folder for folder in layers if path.startswith(folder + "/")]
    return max(holding, key=len, default=None)


def project_path(root: pathlib.Path, file: pathlib.Path, include: str) -> str | None:
    """The path from the root of what a quoted include means, or None when there is no such file."""
    for folder in (file.parent, root):
        found = folder / include
        if found.is_file():
            return found.resolve().relative_to(root).as_posix()
    return None


def complaint(root, file, include: re.Match, own_layer: str, layers) -> str | None:
    """Why `file` may not include this, or None when it may."""
    layer = layers[own_layer]
    is_test = TEST_FILE.search(file.relative_to(root).as_posix()) is not None
    if include["own"]:
        target = project_path(root, file, include["own"])
        if target is None:
            return "is no file of the project"
        target_layer = layer_of(target, layers)
    else:
        prefix, slash, _ = include["other"].rpartition("/")
        if not slash:
            prefix = BARE_HEADERS.get(include["other"])
            if prefix is None:
                return None
        if f"{prefix}/".partition("/")[0] != "farthing":
            allowed = layer.prefixes | SYSTEM_PREFIXES | (TEST_PREFIXES if is_test else set())
            is_allowed = any(f"{prefix}/".startswith(f"{each}/") for each in allowed)
            return None if is_allowed else f"is not allowed in {own_layer}"
        target_layer = SDK
    if target_layer is None:
        return "belongs to no layer"
    if target_layer == own_layer or target_layer in layer.folders:
        return None
    if is_test and target_layer in TESTS:
        return None
    return f"goes up from {own_layer} to {target_layer}"


def check_file(root: pathlib.Path, file: pathlib.Path, layers: dict[str, Layer]) -> list[str]:
    name = file.relative_to(root).as_posix()
    own_layer = layer_of(name, layers)
    if own_layer is None:
        return [f"{name}:1: the file belongs to no layer of tools/layers.txt"]
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        include = INCLUDE.match(line)
        why = complaint(root, file, include, own_layer, layers) if include else None
        if why:
            found.append(f"{name}:{number}: {include[0].strip()}: {why}")
    return found


def sources(root: pathlib.Path) -> list[pathlib.Path]:
    skipped = {"build", ".git"}
    return sorted(file for pattern in ("*.hpp", "*.cpp") for file in root.rglob(pattern)
                  if file.relative_to(root).parts[0] not in skipped and not file.is_symlink())


def main() -> int:
    default = pathlib.Path(__file__).resolve().parent.parent
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else default
    layers = read_layers(root / "tools" / "layers.txt")
    files = sources(root)
    found = [line for file in files for line in check_file(root, file, layers)]
    print("\n".join(found) if found else f"{len(files)} files keep to their layers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
