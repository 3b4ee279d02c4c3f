# SPDX-License-Identifier: Apache-2.0
"""A clock that a test may set for the processes that it starts, as if it were the machine's: libfaketime shows another
time, and the kernel's word about it is the test's. What counts on, CLOCK_BOOTTIME, stays what it is."""

import pathlib
import shutil
import subprocess

from .paths import ROOT

_LIBRARY = next(pathlib.Path("/usr/lib").glob("*-linux-gnu*/faketime/libfaketimeMT.so.1"), None)


def is_there() -> bool:
    return _LIBRARY is not None


class WrongClock:
    """`folder` gets the files that say what time it is; whoever is to see it must be able to read them."""

    def __init__(self, folder: pathlib.Path):
        self._offset = folder / "clock-offset"
        self._shim = folder / "kernel_word.so"
        subprocess.run([shutil.which("g++"), "-std=c++20", "-shared", "-fPIC", "-o", self._shim,
                        ROOT / "tests" / "support" / "kernel_word.cpp"], check=True)
        self.set("+0")

    def set(self, offset: str) -> None:
        """From now on the clock is so far off, as in "+400d", "-8h", "+30y" or "+5"."""
        fresh = self._offset.with_suffix(".new")
        fresh.write_text(offset + "\n", encoding="ascii")
        fresh.chmod(0o644)
        fresh.rename(self._offset)

    def environment(self, kernel: str = "") -> dict[str, str]:
        """Of a process that sees this clock. `kernel` is "yes" or "no"; otherwise it does not answer."""
        return {"LD_PRELOAD": f"{self._shim}:{_LIBRARY}", "FAKETIME_TIMESTAMP_FILE": str(self._offset),
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
                "FARTHING_KERNEL_WORD": kernel, "ASAN_OPTIONS": "verify_asan_link_order=0"}
