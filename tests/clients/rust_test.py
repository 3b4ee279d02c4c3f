# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `rust` makes with the library `reqwest` compiles, with the versions in
rust/Cargo.lock."""

import shutil
import unittest

from tests.clients.tools import BUILD, HERE, INSTALL_TIMEOUT_S, generate, need, run


class RustClient(unittest.TestCase):

    def test_it_compiles(self):
        need("cargo", at_least=(1, 85))
        folder = generate("rust", "--library", "reqwest")
        shutil.copy(HERE / "rust" / "Cargo.lock", folder)
        # What it is built of is compiled once.
        run(["cargo", "check", "--quiet", "--locked"], cwd=folder, timeout_s=INSTALL_TIMEOUT_S,
            CARGO_TARGET_DIR=str(BUILD / "rust-target"))
