# SPDX-License-Identifier: Apache-2.0
"""HTTP by hand, for what no library would send: bytes in, answers out."""

import socket
import ssl
from typing import NamedTuple

TIMEOUT_S = 30


class RawAnswer(NamedTuple):
    version: str
    status: int
    headers: dict[str, str]  # names in lower case; values of a repeated one joined by ", "
    body: bytes


class Connection:
    """One connection, over TLS if there is a context for it. `read_answer` parses strictly: what it
    does not expect is a ValueError."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="127.0.0.1")
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def _receive(self) -> bool:
        piece = self.socket.recv(65536)
        self._buffer += piece
        return bool(piece)

    def _read_until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            if not self._receive():
                raise EOFError(f"the connection ended within a head: {self._buffer!r}")
        taken, _, self._buffer = self._buffer.partition(end)
        return taken

    def read_answer(self, *, to_head: bool = False) -> RawAnswer:
        """The next answer; `to_head` when it answers a HEAD and so has no body."""
        status_line, *lines = self._read_until(b"\r\n\r\n").decode("ascii").split("\r\n")
        version, code, _ = status_line.split(" ", 2)
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip() or not name:
                raise ValueError(f"not a header: {line!r}")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        status = int(code)
        if "transfer-encoding" in headers:
            raise ValueError("an answer in chunks, which this reader does not expect")
        size = 0 if to_head or status < 200 or status in (204, 304) else int(headers["content-length"])
        while len(self._buffer) < size:
            if not self._receive():
                raise EOFError("the connection ended within a body")
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        return RawAnswer(version, status, headers, body)

    def is_at_end(self) -> bool:
        """Whether the server closes without another byte."""
        try:
            return not self._buffer and not self._receive()
        except ConnectionResetError:
            return True


def exchange(port: int, data: bytes, answers: int = 1,
             tls: ssl.SSLContext | None = None) -> list[RawAnswer]:
    """Sends `data` on a new connection and reads that many answers."""
    with Connection(port, tls) as connection:
        connection.send(data)
        return [connection.read_answer() for _ in range(answers)]
