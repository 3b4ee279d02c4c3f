# SPDX-License-Identifier: Apache-2.0
"""The C++ SDK installed and used as its README says: its commands, its lines of CMake and its program, in a copy
of the sources, with another prefix, key and server."""

import json
import os
import pathlib
import re
import shutil
import subprocess

from tests.support.case import ServerCase
from tests.support.paths import PROGRAM, ROOT

PAGE = (ROOT / "sdk" / "cpp" / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
TIMEOUT_S = 280


def blocks(section: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[section], re.M | re.S)


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """`text` with the first of each pair replaced by the second; it must have them all."""
    for word, other in pairs:
        if word not in text:
            raise AssertionError(f"the page does not say {word}")
        text = text.replace(word, other)
    return text


class SdkInstall(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("12.500000001")
        cls.folder = cls.server.data.parent
        cls.prefix = cls.folder / "prefix"
        cls.sources = cls.folder / "sources"
        shutil.copytree(ROOT, cls.sources, symlinks=True,
                        ignore=shutil.ignore_patterns("build", ".git", "data", "__pycache__"))
        cls.install_commands, cls.compile_command = blocks("Install", "sh")
        cls.environment = os.environ | {"CCACHE_BASEDIR": str(cls.sources), "CCACHE_NOHASHDIR": "1",
                                        "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count()),
                                        "NO_PROXY": "127.0.0.1"}
        cls.output = cls.shell(replaced(cls.install_commands, ("/usr/local", str(cls.prefix))),
                               cls.sources)
        program = blocks("The two calls", "cpp")[0]
        cls.program = replaced(program, ("sk-…", cls.caller.key), ("http://127.0.0.1:8080", cls.server.url),
                               ("org-123456", cls.caller.organization))

    @classmethod
    def shell(cls, commands: str, folder: pathlib.Path, **variables: str) -> str:
        done = subprocess.run(["sh", "-euc", commands], cwd=folder, env=cls.environment | variables,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              timeout=TIMEOUT_S)
        if done.returncode != 0:
            raise AssertionError(f"{commands}\n{done.stdout}")
        return done.stdout

    def project(self, name: str) -> pathlib.Path:
        """A folder with the page's program in it."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "main.cpp").write_text(self.program, encoding="utf-8")
        return folder

    def with_pkg_config(self, name: str, library_folder: pathlib.Path) -> None:
        folder = self.project(name)
        self.shell(self.compile_command, folder, PKG_CONFIG_PATH=str(library_folder / "pkgconfig"))
        self.assertEqual(self.shell("./program", folder, LD_LIBRARY_PATH=str(library_folder)),
                         "12.500000001\n")

    def pkg_config(self, *arguments: str, prefix: pathlib.Path | None = None) -> list[str]:
        where = {"PKG_CONFIG_PATH": str((prefix or self.prefix) / "lib" / "pkgconfig")}
        return subprocess.run(["pkg-config", *arguments, "farthing"], env=os.environ | where, check=True,
                              capture_output=True, text=True, timeout=TIMEOUT_S).stdout.split()

    def test_a_plain_release_builds_without_a_warning(self):
        self.assertNotIn("warning:", self.output)

    def test_warnings_are_errors_in_our_presets_only(self):
        def flags(build: pathlib.Path) -> set[str]:
            return {flag for entry in json.loads((build / "compile_commands.json").read_text())
                    for flag in entry["command"].split()}
        self.assertIn("-Wall", flags(self.sources / "build"))
        self.assertNotIn("-Werror", flags(self.sources / "build"))
        self.assertIn("-Werror", flags(PROGRAM.parent))

    def test_find_package_finds_it(self):
        lines, = blocks("Install", "cmake")
        find, link = lines.splitlines()
        for name, line in (("static", link), ("shared", replaced(
                link, ("farthing::sdk)", "farthing::sdk_shared)")))):
            with self.subTest(library=name):
                folder = self.project(name)
                (folder / "CMakeLists.txt").write_text("\n".join((
                    "cmake_minimum_required(VERSION 3.25)", "project(program LANGUAGES CXX)", find,
                    "add_executable(program main.cpp)", line, "")), encoding="utf-8")
                self.shell(f"cmake -S . -B build -DCMAKE_PREFIX_PATH={self.prefix} && cmake --build build",
                           folder)
                self.assertEqual(self.shell("build/program", folder), "12.500000001\n")

    def test_pkg_config_finds_it(self):
        self.with_pkg_config("pkg-config", self.prefix / "lib")

    def test_what_a_static_program_needs_is_listed(self):
        self.assertNotIn("-lcurl", self.pkg_config("--libs"))
        needed = self.pkg_config("--static", "--libs")
        self.assertTrue({"-lfarthing", "-lcurl", "-pthread"} <= set(needed), needed)

    def test_it_may_be_moved(self):
        moved = self.folder / "moved"
        shutil.copytree(self.prefix, moved, symlinks=True)
        for file in (moved / "lib").rglob("*"):
            if file.suffix in (".pc", ".cmake"):
                text = file.read_text(encoding="utf-8")
                self.assertNotIn(str(self.prefix), text, file)
                self.assertNotIn("/usr/local", text, file)
        include, *_ = self.pkg_config("--cflags", prefix=moved)
        self.assertEqual(pathlib.Path(include.removeprefix("-I")).resolve(), moved / "include")
        self.with_pkg_config("moved-program", moved / "lib")

    def test_its_library_folder_may_be_anywhere(self):
        for name, library_folder in (("deep", "lib/deep/er"), ("absolute", str(self.folder / "elsewhere"))):
            with self.subTest(folder=name):
                prefix = self.folder / f"prefix-{name}"
                self.shell(f"cmake -S . -B build -DCMAKE_INSTALL_LIBDIR={library_folder} && "
                           f"cmake --install build --component sdk --prefix {prefix}", self.sources)
                self.with_pkg_config(f"program-{name}", prefix / library_folder)
