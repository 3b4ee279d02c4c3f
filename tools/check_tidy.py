#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy with .clang-tidy over the translation units of a build directory.

    check_tidy.py BUILD_DIR [PATH…]

Without PATH it looks at everything but tests, which would take longer than the rest together; with PATH at
the units that are made of sources below these folders or files. A unit is what is compiled at once, which is
mostly a group of sources. A unit whose command, configuration and inputs are
those of a run that found nothing is not looked at again; BUILD_DIR/tidy remembers them.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

from project_files import ROOT, clang_tool

TEST_FILE = re.compile(r"(^|/)(tests|testing)/|_test\.cpp$")


class Unit:
    """A translation unit of the compile database: a source, or a group of sources that are compiled together."""

    def __init__(self, entry: dict, seen: pathlib.Path):
        self.file = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        self._directory = entry["directory"]
        self._command = shlex.split(entry["command"])
        self.name = self._command[self._command.index("-o") + 1].replace("CMakeFiles/", "")
        self._stamp = seen / self.name.replace("/", "_")
        text = self.file.read_text(encoding="utf-8") if "/Unity/" in entry["file"] else ""
        # What CMake makes of a target with UNITY_BUILD: one line for each source.
        self.sources = [pathlib.Path(path) for path in re.findall(r'^#include "(.*)"$', text, re.M)] or [self.file]

    def _digest(self) -> str:
        """Of all that the findings depend on: the command, the configuration, every project file."""
        command = [word for word in self._command if not word.endswith("ccache")]
        out = command.index("-o")
        listed = subprocess.run([*command[:out], *command[out + 2:], "-MM", "-MF", "-"],
                                cwd=self._directory, capture_output=True, text=True, check=False)
        inputs = listed.stdout.replace("\\\n", " ").split()[1:]
        digest = hashlib.sha256(" ".join(command).encode())
        digest.update((ROOT / ".clang-tidy").read_bytes())
        for name in inputs:
            file = pathlib.Path(self._directory, name).resolve()
            if file.is_relative_to(ROOT):
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def check(self, tidy: str, build: pathlib.Path) -> tuple[str, float]:
        """The findings, empty when there are none, and the seconds it took."""
        began = time.monotonic()
        digest = self._digest()
        if self._stamp.exists() and self._stamp.read_text() == digest:
            return "", 0
        done = subprocess.run([tidy, "--quiet", "-p", build, self.file], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            self._stamp.write_text(digest)
            return "", time.monotonic() - began
        return done.stdout + done.stderr, time.monotonic() - began


def units(build: pathlib.Path, paths: list[pathlib.Path]) -> list[Unit]:
    database = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    seen = build / "tidy"
    seen.mkdir(exist_ok=True)
    all_units = [Unit(entry, seen) for entry in database]
    for path in paths:
        if not any(source.is_relative_to(path) for unit in all_units for source in unit.sources):
            sys.exit(f"{path}: no translation unit is made of it")

    def is_wanted(source: pathlib.Path) -> bool:
        if source.is_relative_to(build):
            return False
        if paths:
            return any(source.is_relative_to(path) for path in paths)
        return not TEST_FILE.search(source.relative_to(ROOT).as_posix())
    return [unit for unit in all_units if any(map(is_wanted, unit.sources))]


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    found = 0
    tidy = clang_tool("clang-tidy")
    work = units(build, [pathlib.Path(path).resolve() for path in sys.argv[2:]])
    times = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = {pool.submit(unit.check, tidy, build): unit for unit in work}
        for result in concurrent.futures.as_completed(results):
            findings, seconds = result.result()
            times.append((seconds, results[result].name))
            if findings:
                found += 1
                print(f"{results[result].name}:\n{findings}", flush=True)
    looked_at = sorted((entry for entry in times if entry[0]), reverse=True)
    print(f"{len(work)} translation units, {len(looked_at)} looked at, {found} with findings")
    print("the slowest:", ", ".join(f"{name} {seconds:.0f} s" for seconds, name in looked_at[:5]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
