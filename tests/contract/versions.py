# SPDX-License-Identifier: Apache-2.0
"""The three versions of the user API, and what differs between them."""

VERSIONS = ("v1alpha", "v1beta", "v1")
ERROR_TYPES = {
    "v1alpha": "application/vnd.goa.error",
    "v1beta": "application/json",
    "v1": "application/json",
}


def account_path(version: str) -> str:
    return f"/{version}/user/account"


def balance_path(version: str) -> str:
    return f"/{version}/user/balance"


def authorizations(key: str) -> tuple[str, ...]:
    """The forms of the header Authorization that all versions take."""
    return (key, f"Bearer {key}", f"bearer {key}", f"BEARER  {key} ")
