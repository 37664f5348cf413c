# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asking: Basic on an encrypted connection, NTLM on any. NTLM carries keys that can seal the messages of its connection."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import spnego
from spnego.exceptions import SpnegoError


@dataclass(frozen=True)
class Accounts:
    """User name -> password, of no domain. NTLM's library reads them from the file that the variable NTLM_USER_FILE names."""

    passwords: Mapping[str, str]

    def write_ntlm_users(self, file: Path) -> None:
        file.touch(mode=0o600)
        file.write_text("".join(f":{name}:{password}\n" for name, password in self.passwords.items()))

    def right(self, name: str, password: str) -> bool:
        return hmac.compare_digest(self.passwords.get(name, "").encode(), password.encode()) and name in self.passwords


@dataclass(frozen=True)
class Verdict:
    admitted: bool
    challenges: tuple[str, ...] = ()


class Authentication:
    """Of one connection."""

    def __init__(self, accounts: Accounts, host: str, encrypted: bool) -> None:
        self._accounts, self._host, self._encrypted = accounts, host, encrypted
        self.context: Optional[spnego.ContextProxy] = None
        self._admitted = False

    def judge(self, header: str) -> Verdict:
        scheme, _space, token = header.partition(" ")
        try:
            if scheme.lower() == "basic" and self._encrypted:
                name, _colon, password = base64.b64decode(token).decode().partition(":")
                return Verdict(True) if self._accounts.right(name, password) else self.refused()
            if scheme.lower() in ("ntlm", "negotiate"):
                return self._step(scheme, base64.b64decode(token))
        except (binascii.Error, UnicodeError):
            return self.refused()
        return Verdict(True) if self._admitted else self.refused()

    def _step(self, scheme: str, token: bytes) -> Verdict:
        if self.context is None or self.context.complete:
            protocol = "ntlm" if token.startswith(b"NTLMSSP\0") else "negotiate"
            self.context = spnego.server(hostname=self._host, service="http", protocol=protocol)
            self._admitted = False
        try:
            answer = self.context.step(token)
        except SpnegoError:
            self.context = None
            return self.refused()
        self._admitted = self.context.complete
        if self._admitted:
            return Verdict(True)
        return Verdict(False, (f"{scheme} {base64.b64encode(answer or b'').decode()}",))

    def refused(self) -> Verdict:
        basic = ('Basic realm="WSMAN"',) if self._encrypted else ()
        return Verdict(False, ("Negotiate", "NTLM", *basic))
