#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives the real `farthing` program against a tiny HTTP server inside the test: exit codes, pipes
and terminals, files, signals, and that no key is ever seen. Usage: cli_e2e_test.py PROGRAM"""

import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = ""
KEY = "sk-e2e-0123456789abcdefghijklmnopqrstuvwxyz"
TIMEOUT_S = 60
ACCOUNT = {
    "id": "user-1",
    "email": "ada@example.com",
    "organizations": [{"id": "org-1", "name": "Lab", "role": "OWNER", "is_default": True}],
}


class FakeServer(http.server.ThreadingHTTPServer):
    """Answers every request with what the test put into `answers`, by path."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.seen = []
        self.arrived = threading.Event()  # a request that will not be answered has come
        self.released = threading.Event()  # it may be dropped now
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.server_address[1]

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Clients that go away are what some tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, self.headers, body))
        status, payload = self.server.answers.get(self.path.split("?")[0], (404, {}))
        if status == "hang":
            self.server.arrived.set()
            self.server.released.wait(TIMEOUT_S)
            self.close_connection = True
            return
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Request-Id", "request-77")
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *arguments):
        pass


def error(status, name, message="No."):
    return status, {
        "id": "request-77", "name": name, "message": message,
        "temporary": False, "timeout": False, "fault": False,
    }


