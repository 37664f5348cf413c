# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way to a member lacks: a code of the estate check, and what was found, in words. Private to hybrid.rollout."""

from __future__ import annotations

from typing import NamedTuple

WITHOUT_TLS = "connection_without_tls"
CERTIFICATE_UNCHECKED = "certificate_not_checked"
HOST_KEY_UNCHECKED = "host_key_not_checked"
HOST_KEY_UNSEEN = "host_key_taken_unseen"


class Weakness(NamedTuple):
    code: str
    what: str
