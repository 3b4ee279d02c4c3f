# SPDX-License-Identifier: Apache-2.0
"""The R package: its tarball built, checked, linted, and installed into an empty library, its own tests
run against the server. What those found goes to FARTHING_R_RESULTS, a file in JUnit's form, one case a
test; `./test` counts them."""

import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest

from tests.support.case import ServerCase
from tests.support.paths import IN_CI, ROOT, SEED_PAGE

PACKAGE = ROOT / "sdk" / "r"
FAULT_LIST = ROOT / "docs" / "reference" / "r-package.md"
README = (ROOT / "README.md").read_text(encoding="utf-8")
FAULTS = 21
TIMEOUT_S = 900
# What R CMD check would ask the network for.
OFFLINE = {"_R_CHECK_CRAN_INCOMING_": "false", "_R_CHECK_SYSTEM_CLOCK_": "false"}


@unittest.skipUnless(shutil.which("R") or IN_CI, "R is not there")
class RPackage(ServerCase):

    @classmethod
    def make_world(cls):
        cls.caller = cls.world.caller("12.500000001")
        folder = tempfile.TemporaryDirectory(prefix="farthing-r-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.environment = cls.make_environment()
        cls.run_r("CMD", "build", PACKAGE)
        cls.tarball, = cls.folder.glob("openapi_*.tar.gz")

    @classmethod
    def make_environment(cls) -> dict[str, str]:
        """Where the server is, for the package and for its tests; a compiler that remembers; no network:
        an empty repository of packages stands for the one that R would ask."""
        makevars = cls.folder / "Makevars"
        makevars.write_text("CXX20 = ccache g++\n" if shutil.which("ccache") else "",
                            encoding="ascii")
        repository = cls.folder / "repository" / "src" / "contrib"
        repository.mkdir(parents=True)
        (repository / "PACKAGES").touch()
        profile = cls.folder / "Rprofile"
        profile.write_text(f'options(repos = c(CRAN = "file://{repository.parents[1]}"))\n',
                           encoding="utf-8")
        server = {"API_HOST": cls.server.url, "STABILITY_API_KEY": cls.caller.key,
                  "FARTHING_TEST_URL": cls.server.url, "FARTHING_TEST_KEY": cls.caller.key,
                  "FARTHING_TEST_ADMIN_KEY": cls.server.admin_key,
                  "FARTHING_TEST_ORGANIZATION": cls.caller.organization}
        if SEED_PAGE.exists():
            server["FARTHING_SEED_PAGE"] = str(SEED_PAGE)
        kept = {name: value for name, value in os.environ.items()
                if not name.lower().endswith("_proxy")}
        return kept | server | OFFLINE | {
            "LC_ALL": "C.UTF-8", "R_MAKEVARS_USER": str(makevars), "R_PROFILE_USER": str(profile),
            "R_LIBS_USER": str(cls.folder / "no-library"), "MAKEFLAGS": f"-j{os.cpu_count()}"}

    @classmethod
    def run_r(cls, *arguments, fails: bool = False, **variables: str) -> str:
        done = subprocess.run(["R", *arguments], cwd=cls.folder, env=cls.environment | variables,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=TIMEOUT_S)
        if (done.returncode != 0) != fails:
            raise AssertionError(f"R {' '.join(map(str, arguments))} ended with "
                                 f"{done.returncode}:\n{done.stdout}")
        return done.stdout

    @classmethod
    def run_code(cls, code: str, **variables: str) -> str:
        return cls.run_r("--no-echo", "--no-restore", "-e", code, **variables)

    def installed(self) -> pathlib.Path:
        """A library with this package in it and nothing else."""
        library = self.folder / "library"
        if not library.exists():
            library.mkdir()
            self.run_r("CMD", "INSTALL", f"--library={library}", self.tarball)
        return library

    def test_the_tarball_has_the_sdk_in_it_and_no_links(self):
        with tarfile.open(self.tarball) as tarball:
            names = set(tarball.getnames())
            self.assertFalse([member.name for member in tarball if not (member.isfile() or
                                                                        member.isdir())])
        sources = {f"openapi/src/{file.relative_to(ROOT)}"
                   for folder in ("base/json", "sdk/cpp/src", "sdk/cpp/include/farthing")
                   for file in (ROOT / folder).rglob("*.[ch]pp")}
        tests = {name for name in sources if name.endswith("_test.cpp")}
        self.assertEqual(sources - names, tests)

    def test_r_cmd_check_has_nothing_to_say(self):
        results = os.environ.get("FARTHING_R_RESULTS", str(self.folder / "results.xml"))
        try:
            self.run_r("CMD", "check", "--as-cran", "--no-manual", self.tarball,
                       FARTHING_JUNIT=results)
        finally:
            log = self.folder / "openapi.Rcheck" / "00check.log"
            text = log.read_text(encoding="utf-8") if log.exists() else "there is no log"
            for failed in (self.folder / "openapi.Rcheck").glob("tests/*.fail"):
                text += failed.read_text(encoding="utf-8", errors="replace")
        self.assertIn("\nStatus: OK\n", text, text)
        self.assertIn("<testcase", pathlib.Path(results).read_text(encoding="utf-8"))

    def test_it_installs_into_an_empty_library_and_runs_the_example(self):
        library = self.installed()
        self.assertEqual(os.listdir(library), ["openapi"])
        script = library / "openapi" / "examples" / "account_and_balance.R"
        output = self.run_r("--no-echo", f"--file={script}", R_LIBS=str(library))
        self.assertIn(f'email = "{self.caller.email}"', output)
        self.assertIn("BalanceResponseBody$new(credits = 12.500000001)", output)

    def test_the_readme_shows_how(self):
        snippet, = re.findall(r"^```r\n(.*?)^```$", README, re.M | re.S)
        output = self.run_code(snippet, R_LIBS=str(self.installed()))
        self.assertIn("BalanceResponseBody$new(credits = 12.500000001)", output)

    def test_a_unix_socket_is_where_its_path_says(self):
        script = self.installed() / "openapi" / "examples" / "account_and_balance.R"
        output = self.run_r("--no-echo", f"--file={script}", R_LIBS=str(self.installed()),
                            API_HOST=f"unix:{self.socket}")
        self.assertIn("BalanceResponseBody$new(credits = 12.500000001)", output)

    def test_configure_says_what_is_missing(self):
        output = self.run_r("CMD", "INSTALL", f"--library={self.folder}", self.tarball, fails=True,
                            LIBCURL_LIBS="-lthere-is-no-such-library")
        self.assertIn("libcurl4-openssl-dev", output)
        self.assertFalse((self.folder / "openapi").exists())

    def test_lintr_has_nothing_to_say(self):
        output = self.run_code(f'cat(length(print(lintr::lint_dir("{PACKAGE}"))))')
        self.assertEqual(output.strip().splitlines()[-1], "0", output)

    def test_every_fault_is_listed_with_its_tests(self):
        tests = re.findall(r'test_that\("(fault (\d+): [^"]+)"',
                           (PACKAGE / "tests/testthat/test-faults.R").read_text(encoding="utf-8"))
        self.assertEqual(sorted({int(number) for _, number in tests}), [*range(1, FAULTS + 1)])
        page = FAULT_LIST.read_text(encoding="utf-8")
        for name, number in tests:
            row = re.search(rf"^\| {number} \|.*$", page, re.M)
            self.assertTrue(row and f"`{name}`" in row[0], f"{FAULT_LIST.name} lacks {name}")

    def test_it_has_the_version_of_the_project(self):
        description = (PACKAGE / "DESCRIPTION").read_text(encoding="utf-8")
        version = re.search(r"^Version: (\S+)$", description, re.M)[1]
        header = (ROOT / "sdk/cpp/include/farthing/version.hpp").read_text(encoding="utf-8")
        self.assertIn(f'"{version}"', header)
