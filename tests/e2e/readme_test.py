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

from tests.support.pages import lasting, snippets
from tests.support.paths import ROOT
from tests.support.run_script import RunScript

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "127.0.0.1:8080"
TIMEOUT_S = 120
# The 1 000 credits of `./run`, less what the five calls capture.
CREDITS_LEFT = 982


def cpp_snippets() -> list[str]:
    return re.findall(r"^```cpp\n(.*?)^```$", README, re.M | re.S)


def unfolded(text: str) -> str:
    """The README folds long answers; a line that begins with a blank goes on."""
    return text.replace("\n ", "")


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
        cls.printed = {snippet.name: cls.run_commands(snippet.commands) for snippet in snippets(README)}

    @classmethod
    def run_commands(cls, commands: str) -> str:
        text = commands.replace(ADDRESS, f"127.0.0.1:{cls.script.port}")
        environment = {"PATH": os.environ["PATH"], "HOME": str(cls.folder), "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(["bash", "-euc", text], cwd=cls.folder, env=environment, text=True,
                              capture_output=True, check=False, timeout=TIMEOUT_S)
        if done.returncode != 0:
            raise AssertionError(f"{text}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_every_marked_snippet_runs(self):
        self.assertGreaterEqual(set(self.printed), {"five-calls", "curl", "command-line", "operator"})

    def test_the_five_calls_print_what_the_page_says(self):
        expected, = (snippet.printed for snippet in snippets(README) if snippet.name == "five-calls")
        self.assertEqual(len(unfolded(expected).splitlines()), 4)
        self.assertEqual(lasting(self.printed["five-calls"]), lasting(unfolded(expected)))

    def test_curl_gets_the_account_and_the_balance(self):
        decoder = json.JSONDecoder()
        output = self.printed["curl"]
        account, end = decoder.raw_decode(output)
        balance, _ = decoder.raw_decode(output[end:].lstrip())
        self.assertEqual((account["email"], balance), ("demo@example.com", {"credits": CREDITS_LEFT}))

    def test_the_command_line_gets_them_too(self):
        output = self.printed["command-line"]
        self.assertIn("demo@example.com", output)
        self.assertIn(f'"credits":{CREDITS_LEFT}', output.replace(" ", ""))

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
                         (0, f"demo@example.com has {CREDITS_LEFT} credits\n"), done.stderr)

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)#:]+)[)#]", README):
            with self.subTest(target=target):
                self.assertTrue((ROOT / target).exists())


if __name__ == "__main__":
    unittest.main()
