# SPDX-License-Identifier: Apache-2.0
"""API keys that nobody has: of the right form, so that each has to be looked up
(docs/reference/api-keys.md)."""

import random
import string
import zlib

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


def _bad_key() -> str:
    text = "sk-" + "".join(random.choices(_ALPHABET, k=42))
    rest, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, len(_ALPHABET))
        check = _ALPHABET[digit] + check
    return text + check


def write_bad_keys(path: str, count: int) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count):
            file.write(_bad_key() + "\n")