def default_signals():
    """The test may itself run where they are ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class CliTest(unittest.TestCase):
    def setUp(self):
        self.server = FakeServer()
        self.addCleanup(self.server.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.server.answers["/v1alpha/user/account"] = (200, ACCOUNT)
        self.server.answers["/v1alpha/user/balance"] = (200, b'{"credits":12.5}')
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.folder,
            "FARTHING_URL": self.server.url,
            "FARTHING_API_KEY": KEY,
            "TERM": "xterm",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=0o600):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def start(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.Popen(
            [PROGRAM, *arguments], stderr=subprocess.PIPE, env=self.environment,
            preexec_fn=default_signals, **options)

    def run_cli(self, *arguments, code=0, **options):
        """The output of a run that has to end with `code`; its errors are kept in self.errors."""
        given = options.pop("input", None)
        if given is not None:
            options["stdin"] = subprocess.PIPE
        with self.start(*arguments, **options) as process:
            output, errors = process.communicate(given, timeout=TIMEOUT_S)
        self.errors = errors.decode()
        shown = (output or b"").decode()
        self.assertEqual(process.returncode, code, self.errors)
        self.assertNotIn(KEY, shown + self.errors)
        return shown

    def run_on_terminal(self, *arguments, code=0):
        """What a terminal shows as the standard output."""
        controller, terminal = pty.openpty()
        try:
            with self.start(*arguments, stdout=terminal) as process:
                os.close(terminal)
                shown = b""
                while True:
                    ready, _, _ = select.select([controller], [], [], TIMEOUT_S)
                    self.assertTrue(ready, "the program neither writes nor ends")
                    try:
                        piece = os.read(controller, 4096)
                    except OSError:  # the other end is closed
                        break
                    if not piece:
                        break
                    shown += piece
                self.errors = process.stderr.read().decode()
            self.assertEqual(process.wait(TIMEOUT_S), code, self.errors)
        finally:
            os.close(controller)
        return shown.decode().replace("\r\n", "\n")


class ExitCodes(CliTest):
    def test_ok(self):
        self.assertEqual(self.run_cli("balance"), "12.5\n")
        self.assertEqual(self.errors, "")

    def test_usage(self):
        for arguments in ([], ["nothing"], ["balance", "--min", "x"], ["balance", "--timeout", "0"]):
            self.assertEqual(self.run_cli(*arguments, code=2), "")
            self.assertNotEqual(self.errors, "")
        del self.environment["FARTHING_API_KEY"]
        self.run_cli("balance", code=2)
        self.assertIn("--api-key-file", self.errors)

    def test_network(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            url = "http://127.0.0.1:%d" % closed.getsockname()[1]
            self.run_cli("balance", "--base-url", url, "--retries", "0", code=3)
        self.server.answers["/v1alpha/user/balance"] = ("hang", None)
        self.run_cli("balance", "--timeout", "0.2", "--retries", "0", code=3)

    def test_statuses(self):
        for status, name, code in (
            (400, "bad_request", 5), (401, "unauthorized", 4), (402, "insufficient_credits", 5),
            (403, "permission_denied", 4), (404, "not_found", 5), (409, "conflict", 5),
            (429, "rate_limit_exceeded", 7), (429, "insufficient_balance", 5),
            (500, "server_error", 6), (503, "unavailable", 6),
        ):
            with self.subTest(status=status, name=name):
                self.server.answers["/v1alpha/user/balance"] = error(status, name)
                self.assertEqual(self.run_cli("balance", "--retries", "0", code=code), "")
                self.assertIn("request id: request-77", self.errors)
                self.assertIn(name, self.errors)

    def test_answer_that_makes_no_sense(self):
        for body in (b"<html>", b"{}", b'{"credits":"12"}'):
            self.server.answers["/v1alpha/user/balance"] = (200, body)
            self.run_cli("balance", code=6)

    def test_balance_below_minimum(self):
        self.assertEqual(self.run_cli("balance", "--min", "12.5"), "12.5\n")
        self.assertEqual(self.run_cli("balance", "--min", "12.500000001", code=8), "12.5\n")
        self.assertIn("below", self.errors)

    def test_interrupted(self):
        self.server.answers["/v1alpha/user/balance"] = ("hang", None)
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            self.server.arrived.clear()
            output = self.path("balance.txt")
            with self.start("balance", "-o", output) as process:
                self.assertTrue(self.server.arrived.wait(TIMEOUT_S))
                begin = time.monotonic()
                process.send_signal(number)
                _, errors = process.communicate(timeout=TIMEOUT_S)
            self.assertEqual(process.returncode, code, errors.decode())
            # Promptly: far sooner than the 30 s that an attempt may last.
            self.assertLess(time.monotonic() - begin, 10)
            self.assertEqual(os.listdir(self.folder), [])

    def test_interrupted_between_attempts(self):
        # The log tells that an attempt has failed and another one will follow.
        self.server.answers["/v1alpha/user/balance"] = error(503, "unavailable")
        with self.start("balance", "-v", "--retries", "50") as process:
            for line in process.stderr:
                if b"next attempt" in line:
                    break
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 130)


class Output(CliTest):
    def test_plain_in_a_pipe(self):
        self.assertEqual(
            self.run_cli("account"),
            "id\tuser-1\nemail\tada@example.com\nprofile_picture\t\n"
            "organization\torg-1\tLab\tOWNER\tyes\n")

    def test_json(self):
        self.assertEqual(json.loads(self.run_cli("account", "--json")), ACCOUNT)
        self.assertEqual(self.run_cli("balance", "--json"), '{"credits":12.5}\n')

    def test_table_on_a_terminal(self):
        shown = self.run_on_terminal("account")
        self.assertIn("\x1b[1mNAME\x1b[0m", shown)
        plain = re.sub(r"\x1b\[\d*m", "", shown)
        self.assertIn("email            ada@example.com\n", plain)
        self.assertIn("org-1  Lab   OWNER  yes\n", plain)

    def test_no_color(self):
        self.environment["NO_COLOR"] = "1"
        self.assertNotIn("\x1b", self.run_on_terminal("account"))
        del self.environment["NO_COLOR"]
        self.environment["TERM"] = "dumb"
        self.assertNotIn("\x1b", self.run_on_terminal("account"))

    def test_json_on_a_terminal(self):
        self.assertEqual(json.loads(self.run_on_terminal("account", "--json")), ACCOUNT)

    def test_hostile_text_is_escaped(self):
        hostile = dict(ACCOUNT, email="a\x1b[2J\u009b31m\u202e\nb\t")
        self.server.answers["/v1alpha/user/account"] = (
            200, json.dumps(hostile, ensure_ascii=False).replace("\n", "\\n").encode())
        self.environment["NO_COLOR"] = "1"
        for shown in (self.run_on_terminal("account"), self.run_cli("account"),
                      self.run_cli("account", "--json")):
            for character in "\x1b\u009b\u202e":
                self.assertNotIn(character, shown)
        self.assertEqual(json.loads(self.run_cli("account", "--json"))["email"], hostile["email"])
        self.server.answers["/v1alpha/user/account"] = error(400, "bad\x1b[2J", "\x1b]0;x\x07")
        self.run_cli("account", code=5)
        self.assertNotIn("\x1b", self.errors)

    def test_closed_pipe(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        self.run_cli("balance", stdout=write_end, code=1)
        os.close(write_end)
        self.assertIn("standard output", self.errors)

    def test_full_disk(self):
        for arguments in (["balance"], ["balance", "--json"], ["--help"], ["version"],
                          ["completion", "bash"]):
            with open("/dev/full", "w") as full:
                self.run_cli(*arguments, stdout=full, code=1)
            self.assertIn("No space left", self.errors)

    def test_closed_descriptors(self):
        process = subprocess.run(
            ["sh", "-c", 'exec "$0" balance >&- 2>"$1"', PROGRAM, self.path("errors")],
            env=self.environment, timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 1)
        with open(self.path("errors")) as errors:
            self.assertIn("standard output", errors.read())


class OutputFile(CliTest):
    def test_is_written_whole(self):
        path = self.write("out", "old")
        self.assertEqual(self.run_cli("account", "--json", "-o", path), "")
        with open(path) as file:
            self.assertEqual(json.load(file), ACCOUNT)
        self.assertEqual(os.listdir(self.folder), ["out"])

    def test_stays_as_it_was_after_a_failure(self):
        path = self.write("out", "old")
        for answer, code in ((error(401, "unauthorized"), 4), ((200, b'{"credits":'), 6)):
            self.server.answers["/v1alpha/user/balance"] = answer
            self.run_cli("balance", "-o", path, code=code)
            with open(path) as file:
                self.assertEqual(file.read(), "old")
            self.assertEqual(os.listdir(self.folder), ["out"])

    def test_is_checked_before_anything_is_sent(self):
        for path, code in ((self.path("missing/out"), 1), ("/dev/full", 2), (self.folder, 2)):
            self.run_cli("balance", "-o", path, code=code)
        self.assertEqual(self.server.seen, [])


class Keys(CliTest):
    def sent_keys(self):
        return [headers["Authorization"] for _, _, headers, _ in self.server.seen]

    def test_places(self):
        del self.environment["FARTHING_API_KEY"]
        self.write(".config/farthing/config.toml", '[profiles.default]\napi_key = "sk-profile"\n')
        self.run_cli("balance")
        self.environment["STABILITY_API_KEY"] = "sk-stability"
        self.run_cli("balance")
        self.environment["FARTHING_API_KEY"] = "sk-farthing"
        self.run_cli("balance")
        self.run_cli("balance", "--profile", "default")
        self.run_cli("balance", "--api-key-file", self.write("k/key", "sk-file\n"))
        self.run_cli("balance", "--api-key-stdin", input=b"sk-stdin\n")
        self.assertEqual(
            self.sent_keys(),
            ["sk-profile", "sk-stability", "sk-farthing", "sk-profile", "sk-file", "sk-stdin"])

    def test_key_file_may_be_a_pipe(self):
        read_end, write_end = os.pipe()
        os.write(write_end, b"sk-piped\n")
        os.close(write_end)
        self.run_cli("balance", "--api-key-file", "/dev/fd/%d" % read_end, pass_fds=[read_end])
        os.close(read_end)
        self.assertEqual(self.sent_keys(), ["sk-piped"])

    def test_profile_others_could_read_is_refused(self):
        self.write(".config/farthing/config.toml", "[profiles.default]\n", 0o644)
        self.run_cli("balance", code=2)
        self.assertIn("chmod 600", self.errors)
        self.assertEqual(self.server.seen, [])

    def test_argument_is_refused_and_not_repeated(self):
        for arguments in (["--api-key", KEY], ["--api-key=" + KEY], [KEY], ["--key=" + KEY]):
            self.run_cli("balance", *arguments, code=2)
        self.assertEqual(self.server.seen, [])

    def test_never_in_output_or_arguments(self):
        self.server.answers["/v1alpha/user/balance"] = error(
            401, "unauthorized", "Incorrect API key provided: %s." % KEY)
        self.run_cli("balance", "-v", code=4)
        self.server.answers["/v1alpha/user/balance"] = ("hang", None)
        with self.start("balance", "-v") as process:
            self.assertTrue(self.server.arrived.wait(TIMEOUT_S))
            with open("/proc/%d/cmdline" % process.pid, "rb") as file:
                self.assertNotIn(KEY.encode(), file.read())
            process.kill()

    def test_a_key_file_that_others_can_read_is_refused_unless_that_is_allowed(self):
        path = self.write("k/key", "sk-file\n", 0o644)
        for option in ("--api-key-file", "--caller-key-file"):
            command = ("keys", "verify") if option == "--caller-key-file" else ("balance",)
            self.run_cli(*command, option, path, code=2)
            self.assertIn("can be read or changed by other users (mode 0644)", self.errors)
            self.assertIn("chmod 600", self.errors)
            self.assertIn("FARTHING_SHARED_SECRET_FILES=true", self.errors)
        self.assertEqual(self.server.seen, [])
        self.environment["FARTHING_SHARED_SECRET_FILES"] = "true"
        self.run_cli("balance", "--api-key-file", path)
        self.assertEqual(len(self.server.seen), 1)

    def test_bad_characters_are_refused_unseen(self):
        path = self.write("k/key", "sk-precious\nsk-other\n")
        self.run_cli("balance", "--api-key-file", path, code=2)
        self.assertNotIn("precious", self.errors)
        self.assertEqual(self.server.seen, [])


class Operator(CliTest):
    NEW_KEY = {"id": "key-1", "user": "user-1", "hint": "sk-abcd", "scopes": ["user"],
               "created_at": "2026-11-22T00:00:00.000000Z", "secret": "sk-new-secret-0123456789"}

    def test_secret_file(self):
        self.server.answers["/v1/api-keys"] = (201, self.NEW_KEY)
        path = self.path("new.key")
        shown = self.run_cli("keys", "create", "--user", "user-1", "--secret-file", path)
        self.assertNotIn(self.NEW_KEY["secret"], shown + self.errors)
        with open(path) as file:
            self.assertEqual(file.read(), self.NEW_KEY["secret"] + "\n")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.run_cli("keys", "create", "--user", "user-1", "--secret-file", path, code=2)
        self.assertEqual(len(self.server.seen), 1)

    def test_lost_secret_is_told(self):
        self.server.answers["/v1/api-keys"] = (201, self.NEW_KEY)
        with open("/dev/full", "w") as full:
            self.run_cli("keys", "create", "--user", "user-1", stdout=full, code=1)
        self.assertIn("farthing keys revoke key-1", self.errors)
        used = self.server.seen[-1][2]["Idempotency-Key"]
        self.assertIn(f"keys create with --idempotency-key {used}", self.errors)
        self.assertNotIn(self.NEW_KEY["secret"], self.errors)

    def test_output_file_with_a_secret_is_private(self):
        self.server.answers["/v1/api-keys"] = (201, self.NEW_KEY)
        self.run_cli("keys", "create", "--user", "user-1", "-o", self.path("out"))
        self.assertEqual(os.stat(self.path("out")).st_mode & 0o777, 0o600)

    def test_requests(self):
        organization = {"id": "org-1", "name": "Lab", "created_at": "2026-11-22T00:00:00.000000Z"}
        grant = {"id": "grant-1", "organization": "org-1", "amount": "1000", "remaining": "1000",
                 "category": "paid", "priority": 100,
                 "effective_at": "2026-11-22T00:00:00.000000Z",
                 "created_at": "2026-11-22T00:00:00.000000Z"}
        self.server.answers["/v1/organizations"] = (201, organization)
        self.server.answers["/v1/organizations/org-1/members"] = (
            201, {"organization": "org-1", "user": "user-1", "role": "OWNER", "is_default": True})
        self.server.answers["/v1/organizations/org-1/grants"] = (201, grant)
        self.run_cli("organizations", "create", "--name", "Lab")
        self.run_cli("members", "create", "org-1", "--user", "user-1", "--role", "OWNER")
        self.run_cli("grants", "create", "--organization", "org-1", "--amount", "1000",
                     "--idempotency-key", "first")
        calls = [(method, path, json.loads(body)) for method, path, _, body in self.server.seen]
        self.assertEqual(calls, [
            ("POST", "/v1/organizations", {"name": "Lab"}),
            ("POST", "/v1/organizations/org-1/members", {"user": "user-1", "role": "OWNER"}),
            ("POST", "/v1/organizations/org-1/grants", {"amount": "1000"}),
        ])
        self.assertEqual(self.server.seen[2][2]["Idempotency-Key"], "first")


class Completion(CliTest):
    def complete(self, *words):
        script = (
            'source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            '_farthing; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, PROGRAM, *words], env=self.environment,
                              stdout=subprocess.PIPE, timeout=TIMEOUT_S, check=True)
        return done.stdout.decode().split()

    def test_bash(self):
        self.assertEqual(self.complete("farthing", "acc"), ["account"])
        self.assertEqual(self.complete("farthing", "keys", "rev"),
                         ["revoke", "revoke-leaked"])
        self.assertIn("--secret-file", self.complete("farthing", "keys", "create", "--se"))
        self.assertIn("--min", self.complete("farthing", "balance", "--json", "--m"))
        self.write("folder/admin.key", "")
        self.assertEqual(
            self.complete("farthing", "balance", "--api-key-file", self.path("folder/ad")),
            [self.path("folder/admin.key")])


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
