#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when shellcheck has something to say about a shell script of the project."""

import subprocess
import sys

from project_files import ROOT, is_script, project_files


def main() -> int:
    scripts = [str(file.relative_to(ROOT)) for file in project_files() if is_script(file)]
    if not scripts:
        print("no shell scripts found; that cannot be")
        return 1
    return subprocess.run(["shellcheck", *scripts], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
