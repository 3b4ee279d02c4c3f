#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums up what `./test` left in its results folder: JUnit files of ctest, and the names of steps that failed
outside of it, one a line in failed-steps. Prints what failed and what was skipped, then one line
"N passed, N failed"; the exit code is 0 when nothing failed. With CI=true a skipped test is a failed one.
"""

import os
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcomes(file: pathlib.Path) -> list[tuple[str, str]]:
    """Name and outcome (passed, failed, skipped) of every test in a JUnit file."""
    found = []
    for case in ElementTree.parse(file).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            outcome = "skipped"
        elif case.get("status") == "run" and case.find("failure") is None:
            outcome = "passed"
        else:
            outcome = "failed"
        found.append((f"{file.stem}: {case.get('name')}", outcome))
    return found


def main() -> int:
    results = pathlib.Path(sys.argv[1])
    in_ci = os.environ.get("CI") == "true"
    all_outcomes = []
    for file in sorted(results.glob("*.xml")):
        try:
            all_outcomes += outcomes(file)
        except ElementTree.ParseError as error:
            all_outcomes.append((f"{file.name} cannot be read: {error}", "failed"))
    steps = results / "failed-steps"
    if steps.exists():
        all_outcomes += [(name, "failed") for name in steps.read_text(encoding="utf-8").splitlines()]
    skipped = [name for name, outcome in all_outcomes if outcome == "skipped"]
    failed = [name for name, outcome in all_outcomes if outcome == "failed"]
    passed = len(all_outcomes) - len(skipped) - len(failed)
    for name in skipped:
        print(f"SKIPPED  {name}" + (" (a failure in CI)" if in_ci else ""))
    if in_ci:
        failed += skipped
    for name in failed:
        print(f"FAILED   {name}")
    if passed == 0 and not failed:
        print("FAILED   no test ran")
        failed.append("no test ran")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
