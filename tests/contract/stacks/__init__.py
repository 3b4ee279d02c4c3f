# SPDX-License-Identifier: Apache-2.0
"""Other people's HTTP stacks behind one function each: requests in, answers out."""

import http.client
import json
import pathlib
import shutil
import subprocess
import urllib.error
import urllib.request
from typing import Callable, NamedTuple

TIMEOUT_S = 60
_FOLDER = pathlib.Path(__file__).resolve().parent
# Proxies and profiles of whoever runs the tests are none of their business.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


class Request(NamedTuple):
    url: str
    headers: dict[str, str]
    method: str = "GET"
    body: str | None = None


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # names in lower case
    body: str


class Stack(NamedTuple):
    """`programs` are what it needs on the PATH."""
    programs: tuple[str, ...]
    ask: Callable[[list[Request]], list[Answer]]

    def missing(self) -> list[str]:
        return [program for program in self.programs if not shutil.which(program)]


def _run(command: list[str], text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False,
                          timeout=TIMEOUT_S, env=_ENVIRONMENT)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def _script(interpreter: str, file: str) -> Stack:
    def ask(requests: list[Request]) -> list[Answer]:
        sent = json.dumps([request._asdict() for request in requests])
        answers = json.loads(_run([interpreter, str(_FOLDER / file)], sent))
        return [Answer(answer["status"], answer["headers"], answer["body"]) for answer in answers]
    return Stack((interpreter,), ask)


def _parse_heads(text: str) -> tuple[int, dict[str, str]]:
    """Status and headers of the last head in what curl or wget show of the wire."""
    lines = [line.strip() for line in text.splitlines()]
    begin = max(index for index, line in enumerate(lines) if line.startswith("HTTP/1."))
    headers = {}
    for line in lines[begin + 1:]:
        name, colon, value = line.partition(": ")
        if not colon or " " in name:
            break
        headers[name.lower()] = value
    return int(lines[begin].split()[1]), headers


def _curl(*options: str) -> Stack:
    def ask_one(request: Request) -> Answer:
        headers = [word for name, value in request.headers.items()
                   for word in ("-H", f"{name}: {value}" if value else f"{name};")]
        body = [] if request.body is None else ["--data-binary", request.body]
        shown = _run(["curl", "--silent", "--show-error", "--include", *options, *headers, *body,
                      *([] if request.method == "GET" else ["-X", request.method]), request.url])
        while True:  # past the heads of 100 Continue
            head, _, shown = shown.partition("\n\n")
            if not head.startswith("HTTP/1.1 100"):
                break
        return Answer(*_parse_heads(head), shown)
    return Stack(("curl",), lambda requests: [ask_one(request) for request in requests])


def _wget(*options: str) -> Stack:
    def ask_one(request: Request) -> Answer:
        headers = [f"--header={name}: {value}" for name, value in request.headers.items()]
        body = [] if request.body is None else [f"--body-data={request.body}"]
        done = subprocess.run(
            ["wget", "--quiet", "--server-response", "--content-on-error", "--tries=1",
             "--max-redirect=0", f"--method={request.method}", "-O", "-", *options, *headers, *body,
             request.url],
            capture_output=True, text=True, check=False, timeout=TIMEOUT_S, env=_ENVIRONMENT)
        return Answer(*_parse_heads(done.stderr), done.stdout)
    return Stack(("wget",), lambda requests: [ask_one(request) for request in requests])


def _urllib(requests: list[Request]) -> list[Answer]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answers = []
    for request in requests:
        body = None if request.body is None else request.body.encode()
        sent = urllib.request.Request(request.url, body, request.headers, method=request.method)
        try:
            response = opener.open(sent, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            answers.append(Answer(response.status, headers, response.read().decode()))
    return answers


def _http_client(requests: list[Request]) -> list[Answer]:
    host = requests[0].url.split("/")[2]
    connection = http.client.HTTPConnection(host, timeout=TIMEOUT_S)
    answers = []
    for request in requests:
        connection.request(request.method, request.url.partition(host)[2], request.body,
                           request.headers)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.headers.items()}
        answers.append(Answer(response.status, headers, response.read().decode()))
    connection.close()
    return answers


STACKS = {
    "curl": _curl(),
    "curl, HTTP/1.0": _curl("--http1.0"),
    "curl, asking for HTTP/2": _curl("--http2"),
    "curl, compressed": _curl("--compressed"),
    "curl, closing": _curl("-H", "Connection: close"),
    "curl, expecting 100": _curl("-H", "Expect: 100-continue"),
    "wget": _wget(),
    "wget, closing": _wget("--no-http-keep-alive"),
    "Python, urllib": Stack((), _urllib),
    "Python, http.client": Stack((), _http_client),
    "Node, http": _script("node", "node_http.js"),
    "Node, fetch": _script("node", "node_fetch.js"),
    "Perl, HTTP::Tiny": _script("perl", "perl_tiny.pl"),
    "Perl, LWP": _script("perl", "perl_lwp.pl"),
}
