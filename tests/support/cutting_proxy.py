# SPDX-License-Identifier: Apache-2.0
"""Stands between a node and PostgreSQL, and cuts connections between a COMMIT and its answer."""

import contextlib
import pathlib
import socket
import threading

_SOCKET_NAME = ".s.PGSQL.5432"
# How the statement that a node prepares under this name is carried out.
_COMMIT = b"\0commit\0"


class CuttingProxy:
    """Listens in `folder` for what goes to the server whose socket is in `upstream`. Passes everything on until
    `cut_next` tells it to let so many COMMITs through and drop their answers."""

    def __init__(self, folder: pathlib.Path, upstream: pathlib.Path):
        folder.mkdir()
        self._upstream = upstream / _SOCKET_NAME
        self._lock = threading.Lock()
        self._to_cut = 0
        self.cut = 0
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / _SOCKET_NAME))
        self._listener.listen()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next(self, count: int) -> None:
        with self._lock:
            self._to_cut = count

    def close(self) -> None:
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.connect(str(self._upstream))
            self._open += [client, server]
            is_cut = threading.Event()
            threading.Thread(target=self._send, args=(client, server, is_cut), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client, is_cut), daemon=True).start()

    def _should_cut(self, data: bytes) -> bool:
        if _COMMIT not in data:
            return False
        with self._lock:
            if self._to_cut == 0:
                return False
            self._to_cut -= 1
            self.cut += 1
            return True

    def _send(self, client: socket.socket, server: socket.socket, is_cut: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self._should_cut(data):
                    is_cut.set()
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket, is_cut: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if is_cut.is_set():  # the COMMIT has happened
                    break
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)
            server.shutdown(socket.SHUT_RDWR)
