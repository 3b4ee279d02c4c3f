# SPDX-License-Identifier: Apache-2.0
"""Which files are the project's: those that git tracks or would track, or, outside a repository, all
but the build directories'."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
_NOT_OURS = {".git", "build", "data"}


def project_files() -> list[pathlib.Path]:
    """Regular files only, sorted; links are the files that they lead to."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=False) if (ROOT / ".git").exists() else None
    if listed and listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [file for file in ROOT.rglob("*")
                 if file.relative_to(ROOT).parts[0] not in _NOT_OURS]
    return sorted(file for file in set(files) if file.is_file() and not file.is_symlink())


def cpp_files() -> list[pathlib.Path]:
    return [file for file in project_files() if file.suffix in (".cpp", ".hpp")]


def clang_tool(name: str) -> str:
    """The program of the first version that is there of those with which the project's files are as they should be."""
    versions = [f"{name}-{version}" for version in (16, 17)]
    for program in versions:
        if shutil.which(program):
            return program
    sys.exit(f"there is no {' or '.join(versions)}; tools/setup.sh test installs one")


def is_script(file: pathlib.Path) -> bool:
    """Whether the file is a shell script: by its suffix or its first line."""
    if file.suffix == ".sh":
        return True
    if file.suffix:
        return False
    with file.open("rb") as content:
        first = content.readline(80)
    return first.startswith(b"#!") and first.rstrip().endswith(b"sh")
