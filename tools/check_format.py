#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when clang-format would change a C++ file. `check_format.py --fix` changes them."""

import os
import subprocess
import sys

from project_files import ROOT, clang_tool, cpp_files


def main() -> int:
    how = ["-i"] if "--fix" in sys.argv[1:] else ["--dry-run", "-Werror"]
    files = [str(file.relative_to(ROOT)) for file in cpp_files()]
    # Compilers of a configured build count as colour terminals here; plain text reads better in logs.
    environment = os.environ | {"TERM": "dumb"}
    if not files:
        return 0
    return subprocess.run([clang_tool("clang-format"), *how, *files], cwd=ROOT, env=environment,
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
