# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom TLS trusts and who it says we are. Private to hybrid.rollout."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Optional


@dataclass(frozen=True)
class Trust:
    ca_path: Optional[str] = None
    validate_certs: bool = True
    client_cert: Optional[str] = None
    client_key: Optional[str] = None


@cache
def context(trust: Trust) -> ssl.SSLContext:
    """Reading the system's certificates takes 10 ms or more, so each trust is built once. OSError names the file."""
    try:
        made = ssl.create_default_context(cafile=trust.ca_path)
    except OSError as error:
        raise OSError(f"CA file {trust.ca_path}: {error}") from error
    if not trust.validate_certs:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if trust.client_cert:
        try:
            made.load_cert_chain(trust.client_cert, trust.client_key)
        except OSError as error:
            raise OSError(f"client certificate {trust.client_cert}, key {trust.client_key}: {error}") from error
    return made
