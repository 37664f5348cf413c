# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way by PSRP lacks, judged as Ansible's plugin reads its options. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.clear_text import without_tls
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import (
    CERTIFICATE_UNCHECKED,
    Weakness,
)

OPTIONS = ("protocol", "port", "auth", "message_encryption", "cert_validation")
HTTP_PORT = 5985


def weaknesses(options: Mapping[str, Any]) -> Iterator[Weakness]:
    protocol = options["protocol"] or ("http" if options["port"] == HTTP_PORT else "https")
    if protocol == "http":
        yield without_tls(options["port"] or HTTP_PORT, [options["auth"]], options["message_encryption"])
    elif options["cert_validation"] == "ignore":
        yield Weakness(CERTIFICATE_UNCHECKED, "ansible_psrp_cert_validation is ignore")
