# SPDX-License-Identifier: Apache-2.0
"""Starting processes so that every one of them is ended, and no other."""

import enum
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Way(enum.Enum):
    """How a client on the same machine gets to its server."""
    SOCKET = "a Unix socket"
    TCP = "TCP"


class BenchError(Exception):
    """Why the benchmark cannot go on, in words for its user."""


def free_port() -> int:
    """A port of the loopback interface that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(command: list[str], **options) -> str:
    """Runs a command to its end and returns its stdout; raises BenchError with its stderr."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        words = done.stderr.strip() or done.stdout.strip()
        raise BenchError(f"{command[0]} ended with {done.returncode}: {words}")
    return done.stdout


class Service:
    """A process that runs until `stop`. Its stdout and stderr go to a file."""

    def __init__(self, command: list[str], log_path: str, *, stop_signal=signal.SIGTERM, **options):
        self.name = command[0]
        self.log_path = log_path
        self._stop_signal = stop_signal
        with open(log_path, "ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, **options)
        self.pid = self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def log_tail(self) -> str:
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-5:]).strip()

    def stop(self) -> None:
        """Asks the process to end; kills it when it does not within a minute."""
        if not self.is_running():
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def wait_until(is_ready, service: Service, timeout_s: float = 60, pause_s: float = 0.01) -> None:
    """Returns once `is_ready()`; raises BenchError when the service ends before, or never gets there."""
    deadline = time.monotonic() + timeout_s
    while not is_ready():
        if not service.is_running():
            raise BenchError(f"{service.name} ended while starting: {service.log_tail()}")
        if time.monotonic() > deadline:
            raise BenchError(f"{service.name} was not ready within {timeout_s:.0f} s")
        time.sleep(pause_s)


def answers_200(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
