# SPDX-License-Identifier: Apache-2.0
"""What redocly and spectral say of api/openapi.yaml, which is nothing. The exceptions of spectral are in
npm/spectral.yaml, each with its reason; of redocly's recommended rules there are none."""

import unittest

from tests.clients.tools import HERE, npm_program, run

DOCUMENT = "api/openapi.yaml"


class Lint(unittest.TestCase):

    def test_redocly_has_nothing_to_say(self):
        told = run([npm_program("redocly"), "lint", "--extends=recommended", DOCUMENT], REDOCLY_TELEMETRY="off",
                   REDOCLY_SUPPRESS_UPDATE_NOTICE="true")
        self.assertIn("is valid", told)
        self.assertNotIn("warning", told.lower())

    def test_spectral_has_nothing_to_say(self):
        told = run([npm_program("spectral"), "lint", "--fail-severity=hint", "--ruleset",
                    HERE / "npm" / "spectral.yaml", DOCUMENT])
        self.assertIn("No results", told)
