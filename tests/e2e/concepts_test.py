# SPDX-License-Identifier: Apache-2.0
"""docs/concepts/ledger.md, run from its first command to its last in one shell: what is printed there below each
block of commands is what the program prints, tabs expanded. Ids, instants and hashes are not compared, only where
they stand."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.support.pages import lasting, snippets
from tests.support.paths import PROGRAM, ROOT
from tests.support.server import Server

PAGE = ROOT / "docs" / "concepts" / "ledger.md"
ADDRESS = "127.0.0.1:8080"
TIMEOUT_S = 120


def run_commands(commands: str, folder: pathlib.Path) -> str:
    environment = {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(folder),
                   "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env=environment,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=TIMEOUT_S)
    if done.returncode != 0:
        raise AssertionError(f"the page's commands ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def run_page(page: str, folder: pathlib.Path) -> dict[str, str]:
    """What each snippet prints, on both ways out together, by name. The last one wants the server stopped."""
    blocks = {name: f"echo '=== {name}'\n{commands}" for name, commands, _ in snippets(page)}
    offline = blocks.pop("offline")
    server = Server(folder / "data").start()
    try:
        commands = "".join(blocks.values()).replace(ADDRESS, f"127.0.0.1:{server.port}")
        output = run_commands(commands, folder)
        if server.stop() != 0:
            raise AssertionError(server.log())
        output += run_commands(offline, folder)
    finally:
        if server.is_running():
            server.kill()
    parts = re.split(r"^=== ([\w-]+)\n", output, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2]))


class Concepts(unittest.TestCase):

    def test_the_page_prints_what_the_program_prints(self):
        page = PAGE.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="farthing-concepts-") as folder:
            printed = run_page(page, pathlib.Path(folder))
        self.assertGreater(len(printed), 8)
        for name, _, expected in snippets(page):
            with self.subTest(snippet=name):
                self.assertEqual(lasting(printed[name]), lasting(expected))

    def test_links_lead_somewhere(self):
        page = PAGE.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)[)#]", page):
            with self.subTest(target=target):
                self.assertTrue((PAGE.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
