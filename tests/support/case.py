# SPDX-License-Identifier: Apache-2.0
"""The base of the tests that need a server: one for all cases of a class, in a temporary folder."""

import pathlib
import re
import tempfile
import unittest

from .server import Server
from .world import World

# What has the form of a key of ours, whole or cut off by a log that shortens.
_SECRET = re.compile(r"sk-[0-9A-Za-z]{20,}")


class ServerCase(unittest.TestCase):
    """`cls.server` runs, at the Unix socket `cls.socket` too, `cls.world` can make things in it. Afterwards
    the server must end with 0, and its log, which it wrote at level debug, must not hold a secret nor tell of
    a fault of its own."""

    settings: tuple[str, ...] = ()
    server: Server
    world: World

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="farthing-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.socket = pathlib.Path(folder.name) / "farthing.sock"
        cls.server = Server(pathlib.Path(folder.name) / "data", settings=cls.settings,
                            more=("--listen", f"unix:{cls.socket}"))
        cls.server.start()
        cls.addClassCleanup(cls._check_the_end)
        cls.world = World(cls.server.port, cls.server.admin_key)
        cls.addClassCleanup(cls.world.close)
        cls.make_world()

    @classmethod
    def make_world(cls) -> None:
        """What all cases of the class need."""

    @classmethod
    def _check_the_end(cls) -> None:
        exit_code = cls.server.stop()
        log = cls.server.log()
        if exit_code != 0:
            raise AssertionError(f"the server ended with {exit_code}:\n{log}")
        for secret in cls.world.secrets if hasattr(cls, "world") else []:
            if secret in log:
                raise AssertionError("the server's log holds a secret")
        found = _SECRET.search(log)
        if found:
            raise AssertionError(f"the server's log holds what looks like a key at {found.start()}")
        for line in log.splitlines():
            if " status=500 " in line:
                raise AssertionError(f"the server answered with 500: {line}")
