# SPDX-License-Identifier: Apache-2.0
"""How long and how often things are measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    users: int = 100_000          # Each with an organization, an API key and credits.
    keys_in_rotation: int = 100
    few_organizations: int = 5_000   # For the row of charges with few of them.
    entries: int = 10_000_000     # For the rows "with entries".
    batch: int = 256
    checked_keys: int = 100       # With networks and a rate limit.
    bad_keys: int = 100_000
    warmup_s: float = 1
    read_rounds: int = 5
    read_s: float = 5
    charge_rounds: int = 3
    charge_s: float = 10
    sustained_rounds: int = 1
    sustained_s: float = 60
    latency_rounds: int = 3
    latency_s: float = 5
    starts: int = 10
    shared_users: int = 2_000     # For the rows "on PostgreSQL".
    restarts: int = 5
    crashes: int = 3
    sdk_rounds: int = 7
    sdk_s: float = 3
    free_disk_gib: int = 24       # Two full stores, PostgreSQL's table and its log.


FULL = Settings()

QUICK = Settings(users=5_000, few_organizations=500, entries=200_000, bad_keys=5_000, warmup_s=0.5, read_rounds=2, read_s=1.5,
                 charge_rounds=2, charge_s=2, sustained_s=6, latency_rounds=2, latency_s=1.5,
                 starts=3, shared_users=300, restarts=2, crashes=1, sdk_rounds=2, sdk_s=1, free_disk_gib=2)
