# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `java` makes with the library `native` compiles, with the versions in its pom."""

import unittest

from tests.clients.tools import INSTALL_TIMEOUT_S, generate, need, run


class JavaClient(unittest.TestCase):

    def test_it_compiles(self):
        need("javac", at_least=(11, 0))
        need("mvn")
        folder = generate("java", "--library", "native")
        run(["mvn", "--quiet", "--batch-mode", "compile"], cwd=folder, timeout_s=INSTALL_TIMEOUT_S)
        self.assertTrue((folder / "target/classes/org/openapitools/client/model/Charge.class").exists())
