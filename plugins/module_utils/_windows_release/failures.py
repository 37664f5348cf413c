# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failed module call means, with a code and the module's own words. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, NotFound, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._release.fetch import ChecksumMismatch
from ansible_collections.hybrid.rollout.plugins.module_utils._release.unit import UnitFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._release.unpack import BadArchive
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.stage import FETCH, UNPACK

_STARTERS = (
    "ansible.windows.win_service",
    "microsoft.iis.website",
    "microsoft.iis.web_app_pool",
    "community.windows.win_scheduled_task",
    "community.windows.win_nssm",
)
# Windows says it in the language of the system; the number is the same in all of them.
_DISK_FULL = ("not enough space on the disk", "0x80070070")


class Unreachable(RolloutError):
    """The connection to the member was lost, or there was none."""

    code = "unreachable"


class ModuleFailed(RolloutError):
    """A module did not do what it was called for."""

    code = "module_failed"


class NoSpace(RolloutError):
    """The member's disk is full."""

    code = "no_space"


def unreachable(call: ModuleCall, host: str, reply: str) -> RolloutError:
    return Unreachable(f"{host} cannot be reached: {reply}", endpoint=host, command=call.module, reply=reply)


def failed(call: ModuleCall, host: str, result: dict[str, Any]) -> RolloutError:
    """The error of a call that came back as failed."""
    words = str(result.get("msg") or result.get("module_stderr") or result.get("module_stdout") or "").strip()
    if result.get("nssm_error_log"):
        words = f"{words}: {str(result['nssm_error_log']).strip()}"
    url = str(call.arguments.get("url", ""))
    reply = words.replace(url, _shown(url)) if url else words
    kind = _kind(call, result, reply)
    endpoint = _shown(url) if url else host
    return kind(f"{call.module} failed on {host}: {reply}", endpoint=endpoint, command=call.module, reply=reply)


def _kind(call: ModuleCall, result: dict[str, Any], reply: str) -> type[RolloutError]:
    if any(sign in reply for sign in _DISK_FULL):
        return NoSpace
    if call.module == FETCH:
        if reply.startswith("The checksum for "):
            return ChecksumMismatch
        return NotFound if result.get("status_code") == 404 or "(404)" in reply else EndpointFailed
    if call.module == UNPACK:
        return BadArchive
    return UnitFailed if call.module in _STARTERS else ModuleFailed


def _shown(url: str) -> str:
    """The address without what may be a secret in it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
