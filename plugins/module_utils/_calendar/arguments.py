# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``change_window_gate``, and their sense. Private to hybrid.rollout."""

from __future__ import annotations

import re
from datetime import time, tzinfo
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.window import DAYS, Window
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import OCCASION_SPEC, RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

SHORTEST_REASON = 10
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")

SPEC: dict[str, Any] = {
    "argument_spec": {
        "windows": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "days": {"type": "list", "elements": "str", "choices": list(DAYS), "default": list(DAYS)},
                "from": {"type": "str", "required": True},
                "to": {"type": "str", "required": True},
                "time_zone": {"type": "str"},
            },
        },
        "freezes": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "from": {"type": "str", "required": True},
                "to": {"type": "str", "required": True},
                "reason": {"type": "str", "required": True},
                "time_zone": {"type": "str"},
            },
        },
        "freeze_calendars": {"type": "list", "elements": "path", "default": []},
        "time_zone": {"type": "str", "default": "UTC"},
        "minutes_before_end": {"type": "float", "default": 0.0},
        "override_reason": {"type": "str"},
        "override_by": {"type": "str"},
        **REACH_SPEC,
        **RECORD_SPEC,
        **OCCASION_SPEC,
    },
}


def check(params: dict[str, Any]) -> None:
    """BadInput for what cannot be meant whatever the time is."""
    if not (params["windows"] or params["freezes"] or params["freeze_calendars"]):
        raise BadInput("windows, freezes and freeze_calendars are empty: a gate that asks nothing would always open.")
    if not 0 <= params["minutes_before_end"] < float("inf"):
        raise BadInput(f"minutes_before_end is {params['minutes_before_end']:g}; it has to be 0 or more.")
    for path in params["freeze_calendars"]:
        if not path.startswith("/"):
            raise BadInput(
                f"freeze_calendars has {path!r}, which is relative: write from / on, for example with playbook_dir."
            )


def override_of(params: dict[str, Any]) -> Optional[dict[str, str]]:
    """Who goes on against the calendar, and why; None where nobody does."""
    if params["override_reason"] is None:
        return None
    reason, by = (" ".join((params[option] or "").split()) for option in ("override_reason", "override_by"))
    if len(reason) < SHORTEST_REASON:
        raise BadInput(
            f"override_reason is {reason!r}; say in {SHORTEST_REASON} characters or more why this cannot wait. It is written down."
        )
    if not by:
        raise BadInput("override_reason is given, and override_by names nobody: say who answers for it.")
    return {"reason": reason, "by": by}


def window_from(given: dict[str, Any], option: str, zone: tzinfo) -> Window:
    start, end = _time(given["from"], f"{option}.from"), _time(given["to"], f"{option}.to")
    if start is None:
        raise BadInput(f"{option}.from is 24:00; write 00:00 of the next day.")
    if start == end:
        raise BadInput(f"{option} begins and ends at {given['from']}; a whole day is from 00:00 to 24:00.")
    if not given["days"]:
        raise BadInput(f"{option}.days is empty: it would never open. Leave it out for every day.")
    return Window(frozenset(DAYS.index(day) for day in given["days"]), start, end, zone)


def _time(text: str, option: str) -> Optional[time]:
    match = _TIME.fullmatch(text)
    if not match or (match[1] == "24" and match[2] != "00"):
        raise BadInput(
            f"{option} is {text!r}; write hours and minutes in quotes, such as '22:00': without quotes YAML makes a number of it."
        )
    return None if match[1] == "24" else time(int(match[1]), int(match[2]))
