# SPDX-License-Identifier: GPL-3.0-or-later
"""Time zones by their IANA name. Private to hybrid.rollout."""

from __future__ import annotations

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")


class NoZone(Exception):
    """The name may be right or wrong: this machine has no data for it."""


def zone_named(name: str, option: str) -> tzinfo:
    if not _NAME.fullmatch(name):
        raise BadInput(f"{option} is {name!r}; write an IANA time zone such as Europe/London or UTC.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NoZone(
            f"{option}: there is no data for the time zone {name} where the gate runs. Check the name; where the system has no "
            "time zones at all, install its package tzdata, or the Python package tzdata"
        ) from error
