# SPDX-License-Identifier: Apache-2.0
"""`./run` as a user starts it: on a free port, with a folder of its own."""

import os
import pathlib
import signal
import socket
import subprocess
import threading

from .paths import ROOT

TIMEOUT_S = 300
SERVING = "run: serving on "


def free_port() -> int:
    """A port that was free a moment ago; `./run` takes a number, not 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunScript:
    """The script in a process group of its own, as a shell has it. `output` and `errors` grow while it
    runs."""

    def __init__(self, data: pathlib.Path, *options: str, port: int | None = None):
        self.data = data
        self.port = port or free_port()
        self.output = ""
        self.errors = ""
        self._is_serving = threading.Event()
        self._process = subprocess.Popen(
            [ROOT / "run", "--port", str(self.port), "--data", data, *options], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, env=os.environ | {"FARTHING_API_KEY": "sk-not-for-this"})
        self._readers = [threading.Thread(target=self._read_output),
                         threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read_output(self) -> None:
        for line in self._process.stdout:
            self.output += line

    def _read_errors(self) -> None:
        for line in self._process.stderr:
            self.errors += line
            if line.startswith(SERVING):
                self._is_serving.set()
        self._is_serving.set()

    def wait_until_serving(self) -> None:
        self._is_serving.wait(TIMEOUT_S)
        if SERVING not in self.errors:
            self.interrupt()
            raise AssertionError(f"./run does not serve:\n{self.errors}")

    def server_pid(self) -> int:
        """The process that the script started and waits for."""
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, name, _, parent = stat.read_text(encoding="utf-8").split(" ")[:4]
            except OSError:  # has ended meanwhile
                continue
            if name == "(farthing)" and int(parent) == self._process.pid:
                return int(pid)
        raise AssertionError("the script has no server")

    def interrupt(self) -> None:
        """What Ctrl-C does: SIGINT to the whole group."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)

    def wait(self) -> int:
        """The exit code, once the script has ended."""
        try:
            code = self._process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise AssertionError(f"./run did not end:\n{self.errors}") from None
        for reader in self._readers:
            reader.join()
        self._process.stdout.close()
        self._process.stderr.close()
        return code
