# SPDX-License-Identifier: Apache-2.0
"""A small client that expects nothing: it sends what it is told to and shows what came back. What must
hold for every answer of the server is checked here, once."""

import http.client
import itertools
import json
import os
from typing import Any, Iterator, NamedTuple

from . import openapi

TIMEOUT_S = 60
_serial = itertools.count()


class ContractBroken(AssertionError):
    """An answer that no request may get."""


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def content_type(self) -> str:
        return self.headers["Content-Type"]


def fresh_key() -> str:
    """An idempotency key that nobody has used; sorts by time, as ours do."""
    return f"test-{os.getpid()}-{next(_serial):08}"


def check_always(method: str, path: str, answer: Answer) -> None:
    """What holds for every answer, whatever was asked."""
    what = f"{method} {path} was answered with {answer.status} {answer.body!r}"
    request_id = answer.headers["X-Request-Id"]
    if not request_id:
        raise ContractBroken(f"{what}, without X-Request-Id")
    if answer.status == 500:
        raise ContractBroken(f"{what}: a fault of the server")
    if answer.status >= 400 and method != "HEAD":
        _check_error(what, request_id, answer)
    openapi.check(method, path, answer.status, answer.headers, answer.body)


def _check_error(what: str, request_id: str, answer: Answer) -> None:
    is_goa = answer.content_type == "application/vnd.goa.error"
    if not is_goa and answer.content_type != "application/json":
        raise ContractBroken(f"{what}, as {answer.content_type}")
    error = answer.json()
    if error.get("id") != request_id:
        raise ContractBroken(f"{what}, whose id is not X-Request-Id {request_id}")
    if not error.get("name") or not error.get("message"):
        raise ContractBroken(f"{what}, without a name or a message")
    extra = {"temporary", "timeout", "fault"}
    if is_goa and (error.keys() != {"id", "name", "message"} | extra or
                   any(not isinstance(error[name], bool) for name in extra)):
        raise ContractBroken(f"{what}, which is not an error of v1alpha")


class Api:
    """Requests with one key (none: no Authorization) over one connection. Not for several threads."""

    def __init__(self, port: int, key: str | None = None):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._key = key

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        self._connection.close()

    def request(self, method: str, path: str, body: Any = None,
                headers: dict[str, str] | None = None) -> Answer:
        """`body` is sent as it is when it is bytes, as JSON otherwise."""
        sent = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= headers or {}
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except BaseException:
            self._connection.close()
            raise
        check_always(method, path, answer)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: Any, idempotency_key: str | None = None) -> Answer:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key is not None else None
        return self.request("POST", path, body, headers)

    def put(self, path: str, body: Any) -> Answer:
        return self.request("PUT", path, body)

    def expect(self, status: int, method: str, path: str, body: Any = None,
               headers: dict[str, str] | None = None) -> Any:
        """The answer's JSON; an AssertionError when it has another status."""
        answer = self.request(method, path, body, headers)
        if answer.status != status:
            raise AssertionError(f"{method} {path}: {answer.status} instead of {status}: "
                                 f"{answer.body!r}")
        return answer.json()

    def list_all(self, path: str, plural: str, limit: int = 1000) -> Iterator[dict]:
        """Everything on a list, page by page."""
        separator = "&" if "?" in path else "?"
        cursor = ""
        while True:
            page = self.expect(200, "GET", f"{path}{separator}limit={limit}{cursor}")
            yield from page[plural]
            if page["next"] is None:
                return
            cursor = f"&cursor={page['next']}"
