#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_layers.py against small trees: each case is one file and the complaint that it must draw."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parent / "check_layers.py"
LAYERS = """
# a comment
base:           <openssl/>
server/ledger:  base
server/store:   base <boost/unordered/>
server/http:    base server/ledger <boost/>
sdk/cpp:        <curl/>
cli:            base sdk/cpp
model:          base
tests:          base server/http <boost/> <gtest/>
"""
FILES = {
    "base/credits.hpp": "#pragma once\n",
    "server/ledger/state.hpp": '#pragma once\n#include "base/credits.hpp"\n',
    "server/http/inner/session.hpp": "#pragma once\n",
    "sdk/cpp/include/farthing/client.hpp": "#pragma once\n",
    "model/ledger.hpp": "#pragma once\n",
    "tests/support/server.hpp": "#pragma once\n",
}


class Layers(unittest.TestCase):
    def check(self, path: str, line: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in (FILES | {path: f"// first\n{line}\n"}).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            (root / "tools").mkdir()
            (root / "tools" / "layers.txt").write_text(LAYERS, encoding="utf-8")
            return subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True,
                                  check=False)

    def test_allowed(self):
        for path, line in [
                ("server/ledger/a.cpp", '#include "base/credits.hpp"'),
                ("server/ledger/a.cpp", '#include "state.hpp"'),
                ("server/ledger/a.cpp", "#include <vector>"),
                ("server/ledger/a.cpp", "#include <sys/socket.h>"),
                ("server/ledger/a_test.cpp", "#include <gtest/gtest.h>"),
                ("server/ledger/a_test.cpp", "#include <rapidcheck.h>"),
                ("server/ledger/a_test.cpp", '#include "tests/support/server.hpp"'),
                ("server/ledger/a_test.cpp", '#include "model/ledger.hpp"'),
                ("server/ledger/testing/a_fixture.hpp", "#include <gtest/gtest.h>"),
                ("sdk/cpp/tests/a.cpp", "#include <gmock/gmock.h>"),
                ("server/http/inner/a.cpp", '#include "server/ledger/state.hpp"'),
                ("server/http/a.cpp", "#include <boost/asio/ip/tcp.hpp>"),
                ("server/store/a.cpp", "#include <boost/unordered/unordered_flat_map.hpp>"),
                ("cli/a.cpp", "#include <farthing/client.hpp>"),
        ]:
            with self.subTest(path=path, line=line):
                result = self.check(path, line)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_refused(self):
        for path, line, why in [
                ("base/a.hpp", '#include "server/ledger/state.hpp"', "goes up"),
                ("base/a.hpp", '#  include "../server/ledger/state.hpp"', "goes up"),
                ("server/ledger/a.cpp", '#include "server/http/inner/session.hpp"', "goes up"),
                ("server/ledger/a.cpp", "#include <openssl/evp.h>", "not allowed"),
                ("server/store/a.cpp", "#include <boost/asio/ip/tcp.hpp>", "not allowed"),
                ("server/ledger/a.cpp", "#include <gtest/gtest.h>", "not allowed"),
                ("server/ledger/latest.cpp", "#include <gtest/gtest.h>", "not allowed"),
                ("server/ledger/a.cpp", "#include <rapidcheck.h>", "not allowed"),
                ("server/ledger/a.cpp", '#include "tests/support/server.hpp"', "goes up"),
                ("server/ledger/a_test.cpp", '#include "server/http/inner/session.hpp"', "goes up"),
                ("server/http/a.cpp", "#include <farthing/client.hpp>", "goes up"),
                ("cli/a.cpp", '#include "server/ledger/state.hpp"', "goes up"),
                ("base/a.hpp", '#include "base/absent.hpp"', "no file of the project"),
                ("elsewhere/a.cpp", "", "belongs to no layer"),
        ]:
            with self.subTest(path=path, line=line):
                result = self.check(path, line)
                self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
                self.assertIn(f"{path}:{2 if line else 1}: ", result.stdout)
                self.assertIn(why, result.stdout)

    def test_the_projects_own_table_forbids(self):
        """One include for each folder that has a line of its own; the file is in the tree, added to a copy."""
        own = CHECK.parent
        for folder, header in [
                ("server/ledger", "server/directory/entities.hpp"),
                ("server/directory", "server/store/store.hpp"),
                ("server/store", "server/store/embedded/committer.hpp"),
                ("server/store/embedded", "server/store/postgres/session.hpp"),
                ("server/store/postgres", "server/store/embedded/committer.hpp"),
                ("server/service", "server/store/embedded/committer.hpp"),
                ("server/http", "server/ledger/state.hpp"),
                ("server/http", "server/api/problem.hpp"),
                ("server/api", "server/store/store.hpp"),
                ("server/api", "server/app/server_app.hpp"),
                ("sdk/cpp", "base/error.hpp"),
        ]:
            with self.subTest(folder=folder, header=header), tempfile.TemporaryDirectory() as made:
                root = pathlib.Path(made)
                for path, text in [(f"{folder}/a.cpp", f'#include "{header}"\n'), (header, "#pragma once\n"),
                                   ("tools/layers.txt", (own / "layers.txt").read_text(encoding="utf-8"))]:
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).write_text(text, encoding="utf-8")
                result = subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True,
                                        check=False)
                self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
                self.assertIn(f"{folder}/a.cpp:1: ", result.stdout)
                self.assertIn("goes up from", result.stdout)

    def test_a_layer_that_is_not_there_is_an_error_of_the_table(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tools").mkdir()
            (root / "tools" / "layers.txt").write_text("cli: base\n", encoding="utf-8")
            result = subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True,
                                    check=False)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("base, which is no layer", result.stderr)


if __name__ == "__main__":
    unittest.main()
