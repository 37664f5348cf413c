# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's checksum of a script: over its lines without their ends, so that CR, LF and CRLF are one. Private to hybrid.rollout."""

from __future__ import annotations

import re
import zlib


def checksum(content: bytes) -> str:
    """A signed number of 32 bits, as the table has it. The content is UTF-8, which is what Flyway expects unless told."""
    lines = re.split(b"\r\n|\r|\n", content[3:] if content.startswith(b"\xef\xbb\xbf") else content)
    unsigned = zlib.crc32(b"".join(lines))
    return str(unsigned - (1 << 32) if unsigned >> 31 else unsigned)
