# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: service, version and the digest of its artifact. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    service: str
    version: str
    url: str
    sha256: str
