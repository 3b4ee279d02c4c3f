# SPDX-License-Identifier: Apache-2.0
"""A server that behaves as badly as a test wants: python3 scripted_server.py FOLDER

Prints its port and its process id. The n-th request of all is written to FOLDER/request-NNN and answered
with FOLDER/answer-NNN, the last one again when there is none. The first line of an answer says what comes
after its bytes: "keep" the connection, "close" it, or "hold" it without a word. Ends when the process that
started it has ended, or after ten minutes.
"""

import os
import pathlib
import socket
import socketserver
import sys
import threading
import time

LIFETIME_S = 600
LARGEST_HEAD = 1 << 20

folder = pathlib.Path(sys.argv[1])
lock = threading.Lock()
served = 0


def next_answer(request: bytes) -> tuple[str, bytes]:
    global served
    with lock:
        served += 1
        number = served
    (folder / f"request-{number:03}").write_bytes(request)
    answers = sorted(folder.glob("answer-*"))
    after, _, data = answers[min(number, len(answers)) - 1].read_bytes().partition(b"\n")
    return after.decode(), data


class Handler(socketserver.StreamRequestHandler):
    def read_request(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline(LARGEST_HEAD)
            if not line:
                return b""
            head += line
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return head + self.rfile.read(int(line.partition(b":")[2]))
        return head

    def handle(self):
        while request := self.read_request():
            after, data = next_answer(request)
            try:
                self.wfile.write(data)
                self.wfile.flush()
            except OSError:
                return
            if after == "hold":
                self.connection.settimeout(LIFETIME_S)
                self.connection.recv(1)
            if after != "keep":
                # Else bytes that were not read would turn the end into a reset.
                self.connection.shutdown(socket.SHUT_WR)
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


parent = os.getppid()
with Server(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], os.getpid(), flush=True)
    end = time.monotonic() + LIFETIME_S
    while os.getppid() == parent and time.monotonic() < end:
        time.sleep(0.2)
