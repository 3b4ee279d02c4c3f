# SPDX-License-Identifier: Apache-2.0
"""What the disk itself takes to make a few bytes durable."""

import os
import time
from statistics import median


def fdatasync_us(folder: str, seconds: float) -> float:
    """The median of appending 4 KiB to a file and syncing its data, in microseconds."""
    path = os.path.join(folder, "fdatasync")
    block = b"\xa5" * 4096
    taken = []
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        deadline = time.perf_counter() + seconds
        while (start := time.perf_counter()) < deadline:
            os.write(file, block)
            os.fdatasync(file)
            taken.append(time.perf_counter() - start)
    finally:
        os.close(file)
        os.unlink(path)
    return median(taken) * 1e6
