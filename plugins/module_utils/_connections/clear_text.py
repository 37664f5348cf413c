# SPDX-License-Identifier: GPL-3.0-or-later
"""What is protected, and what is not, where WinRM or PSRP go over http. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import WITHOUT_TLS, Weakness

ENCRYPTING = frozenset({"credssp", "kerberos", "negotiate", "ntlm"})


def without_tls(port: int, authentications: Sequence[str], message_encryption: str) -> Weakness:
    """``authentications`` are those that may be used; none named means that a password may go as it is."""
    way = f"http without TLS on port {port}"
    if not authentications or not ENCRYPTING.issuperset(authentications):
        return Weakness(WITHOUT_TLS, f"{way}: the password and all else can be read and changed on the way")
    named = " or ".join(authentications)
    if message_encryption == "never":
        return Weakness(
            WITHOUT_TLS,
            f"{way}: {named} keeps the connection's password to itself, all else can be read and changed on the way",
        )
    return Weakness(
        WITHOUT_TLS, f"{way}: {named} encrypts the messages, not the headers, and no certificate says who answers"
    )
