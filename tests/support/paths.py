# SPDX-License-Identifier: Apache-2.0
"""Where the project and the program under test are."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What `./run` builds; FARTHING_PROGRAM names another, for example one with sanitizers.
PROGRAM = pathlib.Path(os.environ.get("FARTHING_PROGRAM", ROOT / "build/release/farthing")).resolve()
# Checks every entry of a database (tests/store_conformance/audit_store.cpp).
AUDITOR = pathlib.Path(os.environ.get(
    "FARTHING_AUDITOR",
    ROOT / "build/release/tests/store_conformance/farthing_audit_store")).resolve()
# The page that the project started from; it is kept beside the project, not in it.
SEED_PAGE = ROOT.parent / "shared" / "seed" / "V1alphaUserApi.md"
IN_CI = os.environ.get("CI") == "true"
