# SPDX-License-Identifier: Apache-2.0
"""The configuration of docs/operating/nginx.md, as it stands there, in a real nginx between callers and a small API."""

import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from tests.support.api import Api, fresh_key
from tests.support.case import ServerCase
from tests.support.paths import ROOT

TIMEOUT_S = 60
PAGE = ROOT / "docs/operating/nginx.md"
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
TOLD = ("Farthing-User", "Farthing-Organization", "Farthing-Balance", "Farthing-Hold", "Authorization", "X-Request-Id")


class Upstream(http.server.BaseHTTPRequestHandler):
    """The API: captures what it was told to, and says what it was told."""

    def do_GET(self):
        told = {name: self.headers.get_all(name) for name in TOLD}
        hold = self.headers["Farthing-Hold"]
        if hold and self.path.endswith("capture"):
            with Api(self.server.farthing_port, self.server.service_key) as api:
                told["captured"] = api.expect(200, "POST", f"/v1/holds/{hold}/capture", {"amount": "0.35"},
                                              {"Idempotency-Key": fresh_key()})
        body = json.dumps(told).encode()
        self.send_response(418 if self.path.endswith("teapot") else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.server.served += 1  # before the caller knows
        self.wfile.write(body)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Nginx(ServerCase):

    @classmethod
    def make_world(cls):
        if NGINX is None:
            raise AssertionError("there is no nginx; tools/setup.sh test installs it")
        cls.caller = cls.world.caller("2")
        cls.service_key = cls.world.key(cls.world.user()["id"], scopes=["service"])["secret"]
        folder = tempfile.TemporaryDirectory(prefix="farthing-nginx-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
        cls.upstream.farthing_port, cls.upstream.service_key = cls.server.port, cls.service_key
        cls.upstream.served = 0
        thread = threading.Thread(target=cls.upstream.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.upstream.server_close)
        cls.addClassCleanup(cls.upstream.shutdown)
        cls.port = cls.start_nginx(f"127.0.0.1:{cls.server.port}", cls.service_key)

    @classmethod
    def start_nginx(cls, farthing: str, service_key: str) -> int:
        """Starts an nginx with the page's configuration that asks the server at `farthing`; its port, which the
        system chose."""
        main, question, answer = re.findall(r"^```nginx\n(.*?)^```$", PAGE.read_text(encoding="utf-8"),
                                            re.DOTALL | re.MULTILINE)
        folder = pathlib.Path(tempfile.mkdtemp(dir=cls.folder))
        (folder / "farthing_question.conf").write_text(question.replace("SERVICE_KEY", service_key), encoding="utf-8")
        (folder / "farthing_answer.conf").write_text(answer, encoding="utf-8")
        # nginx takes over a socket that listens already if it is of the address that it is to listen at.
        listening = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(listening.close)
        port = listening.getsockname()[1]
        for old, new in (("127.0.0.1:8080", farthing),
                         ("127.0.0.1:9000", f"127.0.0.1:{cls.upstream.server_address[1]}"),
                         ("listen 80;", f"listen 127.0.0.1:{port};"), ("/etc/nginx/", f"{folder}/")):
            if old not in main:
                raise AssertionError(f"{PAGE} has no {old}")
            main = main.replace(old, new)
        paths = "".join(f"{kind}_temp_path {folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nevents {{}}\n"
            # Its folder is of the user who tests, and of nobody else.
            f"{'user root;' if os.geteuid() == 0 else ''}\n"
            f"http {{\naccess_log {folder}/access.log;\n{paths}{main}}}\n", encoding="utf-8")
        with (folder / "error.log").open("wb") as log:
            process = subprocess.Popen(
                [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, pass_fds=(listening.fileno(),),
                env=os.environ | {"NGINX": f"{listening.fileno()};"})
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        # Connections wait in the socket's queue until nginx takes it over.
        deadline = time.monotonic() + TIMEOUT_S
        while not (folder / "nginx.pid").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((folder / "error.log").read_text(encoding="utf-8"))
            time.sleep(0.005)
        return port

    def ask(self, path: str, headers: dict[str, str] | None = None, port: int | None = None, method: str = "GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, json.loads(response.read())
        finally:
            connection.close()

    def as_caller(self, caller=None, **headers: str) -> dict[str, str]:
        return {"Authorization": (caller or self.caller).key} | headers

    def balance(self, caller) -> dict:
        return self.world.admin.expect(200, "GET", f"/v1/organizations/{caller.organization}/balance")

    def refused(self, status: int, name: str, path: str, headers: dict[str, str], port: int | None = None):
        served = self.upstream.served
        got, answer_headers, body = self.ask(path, headers, port)
        self.assertEqual((got, body["name"]), (status, name))
        self.assertRegex(body["id"], "^[0-9a-f]{32}$")
        self.assertEqual(self.upstream.served, served)
        return answer_headers

    def test_a_good_key_goes_through_and_its_user_is_told(self):
        for key in (self.caller.key, f"Bearer {self.caller.key}"):
            status, _, told = self.ask("/v1/models", {"Authorization": key})
            self.assertEqual(status, 200)
            self.assertEqual(told["Farthing-User"], [self.caller.user])
            self.assertEqual(told["Farthing-Organization"], [self.caller.organization])
            self.assertIsNone(told["Farthing-Hold"])
            # The key stays at nginx.
            self.assertIsNone(told["Authorization"])

    def test_who_is_not_known_is_turned_away(self):
        for headers in ({}, {"Authorization": "sk-nothing"}, {"Authorization": "Bearer " + "sk-" + "0" * 48},
                        {"Authorization": "Basic YTpi"}):
            for path in ("/v1/models", "/v1/images/a"):
                answer = self.refused(401, "unauthorized", path, headers)
                self.assertEqual(answer.get_all("WWW-Authenticate"), ["Bearer"])

    def test_a_revoked_key_is_turned_away_at_once(self):
        caller = self.world.caller("1")
        self.assertEqual(self.ask("/v1/models", self.as_caller(caller))[0], 200)
        self.world.admin.expect(200, "POST", f"/v1/api-keys/{caller.key_id}/revoke")
        self.refused(401, "unauthorized", "/v1/models", self.as_caller(caller))

    def test_somebody_elses_organization_is_403(self):
        other = self.world.caller("5")
        for organization in (other.organization, "org-123456", "x"):
            self.refused(403, "permission_denied", "/v1/images/a", self.as_caller(Organization=organization))

    def test_a_cost_is_held_and_captured(self):
        caller = self.world.caller("2")
        status, _, told = self.ask("/v1/images/capture", self.as_caller(caller))
        self.assertEqual(status, 200, told)
        self.assertEqual(told["Farthing-Balance"], ["1.5"])
        self.assertEqual(told["captured"]["charge"]["amount"], "0.35")
        hold = self.world.admin.expect(200, "GET", f"/v1/holds/{told['Farthing-Hold'][0]}")
        self.assertEqual((hold["operation"], hold["api_key"]), ("image", caller.key_id))
        self.assertEqual(self.balance(caller)["available"], "1.65")
        self.assertEqual(self.balance(caller)["held"], "0")

    def test_without_credits_it_is_402(self):
        caller = self.world.caller("1.2")
        for left in ("0.7", "0.2"):
            self.assertEqual(self.ask("/v1/images/a", self.as_caller(caller))[2]["Farthing-Balance"], [left])
        self.refused(402, "insufficient_credits", "/v1/images/a", self.as_caller(caller))
        # What costs nothing is still there.
        self.assertEqual(self.ask("/v1/models", self.as_caller(caller))[0], 200)
        self.assertEqual((self.balance(caller)["available"], self.balance(caller)["held"]), ("0.2", "1"))

    def test_callers_cannot_write_into_the_question(self):
        caller = self.world.caller("2")
        lies = {"Farthing-Cost": "0", "Idempotency-Key": "always-the-same", "Farthing-Caller-Address": "192.0.2.1",
                "Farthing-Caller-Authorization": self.service_key, "Farthing-User": "user-of-another",
                "Farthing-Organization": "org-of-another", "Farthing-Hold": "hold-of-another",
                "Farthing-Status": "204", "X-Request-Id": "x", "X-Forwarded-For": "192.0.2.1"}
        holds = []
        for _ in range(2):
            status, _, told = self.ask("/v1/images/a?cost=0&idempotency_key=x", self.as_caller(caller, **lies))
            self.assertEqual(status, 200)
            self.assertEqual(told["Farthing-User"], [caller.user])
            self.assertEqual(told["Farthing-Organization"], [caller.organization])
            holds += told["Farthing-Hold"]
        self.assertEqual(len(set(holds)), 2)
        self.assertEqual(self.balance(caller)["held"], "1")
        self.refused(401, "unauthorized", "/v1/models", lies)

    def test_a_body_and_other_methods_reach_the_question_as_nothing(self):
        caller = self.world.caller("2")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        connection.request("DELETE", "/v1/images/a", b"x" * 5000, self.as_caller(caller))
        # It went through: it is the small API that knows no DELETE.
        self.assertEqual(connection.getresponse().status, 501)
        connection.close()
        self.assertEqual(self.balance(caller)["held"], "0.5")

    def test_the_server_may_be_at_a_unix_socket(self):
        port = self.start_nginx(f"unix:{self.socket}", self.service_key)
        for _ in range(3):
            status, _, told = self.ask("/v1/models", self.as_caller(), port)
            self.assertEqual((status, told["Farthing-User"]), (200, [self.caller.user]))
        self.refused(401, "unauthorized", "/v1/models", {"Authorization": "sk-nothing"}, port)

    def test_what_the_api_answers_itself_is_left_as_it_is(self):
        self.assertEqual(self.ask("/v1/models/teapot", self.as_caller())[0], 418)

    def test_a_wrong_key_of_nginx_is_no_fault_of_the_callers(self):
        port = self.start_nginx(f"127.0.0.1:{self.server.port}", self.caller.key)
        self.refused(503, "unavailable", "/v1/models", self.as_caller(), port)
        port = self.start_nginx(f"127.0.0.1:{self.server.port}", "sk-wrong")
        self.refused(503, "unavailable", "/v1/models", self.as_caller(), port)

    def test_a_server_that_is_not_there_is_503(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            nobody = gone.getsockname()[1]
        port = self.start_nginx(f"127.0.0.1:{nobody}", self.service_key)
        self.refused(503, "unavailable", "/v1/models", self.as_caller(), port)
