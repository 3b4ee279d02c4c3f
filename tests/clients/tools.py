# SPDX-License-Identifier: Apache-2.0
"""The tools that make, compile and load clients of other languages. What comes from a registry is of the
versions in a lock file and is kept in build/clients, where the next run finds it."""

import contextlib
import fcntl
import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
from typing import Callable, Iterator

from tests.support.paths import IN_CI, ROOT

HERE = pathlib.Path(__file__).resolve().parent
BUILD = ROOT / "build" / "clients"
TIMEOUT_S = 300
INSTALL_TIMEOUT_S = 600
_ADVICE = "'tools/setup.sh clients' installs what Debian has of it"


def run(command: list, *, cwd: pathlib.Path = ROOT, timeout_s: float = TIMEOUT_S, **environment: str) -> str:
    """What the command printed; an AssertionError with that when it failed."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=os.environ | environment, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", timeout=timeout_s)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def need(program: str, ask_version: str = "--version", at_least: tuple[int, ...] = ()) -> None:
    """Skips the test, and says why, where there is no such program or only an older one."""
    if not shutil.which(program):
        raise unittest.SkipTest(f"there is no {program}; {_ADVICE}")
    if not at_least:
        return
    told = run([program, *ask_version.split()])
    found = tuple(map(int, re.search(r"(\d+)\.(\d+)", told).groups()))
    if found < at_least:
        wanted = ".".join(map(str, at_least))
        raise unittest.SkipTest(f"{program} is of version {'.'.join(map(str, found))}, and at least "
                                f"{wanted} is needed")


def need_library(command: list[str], name: str) -> None:
    """Skips the test, and says why, where the command, which loads a library, does not succeed."""
    try:
        run(command)
    except AssertionError as error:
        raise unittest.SkipTest(f"there is no {name}; {_ADVICE}: {error}") from error


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Lets one process at a time install or make the thing of that name."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{name}.lock").open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _installed(name: str, lock_file: pathlib.Path, install: Callable[[pathlib.Path], None]) -> pathlib.Path:
    """The folder that `install` has filled from `lock_file`, now or in an earlier run."""
    folder = BUILD / name
    stamp = folder / "installed-from"
    digest = hashlib.sha256(lock_file.read_bytes() + sys.version.encode()).hexdigest()
    with locked(name):
        if not stamp.exists() or stamp.read_text(encoding="ascii") != digest:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                install(folder)
            except AssertionError as error:
                if IN_CI:
                    raise
                raise unittest.SkipTest(f"{name} could not be installed: {error}") from error
            stamp.write_text(digest, encoding="ascii")
    return folder


def _install_python(folder: pathlib.Path) -> None:
    run([sys.executable, "-m", "venv", folder])
    run([folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
         "--requirement", HERE / "requirements.txt"], timeout_s=INSTALL_TIMEOUT_S)


def _install_npm(folder: pathlib.Path) -> None:
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "npm" / file, folder)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], cwd=folder,
        timeout_s=INSTALL_TIMEOUT_S)


@functools.cache
def python_folder() -> pathlib.Path:
    """A virtual environment with what requirements.txt names."""
    return _installed("python-tools", HERE / "requirements.txt", _install_python)


@functools.cache
def npm_folder() -> pathlib.Path:
    """A folder with the `node_modules` that npm/package-lock.json names."""
    need("node", at_least=(18, 17))
    need("npm")
    return _installed("npm-tools", HERE / "npm" / "package-lock.json", _install_npm)


def npm_program(name: str) -> pathlib.Path:
    return npm_folder() / "node_modules" / ".bin" / name


def generate(generator: str, *options: str) -> pathlib.Path:
    """The folder, made afresh, with what the generator makes of api/openapi.yaml. The call is the one that
    docs/reference/clients.md shows."""
    need("java", at_least=(11, 0))
    jar, = python_folder().glob("lib/python3*/site-packages/openapi_generator_cli/openapi-generator.jar")
    folder = BUILD / generator
    shutil.rmtree(folder, ignore_errors=True)
    run(["java", "-jar", jar, "generate", "-i", "api/openapi.yaml", "-g", generator, *options, "-o", folder])
    return folder
