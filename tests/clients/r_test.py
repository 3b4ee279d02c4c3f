# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `r` makes: it installs and loads as a package."""

import unittest

from tests.clients.tools import generate, need, need_library, run


class RClient(unittest.TestCase):

    def test_it_loads(self):
        need("R")
        for name in ("R6", "jsonlite", "httr", "base64enc", "stringr"):
            need_library(["Rscript", "-e", f"library({name})"], f"{name} of R")
        folder = generate("r")
        library = folder / "library"
        library.mkdir()
        run(["R", "CMD", "INSTALL", "--no-docs", "--no-byte-compile", f"--library={library}", folder])
        told = run(["Rscript", "-e", "library(openapi); cat(class(HoldCapture$new()), class(ApiKeysApi))"],
                   R_LIBS=str(library))
        self.assertIn("HoldCapture R6", told)
