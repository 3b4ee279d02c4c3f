# SPDX-License-Identifier: Apache-2.0
"""On what, of what and when a table was measured."""

import datetime
import os
import platform
import subprocess


def _first_value(path: str, name: str) -> str:
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"


def _git(root: str, *arguments: str) -> str | None:
    done = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def file_system(path: str) -> str:
    """The type of the file system that holds `path`."""
    best_mount, best_type = "", "unknown"
    real = os.path.realpath(path)
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, mount, kind = line.split()[:3]
            inside = real == mount or real.startswith(mount.rstrip("/") + "/")
            if inside and len(mount) >= len(best_mount):
                best_mount, best_type = mount, kind
    return best_type


def describe(root: str, work: str) -> dict:
    memory_kib = int(_first_value("/proc/meminfo", "MemTotal").split()[0])
    commit = _git(root, "rev-parse", "HEAD")
    changed = bool(_git(root, "status", "--porcelain"))
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": f"{commit or 'unknown'}{' with local changes' if changed else ''}",
        "cpu": _first_value("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(memory_kib / 2**20, 1),
        "kernel": platform.release(),
        "file_system": file_system(work),
        "load_average_at_start": os.getloadavg()[0],
    }


def summary(machine: dict) -> str:
    return (f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"Linux {machine['kernel']}, {machine['file_system']}\n"
            f"commit {machine['commit']}, {machine['date']}, "
            f"load average {machine['load_average_at_start']:.2f} at the start")
