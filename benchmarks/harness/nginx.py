# SPDX-License-Identifier: Apache-2.0
"""The peer of the balance rows: nginx with one worker that answers everything with one fixed body."""

import os

from .processes import BenchError, Service, answers_200, free_port, wait_until

_CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  default_type application/json;
  client_body_temp_path {folder}/client_body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 '{body}'; }}
  }}
}}
"""


class Nginx:
    """Runs pinned to one core until `stop`."""

    def __init__(self, folder: str, body: str, core: int):
        os.makedirs(folder)
        self.port = free_port()
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(_CONFIGURATION.format(folder=folder, port=self.port, body=body))
        self._service = Service(["taskset", "-c", str(core), "nginx", "-c", path],
                                os.path.join(folder, "output.log"))
        try:
            wait_until(lambda: answers_200(f"http://127.0.0.1:{self.port}/"), self._service)
            self.worker_pid = self._find_worker()
        except BaseException:
            self.stop()
            raise

    def _find_worker(self) -> int:
        master = self._service.pid
        with open(f"/proc/{master}/task/{master}/children", encoding="utf-8") as children:
            workers = children.read().split()
        if len(workers) != 1:
            raise BenchError(f"nginx has {len(workers)} children, not one worker")
        return int(workers[0])

    def stop(self) -> None:
        self._service.stop()
