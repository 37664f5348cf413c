# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``linux_release``, and their sense checked before anything is touched. Private to hybrid.rollout."""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import check_digest, check_version
from ansible_collections.hybrid.rollout.plugins.module_utils._release.options import OF_EVERY_PLATFORM

SPEC: dict[str, Any] = {
    "argument_spec": {
        "service_root": {"type": "path", "required": True},
        "download_timeout_seconds": {"type": "float", "default": 60.0},
        "ca_path": {"type": "path"},
        "minimum_free_bytes": {"type": "int", "default": 0},
        "owner": {"type": "str"},
        "group": {"type": "str"},
        "unit": {"type": "str"},
        **OF_EVERY_PLATFORM,
    },
    "required_if": [("state", "staged", ("version", "url", "sha256")), ("state", "current", ("version",))],
}

_UNIT = re.compile(r"[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*")


def check(params: dict[str, Any]) -> dict[str, Any]:
    """The options with the digest in lower case; BadInput says which cannot be meant and why."""
    if not os.path.isabs(params["service_root"]) or os.path.normpath(params["service_root"]) == "/":
        raise BadInput(f"service_root is {params['service_root']!r}; an absolute path other than / is needed.")
    if params["version"] is not None:
        check_version(params["version"])
    digest = "" if params["sha256"] is None else check_digest(params["sha256"], "sha256")
    if params["url"] is not None and urlsplit(params["url"]).scheme not in ("http", "https", "file"):
        raise BadInput("url has to begin with http://, https:// or file://.")
    if params["unit"] is not None and not _UNIT.fullmatch(params["unit"]):
        raise BadInput(f"unit is {params['unit']!r}; the name of a systemd unit such as quotes.service is needed.")
    if params["keep"] < 0:
        raise BadInput(f"keep is {params['keep']}; it has to be 0 or more.")
    if not params["download_timeout_seconds"] > 0:
        raise BadInput(f"download_timeout_seconds is {params['download_timeout_seconds']:g}; it has to be more than 0.")
    return {**params, "sha256": digest}
