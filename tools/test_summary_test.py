#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_summary.py on results of every kind: its last line and exit code are what CI goes by."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SUMMARY = pathlib.Path(__file__).resolve().parent / "test_summary.py"
PASSED = '<testcase name="a" status="run"/>'
FAILED = '<testcase name="b" status="fail"><failure message=""/></testcase>'
SKIPPED = '<testcase name="c" status="notrun"><skipped message="why"/></testcase>'
NOT_RUN = '<testcase name="d" status="notrun"/>'


class Summary(unittest.TestCase):
    def check(self, files: dict[str, str], ci: str, code: int, last_line: str):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                pathlib.Path(folder, name).write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, SUMMARY, folder], capture_output=True, text=True,
                                  env=os.environ | {"CI": ci}, check=False)
        self.assertEqual(done.stdout.splitlines()[-1], last_line, done.stdout + done.stderr)
        self.assertEqual(done.returncode, code)

    def test_counts(self):
        def junit(*cases):
            return f"<testsuite>{''.join(cases)}</testsuite>"
        for files, ci, code, last_line in [
                ({"a.xml": junit(PASSED)}, "", 0, "1 passed, 0 failed"),
                ({"a.xml": junit(PASSED), "b.xml": junit(PASSED)}, "", 0, "2 passed, 0 failed"),
                ({"a.xml": junit(PASSED, FAILED)}, "", 1, "1 passed, 1 failed"),
                ({"a.xml": junit(PASSED, NOT_RUN)}, "", 1, "1 passed, 1 failed"),
                ({"a.xml": junit(PASSED, SKIPPED)}, "", 0, "1 passed, 0 failed"),
                ({"a.xml": junit(PASSED, SKIPPED)}, "true", 1, "1 passed, 1 failed"),
                ({"a.xml": junit(PASSED), "failed-steps": "build dev\n"}, "", 1,
                 "1 passed, 1 failed"),
                ({"a.xml": "<testsuite>"}, "", 1, "0 passed, 1 failed"),
                ({}, "", 1, "0 passed, 1 failed"),
        ]:
            with self.subTest(files=files, ci=ci):
                self.check(files, ci, code, last_line)


if __name__ == "__main__":
    unittest.main()
