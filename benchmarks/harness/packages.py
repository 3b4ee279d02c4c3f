# SPDX-License-Identifier: Apache-2.0
"""The Debian packages of the peers, installed when they are missing."""

import os
import subprocess

from .processes import BenchError, run

PEERS = ["nginx-light", "postgresql-15", "postgresql-contrib", "r-base-core", "r-cran-cpp11",
         "r-cran-httr", "r-cran-jsonlite", "r-cran-r6"]


def _is_installed(package: str) -> bool:
    status = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
                            capture_output=True, text=True, check=False)
    return status.stdout == "installed"


def install_missing(packages: list[str]) -> None:
    missing = [package for package in packages if not _is_installed(package)]
    if not missing:
        return
    if os.geteuid() != 0:
        raise BenchError(f"as root, first: apt-get install {' '.join(missing)}")
    # Runlevel 1 keeps the packages from starting their services: the bench starts its own.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    run(["apt-get", "update", "-q"], env=environment)
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing], env=environment)
