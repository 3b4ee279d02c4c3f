#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What ./test builds and runs when it is asked for a part: the script itself, in a project of a few folders,
with programs in place of CMake and CTest that tell how they were called."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("base", "sdk/cpp", "selftest/http", "server/http", "server/http/handlers", "server/ledger")

# Tells its arguments. CTest's leaves one test that has passed.
FAKE = """#!/bin/sh
echo "${0##*/} $*" >>"$FAKES/calls"
while [ $# -gt 1 ]; do
  if [ "$1" = --output-junit ]; then
    echo '<testsuite><testcase name="a" status="run"/></testsuite>' >"$2"
  fi
  shift
done
"""


class TestScript(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-test-script-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "project"
        self.fakes = pathlib.Path(folder.name) / "fakes"
        (self.root / "tools").mkdir(parents=True)
        self.fakes.mkdir()
        shutil.copy(ROOT / "test", self.root)
        shutil.copy(ROOT / "tools" / "test_summary.py", self.root / "tools")
        for program in (self.fakes / "cmake", self.fakes / "ctest", self.root / "tools" / "setup.sh"):
            program.write_text(FAKE)
            program.chmod(0o755)
        for each in FOLDERS:
            (self.root / each).mkdir(parents=True, exist_ok=True)
            (self.root / each / "CMakeLists.txt").write_text("if(A)\n  farthing_test(a\n  SOURCES a.cpp)\n")
        database = self.root / "tests" / "copy"
        database.mkdir(parents=True)
        (database / "CMakeLists.txt").write_text('  farthing_postgres_test(copy_test "*")\n')
        (self.root / "server" / "CMakeLists.txt").write_text("add_subdirectory(ledger)\n")
        # What an earlier run has left is neither a part nor lost when there is nothing to run.
        self.result = self.root / "build" / "test-results" / "old.xml"
        self.result.parent.mkdir(parents=True)
        self.result.write_text("old")
        (self.root / "build" / "CMakeLists.txt").write_text("farthing_test(b)\n")

    def run_script(self, *arguments: str, citus: str = "", ci: str = "") -> subprocess.CompletedProcess:
        path = f"{self.fakes}:{os.environ['PATH']}"
        return subprocess.run([self.root / "test", *arguments], check=False, capture_output=True, text=True,
                              env=os.environ | {"PATH": path, "FAKES": self.fakes, "FARTHING_CITUS": citus,
                                                "CI": ci},
                              timeout=60)

    def calls(self) -> list[str]:
        file = self.fakes / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def folders_run(self) -> list[str]:
        return [call.split("--test-dir ")[1].split()[0] for call in self.calls() if call.startswith("ctest ")]

    def test_fast_builds_and_runs_unit_tests_and_installs_only_what_they_need(self):
        done = self.run_script("fast")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.endswith("1 passed, 0 failed\n"), done.stdout)
        self.assertEqual(self.calls()[0], "setup.sh build unit")
        self.assertIn("cmake --build --preset dev --target farthing_unit_tests", self.calls())
        self.assertEqual(self.folders_run(), ["build/dev"])
        self.assertFalse(self.result.exists())

    def test_everything_installs_everything(self):
        self.run_script()
        self.assertEqual(self.calls()[0], "setup.sh run build postgres unit test")

    def test_clients_alone_need_the_server_and_install_no_toolchain(self):
        done = self.run_script("clients")
        self.assertTrue(done.stdout.endswith("1 passed, 0 failed\n"), done.stdout)
        self.assertEqual(self.calls()[0], "setup.sh run build unit")
        self.assertIn("cmake --build --preset release --target farthing", self.calls())
        self.assertEqual([call.split()[4] for call in self.calls() if call.startswith("ctest ")], ["^(clients)$"])

    def test_in_ci_the_toolchains_of_clients_are_installed(self):
        self.run_script("clients", ci="true")
        self.assertEqual(self.calls()[0], "setup.sh run build unit clients")

    def test_without_a_cluster_of_citus_it_says_so(self):
        done = self.run_script()
        self.assertIn("SKIPPED: all tests on Citus", done.stdout)
        self.assertNotIn("citus", " ".join(self.calls()))

    def test_a_cluster_of_citus_is_used(self):
        done = self.run_script(citus="postgres://postgres@127.0.0.1/farthing")
        self.assertNotIn("SKIPPED", done.stdout)
        self.assertEqual([call.split()[4] for call in self.calls() if "citus" in call and "ctest" in call],
                         ["^(citus)$"])

    def test_a_part_is_what_is_in_folders_of_its_name_and_runs_once(self):
        done = self.run_script("fast", "http")
        self.assertTrue(done.stdout.endswith("2 passed, 0 failed\n"), done.stdout)
        self.assertIn("cmake --build --preset dev --target farthing_unit_tests_of_http", self.calls())
        self.assertEqual(self.folders_run(), ["build/dev/selftest/http", "build/dev/server/http"])

    def test_several_parts_may_lie_in_each_other(self):
        self.run_script("fast", "ledger", "server", "sdk")
        self.assertIn("cmake --build --preset dev --target farthing_unit_tests_of_ledger "
                      "farthing_unit_tests_of_server farthing_unit_tests_of_sdk", self.calls())
        self.assertEqual(self.folders_run(), ["build/dev/sdk/cpp", "build/dev/server/http",
                                              "build/dev/server/ledger"])

    def test_a_wrong_part_says_which_there_are_and_runs_nothing(self):
        for wrong in ("legder", "a b", "", "build", "*"):
            done = self.run_script("fast", "http", wrong)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr, f"test: there is no part '{wrong}'; the parts are: "
                                          "base copy cpp handlers http ledger sdk selftest server tests\n")
        self.assertEqual(self.run_script("slow").returncode, 2)
        self.assertEqual(self.run_script("clients", "go").returncode, 2)
        self.assertEqual(self.calls(), [])
        self.assertTrue(self.result.exists())


if __name__ == "__main__":
    unittest.main()
