# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``member_release``, and those of the module that it stands for. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._release.options import OF_EVERY_PLATFORM

PLATFORMS = ("linux", "windows")

SPEC: dict[str, Any] = {
    "argument_spec": {
        "platform": {"type": "str", "choices": list(PLATFORMS), "required": True},
        "service_root": {"type": "str", "required": True},
        "download_timeout_seconds": {"type": "int", "default": 60},
        "linux": {"type": "dict", "default": {}},
        "windows": {"type": "dict", "default": {}},
        **OF_EVERY_PLATFORM,
    },
}


def module_and_options(asked: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The module of the platform, and the options that it is given: those that were asked for and no defaults."""
    common = {name: value for name, value in asked.items() if name not in ("platform", *PLATFORMS)}
    own = asked.get(asked["platform"]) or {}
    twice = sorted(set(common) & set(own))
    if twice:
        raise BadInput(
            f"{', '.join(twice)} below {asked['platform']} belongs beside it: it is an option of both platforms."
        )
    return f"hybrid.rollout.{asked['platform']}_release", {**common, **own}
