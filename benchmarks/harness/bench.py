# SPDX-License-Identifier: Apache-2.0
"""One run of the benchmark: its temporary folder, and what several rows need and only one of them
makes, each made when it is first asked for."""

import contextlib
import os
import shutil
import sys
import tempfile
from functools import cached_property

from .load import Load
from .machine import file_system
from .postgres import Postgres
from .processes import BenchError
from .server import Server
from .settings import Settings

SERVER_CORE = 0
_MEMORY_FILE_SYSTEMS = {"tmpfs", "ramfs"}


class Bench:
    """A context manager: leaving it ends every process it started and removes the folder."""

    def __init__(self, build: str, parent: str, settings: Settings, charge_threads: int):
        if file_system(parent) in _MEMORY_FILE_SYSTEMS:
            raise BenchError(f"{parent} is in memory: durable charges need --work on a disk")
        if shutil.disk_usage(parent).free < settings.free_disk_gib * 2**30:
            raise BenchError(f"{parent} has less than {settings.free_disk_gib} GiB of room")
        self.settings = settings
        self.charge_threads = charge_threads
        self.load = Load(build)
        self.build = build
        self._stack = contextlib.ExitStack()
        self.folder = self._stack.enter_context(tempfile.TemporaryDirectory(
            prefix="farthing-bench-", dir=parent))
        # PostgreSQL's user must reach its own folder; ours with the secrets is closed to it.
        os.chmod(self.folder, 0o711)
        self.private = os.path.join(self.folder, "private")
        os.mkdir(self.private, 0o700)
        self.keys = os.path.join(self.private, "keys")
        self.organizations = os.path.join(self.private, "organizations")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        return self._stack.__exit__(*failure)

    def say(self, text: str) -> None:
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def path(self, name: str) -> str:
        """Of a data directory or a file of this run, readable by us only."""
        return os.path.join(self.private, name)

    @contextlib.contextmanager
    def server(self, data: str, *, threads: int, core: int | None = None):
        server = Server(os.path.join(self.build, "farthing"), data, threads=threads, core=core)
        try:
            yield server
        finally:
            server.stop()

    @cached_property
    def seeded(self) -> str:
        """A data directory with all users, organizations, keys and credits, and no charge."""
        data = self.path("seeded")
        with self.server(data, threads=1) as server:
            self.say(f"seeding {self.settings.users} users, organizations, keys and grants")
            done = self.load.seed(server.port, users=self.settings.users, keys=self.keys,
                                  admin_key_file=server.admin_key_file,
                                  organizations=self.organizations)
            self.say(f"{done['requests']} requests in {done['seconds']:.1f} s")
        return data

    @contextlib.contextmanager
    def copy_of(self, data: str):
        """A copy of a stopped server's data directory, for a run that must start from it."""
        copy = data + ".copy"
        shutil.copytree(data, copy)
        try:
            yield copy
        finally:
            shutil.rmtree(copy)

    @cached_property
    def with_entries(self) -> str:
        """A seeded data directory with millions of charges in it."""
        data = self.path("with_entries")
        shutil.copytree(self.seeded, data)
        with self.server(data, threads=self.charge_threads) as server:
            self.say(f"booking {self.settings.entries} charges")
            done = self.load.charges(server, organizations=self.organizations, connections=256,
                                     pipeline=16, requests=self.settings.entries)
            self.say(f"{done['requests_per_second']:.0f} charges/s over {done['seconds']:.0f} s")
        return data

    @cached_property
    def shared_postgres(self) -> Postgres:
        self.say("making a PostgreSQL cluster to share")
        postgres = Postgres(os.path.join(self.folder, "shared"), self.settings.shared_users)
        self._stack.callback(postgres.stop)
        return postgres

    @cached_property
    def postgres(self) -> Postgres:
        self.say("making a PostgreSQL cluster")
        postgres = Postgres(os.path.join(self.folder, "postgres"), self.settings.users)
        self._stack.callback(postgres.stop)
        return postgres
