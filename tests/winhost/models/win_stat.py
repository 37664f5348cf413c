# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_stat."""

from __future__ import annotations

from typing import Any

from ..host.files import is_junction
from ..host.host import Host
from .call import Call
from .file_facts import checksum, file_facts, folder_size
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    real = host.drives.real(call.arguments["path"])
    if call.get("follow"):
        real = real.resolve()
    if not real.exists() and not is_junction(real):
        return {"changed": False, "stat": {"exists": False}}
    facts = file_facts(host, real)
    if facts["isdir"]:
        if call.get("get_size", True):
            facts["size"] = folder_size(real)
    else:
        facts["extension"] = real.suffix
        if call.get("get_checksum", True):
            facts["checksum"] = checksum(real, call.get("checksum_algorithm", "sha1"))
        if call.get("get_size", True):
            facts["size"] = real.stat().st_size
    return {"changed": False, "stat": facts}


MODEL = Model(
    module="ansible.windows.win_stat",
    honours=frozenset({"path", "follow", "get_size", "get_checksum", "checksum_algorithm"}),
    script_sha256={
        "1e8dbab932e6319e0393ce2fb74dee9434e427d55929c6bbc8b2d6047c41efb1": "3.3.0",
        "283f2f3a32c2dc467ffbaa6a6375c871b28160ddbc128efc398aad6e73e0f996": "3.8.0",
    },
    differences=(
        "a link is always a junction; no hard links, shares, hidden or read-only files, one owner",
        "creationtime is the time of the last change of the file's entry",
    ),
    carry_out=carry_out,
)
