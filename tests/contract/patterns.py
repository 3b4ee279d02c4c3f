# SPDX-License-Identifier: Apache-2.0
"""How what the server makes is written."""

import re

_ID = "[0-9a-hjkmnp-tv-z]{26}"
USER = re.compile(f"user-{_ID}")
ORGANIZATION = re.compile(f"org-{_ID}")
KEY = re.compile(f"key-{_ID}")
GRANT = re.compile(f"grant-{_ID}{_ID}")
CHARGE = re.compile(f"charge-{_ID}{_ID}")
HOLD = re.compile(f"hold-{_ID}{_ID}")
REFUND = re.compile(f"refund-{_ID}{_ID}")
SECRET = re.compile("sk-[0-9A-Za-z]{48}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
