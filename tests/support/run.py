# SPDX-License-Identifier: Apache-2.0
"""Runs one module of unittest cases as one test of ctest: python3 -m tests.support.run MODULE

Ends with 0 when all passed, 1 when one failed, 77 when none failed and some were skipped; in CI a skipped
case is a failed one.
"""

import sys
import unittest

from .paths import IN_CI

SKIPPED = 77


def main() -> int:
    suite = unittest.defaultTestLoader.loadTestsFromName(sys.argv[1])
    if suite.countTestCases() == 0:
        print(f"{sys.argv[1]} has no cases; that cannot be")
        return 1
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    for case, reason in result.skipped:
        print(f"SKIPPED: {case}: {reason}")
    if not result.wasSuccessful():
        return 1
    if not result.skipped:
        return 0
    return 1 if IN_CI else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
