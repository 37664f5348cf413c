# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of change_window_gate: options and a moment in, a verdict out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.arguments import check, override_of, window_from
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.freeze import Freeze, read_freeze
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.icalendar import Unreadable, read_calendar
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.judge import Opening, judge, told
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.window import Window
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.zone import NoZone, zone_named
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK, FAILED, PASSED


def run(params: dict[str, Any], now: datetime, check_mode: bool) -> dict[str, Any]:
    """The whole of ``change_window_gate`` at ``now``. In check mode it tells the verdict and no verdict stops the play."""
    check(params)
    override = override_of(params)
    faults: list[str] = []
    windows = list(_windows(params, faults))
    freezes = list(_freezes(params, faults))
    opening = judge(now, windows, freezes, timedelta(minutes=params["minutes_before_end"]))
    # A window that could not be read may be open now: only a freeze is known to be bad then.
    blind = len(windows) < len(params["windows"])
    against = [*opening.freezes, *(() if blind else opening.closed)]
    found = FAILED if against else COULD_NOT_ASK if faults else PASSED
    result = _result(now, opening, found, [*against, *faults], override=override, blind=bool(faults))
    if result["verdict"] != PASSED and not check_mode:
        raise GateNotPassed(_summary(result), "the calendar", _asked(params), result)
    return result


def _windows(params: dict[str, Any], faults: list[str]) -> Iterator[Window]:
    for number, given in enumerate(params["windows"]):
        option = f"windows[{number}]"
        zone = _zone(given, option, params, faults)
        if zone:
            yield window_from(given, option, zone)


def _freezes(params: dict[str, Any], faults: list[str]) -> Iterator[Freeze]:
    for number, given in enumerate(params["freezes"]):
        option = f"freezes[{number}]"
        zone = _zone(given, option, params, faults)
        if zone:
            yield read_freeze(given, option, zone)
    for path in params["freeze_calendars"]:
        zone = _zone({}, "", params, faults)
        try:
            if zone:
                yield from read_calendar(path, zone)
        except Unreadable as error:
            faults.append(str(error))


def _zone(given: dict[str, Any], option: str, params: dict[str, Any], faults: list[str]) -> Optional[tzinfo]:
    own = given.get("time_zone")
    try:
        return zone_named(own or params["time_zone"], f"{option}.time_zone" if own else "time_zone")
    except NoZone as error:
        if str(error) not in faults:
            faults.append(str(error))
        return None


def _result(
    now: datetime,
    opening: Opening,
    found: str,
    reasons: list[str],
    *,
    override: Optional[dict[str, str]],
    blind: bool,
) -> dict[str, Any]:
    """The same keys whatever the verdict. What is not known to the end is not told as an opening."""
    overridden = override is not None and found != PASSED
    return {
        "changed": False,
        "verdict": PASSED if overridden else found,
        "verdict_without_override": found,
        "reasons": reasons,
        "overridden": overridden,
        "override": override,
        "asked_at": now.isoformat(timespec="seconds"),
        "open_until": None if blind or opening.until is None else opening.until.isoformat(timespec="seconds"),
        "next_opening": None if blind or opening.next is None else opening.next.isoformat(timespec="seconds"),
        "frozen_by": [
            {"reason": freeze.reason, "source": freeze.source, "until": freeze.span.end.isoformat(timespec="seconds")}
            for freeze in opening.frozen
        ],
    }


def _summary(result: dict[str, Any]) -> str:
    sentences = [f"Change window {result['verdict']}: {'; '.join(result['reasons'])}."]
    if result["verdict"] == COULD_NOT_ASK:
        sentences.append("This says nothing about the calendar: mend what is named here.")
    elif result["next_opening"]:
        sentences.append(f"The next time is {told(datetime.fromisoformat(result['next_opening']))}.")
    elif result["verdict"] == FAILED:
        sentences.append("No next time is known.")
    return " ".join([*sentences, "To go on all the same, give override_reason; it is written down with who gave it."])


def _asked(params: dict[str, Any]) -> str:
    counts = [
        f"{len(params[option])} {option}" for option in ("windows", "freezes", "freeze_calendars") if params[option]
    ]
    return f"look into {', '.join(counts)}"
