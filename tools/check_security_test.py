#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What check_security.py finds, on pages made for it."""

import unittest

from check_security import HEADER, complaints

FILES = {"a_test.cpp": 1, "twice_test.cpp": 2}


def page(*rows: str) -> list[str]:
    return ["# Security", "", HEADER, "|---|---|---|", *rows, "", "| other | table |"]


class CheckSecurity(unittest.TestCase):

    def test_what_is_there_is_in_order(self):
        self.assertEqual(complaints(page("| one | `--option` | `a_test.cpp`, `tools`, `./test` |"),
                                    FILES), [])

    def test_what_is_not_there_is_told(self):
        self.assertEqual(complaints(page("| one | two | `a_test.cpp`, `gone_test.cpp` |"), FILES),
                         ["5: there is no gone_test.cpp"])
        self.assertEqual(complaints(page("| one | two | `twice_test.cpp` |"), FILES),
                         ["5: 2 files are named twice_test.cpp; give its path"])
        self.assertEqual(complaints(page("| one | `two` | nothing |"), FILES),
                         ["5: no test shows it"])

    def test_the_rest_of_the_page_counts_too(self):
        rest = ["Held by `gone_test.py` and `PATCH`."]
        self.assertEqual(complaints(page() + rest, FILES), ["7: there is no gone_test.py"])

    def test_a_page_without_the_table_is_none(self):
        self.assertEqual(complaints(["# Security"], FILES), ["there is no table of threats"])


if __name__ == "__main__":
    unittest.main()
