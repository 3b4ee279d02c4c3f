# SPDX-License-Identifier: Apache-2.0
"""A database that several nodes share: PostgreSQL of its own, the tables made, and any number of servers."""

import os
import pathlib
import subprocess

from .paths import AUDITOR, PROGRAM
from .postgres import Cluster
from .server import Server

TIMEOUT_S = 60


class SharedStore:
    """`folder` is there and others may go through it; the cluster is started."""

    def __init__(self, folder: pathlib.Path, cluster: Cluster, url: str | None = None):
        self.folder = folder
        self.cluster = cluster
        self.url = url or cluster.url()
        self.nodes: list[Server] = []

    @property
    def admin_key(self) -> str:
        return (self.folder / "admin.key").read_text(encoding="ascii").strip()

    def migrate(self, *options: str,
                admin_key_file: pathlib.Path | None = None) -> subprocess.CompletedProcess:
        file = admin_key_file or self.folder / "admin.key"
        return subprocess.run([PROGRAM, "store", "migrate", "--store", self.url, "--admin-key-file", file, *options],
                              capture_output=True, text=True, check=False, timeout=TIMEOUT_S)

    def node(self, **options) -> Server:
        """One more server on this store, not started yet."""
        server = Server(self.folder / f"node{len(self.nodes) + 1}", store=self.url, **options)
        self.nodes.append(server)
        return server

    def audit(self) -> str:
        """Every entry of every organization, by the auditor; an AssertionError says what is wrong."""
        done = subprocess.run([AUDITOR], capture_output=True, text=True, check=False, timeout=300,
                              env=os.environ | {"FARTHING_POSTGRES": self.url})
        if done.returncode != 0:
            raise AssertionError(f"the ledger is wrong: {done.stderr}")
        return done.stdout.strip()

    def close(self) -> None:
        for node in self.nodes:
            if node.is_running():
                node.kill()
        self.cluster.kill()
