# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way by WinRM lacks, judged as Ansible's plugin and pywinrm read its options. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.clear_text import without_tls
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import (
    CERTIFICATE_UNCHECKED,
    Weakness,
)

OPTIONS = ("scheme", "port", "transport")
VALIDATION, TRUST, ENCRYPTION = VARIABLES = (
    "ansible_winrm_server_cert_validation",
    "ansible_winrm_ca_trust_path",
    "ansible_winrm_message_encryption",
)
HTTP_PORT = 5985


def weaknesses(options: Mapping[str, Any]) -> Iterator[Weakness]:
    scheme = options["scheme"] or ("http" if options["port"] == HTTP_PORT else "https")
    if scheme == "http":
        encryption = options.get(ENCRYPTION, "auto")
        yield without_tls(options["port"], options["transport"] or (), encryption)
        return
    # pywinrm checks for this one word, and takes an empty path for "trust everybody".
    validation = options.get(VALIDATION, "validate")
    if validation != "validate":
        yield Weakness(CERTIFICATE_UNCHECKED, f"{VALIDATION} is {_said(validation)}")
    elif options.get(TRUST, True) in ("", False):
        yield Weakness(CERTIFICATE_UNCHECKED, f"{TRUST} is empty, which turns the check off")


def _said(value: object) -> str:
    return "empty" if value in (None, "") else str(value)
