# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``windows_release``, and their sense checked before anything is asked. Private to hybrid.rollout."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import check_digest
from ansible_collections.hybrid.rollout.plugins.module_utils._release.options import OF_EVERY_PLATFORM
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.table import KINDS
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.paths import (
    check_folder_name,
    check_relative,
    check_root,
    same,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted

SPEC: dict[str, Any] = {
    "argument_spec": {
        "service_root": {"type": "str", "required": True},
        "download_timeout_seconds": {"type": "int", "default": 60},
        "kind": {"type": "str", "choices": list(KINDS), "default": "service"},
        "name": {"type": "str", "required": True},
        "executable": {"type": "str"},
        "arguments": {"type": "str", "default": ""},
        "application_pool": {"type": "str"},
        "stop_pool": {"type": "bool", "default": False},
        "switch": {"type": "str", "choices": ["path", "junction"], "default": "path"},
        "staged": {"type": "dict"},
        **OF_EVERY_PLATFORM,
    },
    "required_if": [
        ("state", "staged", ("version", "url", "sha256")),
        ("state", "current", ("version",)),
        ("kind", "iis", ("application_pool",)),
    ],
}

_NAME = re.compile(r"[\w][\w .()+$-]*")
_TASK = re.compile(r"\\?([\w][\w .()+-]*\\)*[\w][\w .()+-]*")


def read(params: dict[str, Any]) -> Wanted:
    """What is wanted; BadInput says which option cannot be meant and why."""
    check_root(params["service_root"])
    if params["version"] is not None:
        check_folder_name(params["version"])
    if params["sha256"] is not None:
        check_digest(params["sha256"], "sha256")
    if params["url"] is not None and urlsplit(params["url"]).scheme not in ("http", "https"):
        raise BadInput("url has to begin with http:// or https://.")
    if params["keep"] < 0:
        raise BadInput(f"keep is {params['keep']}; it has to be 0 or more.")
    if params["download_timeout_seconds"] <= 0:
        raise BadInput(f"download_timeout_seconds is {params['download_timeout_seconds']}; it has to be more than 0.")
    if not (_TASK if params["kind"] == "scheduled_task" else _NAME).fullmatch(params["name"]):
        raise BadInput(f"name is {params['name']!r}; letters, digits, spaces and . _ + - ( ) $ are taken.")
    if params["application_pool"] and not _NAME.fullmatch(params["application_pool"]):
        raise BadInput(
            f"application_pool is {params['application_pool']!r}; the name of an application pool is needed."
        )
    if re.search(r"[\x00-\x1f%]", params["arguments"]):
        raise BadInput(
            "arguments has a line break or a '%', which Windows might expand. Put it into the service's own configuration."
        )
    _check_staged(params)
    return Wanted(
        root=params["service_root"],
        name=params["name"],
        version=params["version"],
        executable=check_relative(params["executable"] or params["name"].rpartition("\\")[2] + ".exe", "executable"),
        arguments=params["arguments"].strip(),
        application_pool=params["application_pool"] or "",
        stop_pool=params["stop_pool"],
        junction=params["switch"] == "junction",
    )


def _check_staged(params: dict[str, Any]) -> None:
    staged = params["staged"]
    if staged is None:
        return
    if params["state"] == "staged" or params["version"] is None:
        raise BadInput("staged is for state current and pruned, together with version.")
    if "seen" not in staged or not same(staged.get("version"), params["version"]):
        raise BadInput(
            f"staged is not what state staged returned for version {params['version']}. Register that task and hand its result on."
        )
