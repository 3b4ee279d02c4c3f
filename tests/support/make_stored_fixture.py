# SPDX-License-Identifier: Apache-2.0
"""Makes a fixture of stored data with the program at FARTHING_PROGRAM: a data directory and a database, each
with what it was told, for tests/e2e/stored_data_test.py.

    FARTHING_PROGRAM=build/dev/cli/farthing python3 -m tests.support.make_stored_fixture tests/fixtures/stores/DATE
"""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from .postgres import UNSAFE, Cluster
from .server import Server
from .shared_store import SharedStore
from .stored_story import StoredStory


def write(folder: pathlib.Path, name: str, told: dict) -> None:
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def make_data(folder: pathlib.Path, scratch: pathlib.Path) -> None:
    server = Server(scratch / "data").start()
    told = StoredStory(server).play()
    server.stop()
    write(folder, "data", told)
    # The journal's segments are mostly zeros: `tar` keeps the holes. RocksDB's log is for people.
    subprocess.run(["tar", "--sparse", "--sort=name", "--owner=0", "--group=0", "--numeric-owner",
                    "--exclude=rocksdb/LOG*", "-czf", folder / "data.tar.gz", "-C", scratch, "data"], check=True)


def make_database(folder: pathlib.Path, scratch: pathlib.Path) -> None:
    cluster = Cluster(scratch / "postgres", UNSAFE)
    cluster.initialize()
    cluster.start()
    shared = SharedStore(scratch, cluster)
    try:
        if (done := shared.migrate()).returncode != 0:
            raise AssertionError(done.stderr)
        server = shared.node()
        server.data.mkdir()
        (server.data / "admin.key").write_text(shared.admin_key + "\n", encoding="ascii")
        told = StoredStory(server.start()).play()
        server.stop()
        dump = cluster.run("pg_dump", "-h", cluster.folder, "-U", "postgres", "--no-owner", "postgres")
        # Commands that an older `psql` does not know.
        dump = re.sub(r"(?m)^\\(un)?restrict .*\n", "", dump)
    finally:
        shared.close()
    write(folder, "database", told)
    (folder / "database.sql.gz").write_bytes(gzip.compress(dump.encode(), mtime=0))


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="farthing-fixture-") as scratch:
        os.chmod(scratch, 0o711)  # PostgreSQL's user must get through
        make_data(folder, pathlib.Path(scratch))
        make_database(folder, pathlib.Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
