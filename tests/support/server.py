# SPDX-License-Identifier: Apache-2.0
"""The real program, started on a port that the system chooses and a folder of its own."""

import os
import pathlib
import re
import signal
import ssl
import subprocess
import time

from . import raw
from .paths import PROGRAM

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
_LISTENING = re.compile(r"listening on (https?)://127\.0\.0\.1:(\d+)")
_LISTENING_FOR_OPERATORS = re.compile(r"listening for operators on https?://127\.0\.0\.1:(\d+)")


def _trusting_anyone() -> ssl.SSLContext:
    """To ask whether the server is ready; its certificate is for the test to look at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class ServerError(Exception):
    """The server did not start or did not stop as it should; holds the end of its log."""


class Server:
    """`farthing serve` on `data`, or on the database at `store`, for which `data` names the log and has the
    admin key. Its log is in `scratch`, by default the folder that `data` is in; what
    was written there before, by an earlier run on the same data, stays. `settings` are lines of its
    configuration file, `environment` is added to this process's, `more` to the command line."""

    def __init__(self, data: pathlib.Path, *, settings: tuple[str, ...] = (), threads: int = 2,
                 program: pathlib.Path = PROGRAM, scratch: pathlib.Path | None = None,
                 store: str | None = None, environment: dict[str, str] | None = None,
                 more: tuple[str, ...] = ()):
        self.data = data
        self.log_path = (scratch or data.parent) / f"{data.name}.log"
        self.port = 0
        self.admin_port = 0  # set when there is a port for operators
        self._config = (scratch or data.parent) / f"{data.name}.toml"
        self._settings = settings
        self._environment = environment or {}
        place = ["--data", data] if store is None else ["--store", store]
        self._command = [program, "serve", *place, "--listen", "127.0.0.1:0",
                         "--threads", str(threads), "--config", self._config, *more]
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def admin_key(self) -> str:
        return (self.data / "admin.key").read_text(encoding="ascii").strip()

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def start(self) -> "Server":
        """Returns when /readyz says so."""
        self.launch()
        deadline = time.monotonic() + START_TIMEOUT_S
        try:
            while not self._is_ready():
                if self._process.poll() is not None:
                    raise ServerError(f"the server ended with {self._process.returncode}:\n"
                                      f"{self._new_log()}")
                if time.monotonic() > deadline:
                    raise ServerError(f"the server did not get ready:\n{self._new_log()}")
                time.sleep(0.005)
        except BaseException:
            self.kill()
            raise
        return self

    def launch(self) -> None:
        """Starts the process and does not wait for it to be ready."""
        # The leak check at the end of a program with sanitizers has to look into it.
        lines = ['log_level = "debug"', "core_dumps = true"]
        if not any("rate_limits" in line for line in self._settings):
            # Tests ask faster than callers may.
            lines.append('rate_limits = {user_keys = "off", failures = "off"}')
        if not any("user_limits" in line for line in self._settings):
            lines.append('user_limits = {acts = "off"}')
        self._config.write_text("\n".join((*lines, *self._settings, "")), encoding="utf-8")
        self._log_begin = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, env=os.environ | self._environment)

    def wait(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """The exit code, once the process has ended."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerError(f"the server did not end:\n{self._new_log()}") from None

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def hang_up(self) -> None:
        """With TLS it reads certificate and key again."""
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> int:
        """Asks it to end and returns its exit code."""
        self.terminate()
        return self.wait()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _new_log(self) -> str:
        with self.log_path.open("rb") as log:
            log.seek(self._log_begin)
            return log.read().decode(errors="replace")

    def is_listening(self) -> bool:
        """Whether it answers, ready or not; its ports are known then."""
        listening = _LISTENING.search(self._new_log())
        if not listening:
            return False
        self.port = int(listening[2])
        operators = _LISTENING_FOR_OPERATORS.search(self._new_log())
        self.admin_port = int(operators[1]) if operators else 0
        return True

    def _is_ready(self) -> bool:
        if not self.is_listening():
            return False
        listening = _LISTENING.search(self._new_log())
        tls = _trusting_anyone() if listening[1] == "https" else None
        try:
            request = b"GET /readyz HTTP/1.0\r\n\r\n"
            return raw.exchange(self.port, request, tls=tls)[0].status == 200
        except OSError:
            return False
