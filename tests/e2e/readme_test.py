# SPDX-License-Identifier: Apache-2.0
"""The README's snippets, run as they stand behind `./run`: the shell blocks below a comment
`<!-- test: NAME -->`, in order and in one folder, and the C++ program. Only the port is another one."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from tests.support.paths import ROOT
from tests.support.run_script import RunScript

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "127.0.0.1:8080"
TIMEOUT_S = 120


def shell_snippets() -> dict[str, str]:
    return dict(re.findall(r"^<!-- test: ([\w-]+) -->\n```sh\n(.*?)^```$", README, re.M | re.S))


def cpp_snippets() -> list[str]:
    return re.findall(r"^```cpp\n(.*?)^```$", README, re.M | re.S)


class Readme(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-readme-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "build").symlink_to(ROOT / "build")
        cls.script = RunScript(cls.folder / "data")
        cls.addClassCleanup(cls.script.wait)
        cls.addClassCleanup(cls.script.interrupt)
        cls.script.wait_until_serving()

    def run_snippet(self, name: str) -> str:
        text = shell_snippets()[name].replace(ADDRESS, f"127.0.0.1:{self.script.port}")
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(["bash", "-euc", text], cwd=self.folder, env=environment, text=True,
                              capture_output=True, check=False, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_every_marked_snippet_runs(self):
        self.assertGreaterEqual(set(shell_snippets()), {"curl", "command-line", "operator"})
        for name in shell_snippets():
            with self.subTest(snippet=name):
                self.run_snippet(name)

    def test_curl_gets_the_account_and_the_balance(self):
        decoder = json.JSONDecoder()
        output = self.run_snippet("curl")
        account, end = decoder.raw_decode(output)
        balance, _ = decoder.raw_decode(output[end:].lstrip())
        self.assertEqual((account["email"], balance), ("demo@example.com", {"credits": 1000}))

    def test_the_command_line_gets_them_too(self):
        output = self.run_snippet("command-line")
        self.assertIn("demo@example.com", output)
        self.assertIn('"credits"', output)

    def test_the_program_compiles_and_gets_them_too(self):
        program, = cpp_snippets()
        source, binary = self.folder / "readme.cpp", self.folder / "readme"
        source.write_text(program, encoding="utf-8")
        compiler = shutil.which("g++")
        subprocess.run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", source, "-o", binary,
                        f"-I{ROOT}/sdk/cpp/include", ROOT / "build/release/sdk/cpp/libfarthing.a",
                        "-lcurl", "-pthread"], check=True, timeout=TIMEOUT_S)
        key = (self.folder / "data" / "demo.key").read_text(encoding="ascii").strip()
        done = subprocess.run(
            [binary], text=True, capture_output=True, check=False, timeout=TIMEOUT_S,
            env={"STABILITY_API_KEY": key, "API_HOST": f"http://127.0.0.1:{self.script.port}"})
        self.assertEqual((done.returncode, done.stdout),
                         (0, "demo@example.com has 1000 credits\n"), done.stderr)

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)#:]+)\)", README):
            with self.subTest(target=target):
                self.assertTrue((ROOT / target).exists())


if __name__ == "__main__":
    unittest.main()
