# SPDX-License-Identifier: Apache-2.0
"""How hard the program makes it to use a fault: what compiler and linker left in it, and what the process allows.
Only programs without sanitizers are hardened, so this looks at a release."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile
import unittest

from tests.support.paths import PROGRAM

TIMEOUT_S = 60
NOBODY = 65534


def read_program(*options: str) -> str:
    return subprocess.run(["readelf", "--wide", *options, str(PROGRAM)], capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=True).stdout


class Program(unittest.TestCase):

    def test_it_is_loaded_at_an_address_of_chance(self):
        self.assertRegex(read_program("--file-header"), r"Type:\s+DYN")
        self.assertRegex(read_program("--dynamic"), r"FLAGS_1\).*\bPIE\b")

    def test_what_the_loader_wrote_is_read_only(self):
        self.assertRegex(read_program("--program-headers"), r"GNU_RELRO")
        self.assertRegex(read_program("--dynamic"), r"FLAGS\).*\bBIND_NOW\b")

    def test_nothing_is_writable_and_executable(self):
        segments = read_program("--program-headers")
        stack = re.search(r"GNU_STACK.*? (R\S*\s?\S*)\s+0x", segments)
        self.assertIsNotNone(stack, segments)
        self.assertNotIn("E", stack[1])
        for flags in re.findall(r"LOAD .* ([R ][W ][E ]) 0x", segments):
            self.assertFalse("W" in flags and "E" in flags, segments)
        self.assertNotIn("TEXTREL", read_program("--dynamic"))

    def test_libraries_come_from_the_system_only(self):
        self.assertNotRegex(read_program("--dynamic"), r"RPATH|RUNPATH")

    def test_stack_and_buffers_are_checked(self):
        imported = read_program("--dyn-syms")
        self.assertIn("__stack_chk_fail", imported)
        # Functions of the C library in the form that knows how large the buffer is.
        self.assertRegex(imported, r"__\w+_chk\b(?<!__stack_chk)")

    @unittest.skipUnless(platform.machine() == "x86_64", "the instructions looked for are of x86-64")
    def test_indirect_jumps_have_to_land_on_a_mark(self):
        main = re.search(r"^\s*\d+: ([0-9a-f]+)\s+(\d+) FUNC\s+GLOBAL \S+\s+\d+ main$",
                         read_program("--symbols"), re.MULTILINE)
        self.assertIsNotNone(main, "the program has been stripped of its symbols")
        start = int(main[1], 16)
        code = subprocess.run(["objdump", "--disassemble", f"--start-address={start}",
                               f"--stop-address={start + 4}", str(PROGRAM)], capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=True).stdout
        self.assertIn("endbr64", code)


class Process(unittest.TestCase):

    def test_nobody_without_privileges_may_look_into_it_unless_it_is_allowed(self):
        """The files below /proc of a process that must be neither dumped nor debugged belong to root."""
        for setting, is_open in (("", False), ("core_dumps = false", False), ("core_dumps = true", True)):
            with self.subTest(setting=setting):
                self.assertEqual(self.is_own(setting), is_open)

    def is_own(self, setting: str) -> bool:
        """Whether what /proc shows of a server belongs to the unprivileged user that it runs as."""
        user = os.geteuid() or NOBODY
        with tempfile.TemporaryDirectory(prefix="farthing-dump-") as name:
            folder = pathlib.Path(name)
            # Where that user can reach it.
            program = shutil.copy(PROGRAM, folder / "farthing")
            (folder / "farthing.toml").write_text(setting, encoding="ascii")
            folder.chmod(0o755)
            data = folder / "data"
            data.mkdir(mode=0o700)
            os.chown(data, user, -1)
            command = [program, "serve", "--data", data, "--listen", "127.0.0.1:0", "--config", folder / "farthing.toml"]
            with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                  user=user if os.geteuid() == 0 else None) as server:
                try:
                    lines = iter(server.stderr.readline, "")
                    self.assertTrue(any("listening on" in line for line in lines))
                    return pathlib.Path(f"/proc/{server.pid}/environ").stat().st_uid == user
                finally:
                    server.terminate()
                    server.communicate(timeout=TIMEOUT_S)
