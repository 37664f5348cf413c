# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages sealed with the keys of the authentication, the way WinRM has them on plain HTTP."""

from __future__ import annotations

import spnego

_BOUNDARY = b"--Encrypted Boundary"
_PAYLOAD = b"Content-Type: application/octet-stream\r\n"
CONTENT_TYPE = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'


def is_sealed(content_type: str) -> bool:
    return content_type.startswith("multipart/encrypted")


def unsealed(content: bytes, context: spnego.ContextProxy) -> bytes:
    """The cipher text may hold anything, the boundary too: its ends decide."""
    _before, found, rest = content.partition(_PAYLOAD)
    end = rest.rfind(_BOUNDARY + b"--")
    if not found or end < 4:
        raise ValueError("no sealed message")
    sealed = rest[:end]
    length = int.from_bytes(sealed[:4], "little")
    return context.unwrap_winrm(sealed[4 : 4 + length], sealed[4 + length :])


def sealed(content: bytes, context: spnego.ContextProxy) -> bytes:
    wrapped = context.wrap_winrm(content)
    length = str(len(content) + wrapped.padding_length).encode()
    return (
        _BOUNDARY + b"\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
        b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length="
        + length
        + b"\r\n"
        + _BOUNDARY
        + b"\r\n\t"
        + _PAYLOAD
        + len(wrapped.header).to_bytes(4, "little")
        + wrapped.header
        + wrapped.data
        + _BOUNDARY
        + b"--\r\n"
    )
