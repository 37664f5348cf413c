# SPDX-License-Identifier: GPL-3.0-or-later
"""Change windows and freezes at chosen moments: by weekday and zone, over midnight, when the clock is put forward and back."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NIGHT = {"days": ["tue", "thu"], "from": "22:00", "to": "02:00", "time_zone": "Europe/London"}
FREEZE = {"from": "2026-12-24", "to": "2026-12-26", "reason": "Christmas"}
ALWAYS = {"from": "00:00", "to": "24:00"}


def ask(now: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    for option in ("windows", "freezes"):
        options[option] = [
            {"days": DAYS, "time_zone": None, **one} if option == "windows" else {"time_zone": None, **one}
            for one in options.get(option, [])
        ]
    given: dict[str, Any] = {"freeze_calendars": [], "time_zone": "UTC", "minutes_before_end": 0.0}
    given.update(override_reason=None, override_by=None)
    moment = datetime.fromisoformat(now).replace(tzinfo=timezone.utc)
    return run({**given, **options}, moment, check_mode)


def shut(now: str, verdict: str = "failed", **options: Any) -> str:
    with pytest.raises(GateNotPassed) as caught:
        ask(now, **options)
    assert caught.value.result["verdict"] == verdict
    return str(caught.value)


def is_open(now: str, **options: Any) -> bool:
    return bool(ask(now, check_mode=True, **options)["verdict"] == "passed")


# 2026-12-01 is a Tuesday.
@pytest.mark.parametrize(
    ("now", "opened"),
    [
        ("2026-12-01T21:59:59", False),
        ("2026-12-01T22:00:00", True),
        ("2026-12-02T01:59:59", True),
        ("2026-12-02T02:00:00", False),
        ("2026-12-02T22:30:00", False),
        ("2026-12-03T23:00:00", True),
        ("2026-12-01T01:00:00", False),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens(now: str, opened: bool) -> None:
    assert is_open(now, windows=[NIGHT]) is opened


def test_a_window_is_by_the_clock_of_its_zone() -> None:
    summer = {**NIGHT, "days": DAYS}
    assert is_open("2026-07-01T21:00:00", windows=[summer])
    assert not is_open("2026-12-01T21:00:00", windows=[summer])
    assert is_open("2026-12-01T21:00:00", windows=[{"from": "22:00", "to": "23:00"}], time_zone="Europe/Berlin")


def test_an_hour_that_comes_twice_is_in_a_window_once() -> None:
    """London, 2026-10-25: 01:00 to 02:00 is passed in summer time (from 00:00 UTC) and again (from 01:00 UTC)."""
    early = {"from": "00:30", "to": "01:30", "time_zone": "Europe/London"}
    late = {"from": "01:30", "to": "02:30", "time_zone": "Europe/London"}
    assert ask("2026-10-25T00:00:00", windows=[early])["open_until"] == "2026-10-25T00:30:00+00:00"
    assert not is_open("2026-10-25T01:15:00", windows=[early])
    assert ask("2026-10-25T00:30:00", windows=[late])["open_until"] == "2026-10-25T02:30:00+00:00"


def test_an_hour_that_is_missing_is_in_no_window() -> None:
    """London, 2026-03-29: at 01:00 UTC the clock goes from 01:00 to 02:00."""
    missing = {"from": "01:15", "to": "01:45", "time_zone": "Europe/London"}
    across = {"from": "00:30", "to": "01:30", "time_zone": "Europe/London"}
    assert not any(is_open(f"2026-03-29T0{hour}:{minute}", windows=[missing]) for hour in (0, 1) for minute in (20, 59))
    assert ask("2026-03-29T00:45:00", windows=[across])["open_until"] == "2026-03-29T01:00:00+00:00"
    assert not is_open("2026-03-29T01:00:00", windows=[across])


def test_outside_of_every_window_the_next_time_is_told() -> None:
    words = shut("2026-12-04T12:00:00", windows=[NIGHT])
    assert "no change window is open" in words
    assert "The next time is 2026-12-08 22:00 UTC" in words


def test_too_little_time_before_the_end_keeps_it_shut() -> None:
    assert is_open("2026-12-02T01:00:00", windows=[NIGHT], minutes_before_end=60)
    words = shut("2026-12-02T01:01:00", windows=[NIGHT], minutes_before_end=60)
    assert "only 59 min are left until 2026-12-02 02:00 UTC, 60 are asked for" in words


def test_windows_that_touch_are_one() -> None:
    two = [{"from": "10:00", "to": "11:00"}, {"from": "11:00", "to": "12:00"}]
    assert ask("2026-12-01T10:59:00", windows=two, minutes_before_end=30)["open_until"] == "2026-12-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        ("2026-12-23T22:59:59", True),
        ("2026-12-23T23:00:00", False),
        ("2026-12-26T22:59:59", False),
        ("2026-12-26T23:00:00", True),
    ],
)
def test_the_last_day_of_a_freeze_is_frozen_whole_by_the_zones_clock(now: str, opened: bool) -> None:
    assert is_open(now, freezes=[FREEZE], time_zone="Europe/Berlin") is opened


def test_a_freeze_is_told_with_its_reason_and_its_end() -> None:
    words = shut("2026-12-25T12:00:00", windows=[ALWAYS], freezes=[FREEZE])
    assert "frozen until 2026-12-27 00:00 UTC: Christmas (freezes[0])" in words
    assert "The next time is 2026-12-27 00:00 UTC" in words


def calendar(path: Path, *fields: str, head: str = "BEGIN:VCALENDAR", foot: str = "END:VCALENDAR") -> str:
    path.write_text("\r\n".join([head, "BEGIN:VEVENT", *fields, "END:VEVENT", foot, ""]), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "fields",
    [
        ("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"),
        ("DTSTART:20261225T110000Z", "DTEND:20261225T130000Z"),
        ("DTSTART;TZID=Europe/Berlin:20261225T123000", "DTEND;TZID=Europe/Berlin:20261225T133000"),
        ("DTSTART;VALUE=DATE:20261225",),
    ],
)
def test_an_event_of_a_calendar_file_is_a_freeze(tmp_path: Path, fields: tuple[str, ...]) -> None:
    path = calendar(tmp_path / "freezes.ics", "SUMMARY:Year end\\, books", *fields)
    assert f"Year end, books ({path})" in shut("2026-12-25T12:00:00", freeze_calendars=[path])
    assert is_open("2026-12-28T12:00:00", freeze_calendars=[path])


def test_a_cancelled_event_freezes_nothing(tmp_path: Path) -> None:
    path = calendar(tmp_path / "freezes.ics", "DTSTART;VALUE=DATE:20261225", "STATUS:CANCELLED")
    assert is_open("2026-12-25T12:00:00", freeze_calendars=[path])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY"), "has RRULE, which is not read here"),
        (("DTSTART:20261225T110000Z", "DURATION:PT1H"), "has DURATION, which is not read here"),
        (("DTSTART:20261225T110000Z",), "no end after its beginning"),
        (("DTEND:20261225T110000Z",), "has no DTSTART"),
        (("DTSTART:Christmas", "DTEND:20261225T110000Z"), "does not match"),
        (("DTSTART;TZID=Nowhere/City:20261225T110000", "DTEND:20261225T130000Z"), "no data for the time zone"),
        (("DTSTART:20261225T110000Z", "DTSTART:20261226T110000Z"), "has DTSTART twice"),
    ],
)
def test_an_event_that_is_not_understood_is_refused_aloud(tmp_path: Path, fields: tuple[str, ...], words: str) -> None:
    path = calendar(tmp_path / "freezes.ics", *fields)
    assert words in shut("2026-01-01T12:00:00", "could_not_ask", freeze_calendars=[path])


def test_half_a_calendar_is_no_calendar(tmp_path: Path) -> None:
    path = calendar(tmp_path / "freezes.ics", "DTSTART;VALUE=DATE:20261225", foot="")
    assert "a part of it may be missing" in shut("2026-01-01T12:00:00", "could_not_ask", freeze_calendars=[path])
    page = tmp_path / "page.ics"
    page.write_text("<html>please log in</html>", encoding="utf-8")
    shut("2026-01-01T12:00:00", "could_not_ask", freeze_calendars=[str(page)])
    shut("2026-01-01T12:00:00", "could_not_ask", freeze_calendars=[str(tmp_path / "nowhere.ics")])


def test_a_known_freeze_counts_although_another_calendar_cannot_be_read(tmp_path: Path) -> None:
    words = shut("2026-12-25T12:00:00", freezes=[FREEZE], freeze_calendars=[str(tmp_path / "nowhere.ics")])
    assert "Christmas" in words
    assert "cannot be read" in words


def test_a_zone_without_data_says_nothing_about_the_calendar() -> None:
    words = shut("2026-12-25T12:00:00", "could_not_ask", windows=[{**ALWAYS, "time_zone": "Europe/Nowhere"}])
    assert "This says nothing about the calendar" in words


def test_an_override_opens_it_and_says_who_and_why() -> None:
    why: dict[str, Any] = {"override_reason": "  the payment   outage goes on ", "override_by": "alice"}
    result = ask("2026-12-25T12:00:00", freezes=[FREEZE], **why)
    assert (result["verdict"], result["verdict_without_override"], result["overridden"]) == ("passed", "failed", True)
    assert result["override"] == {"reason": "the payment outage goes on", "by": "alice"}
    assert result["reasons"] == ["frozen until 2026-12-27 00:00 UTC: Christmas (freezes[0])"]
    assert ask("2026-12-01T12:00:00", freezes=[FREEZE], **why)["overridden"] is False


@pytest.mark.parametrize(
    ("reason", "by", "words"),
    [
        ("", "alice", "say in 10 characters or more"),
        ("urgent", "alice", "say in 10 characters or more"),
        ("          x", "alice", "say in 10 characters or more"),
        ("the payment outage goes on", None, "override_by names nobody"),
    ],
)
def test_an_override_without_a_reason_or_a_name_is_refused_even_while_it_is_open(
    reason: str, by: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        ask("2026-12-01T12:00:00", freezes=[FREEZE], override_reason=reason, override_by=by)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "would always open"),
        ({"windows": [{"from": "1320", "to": "02:00"}]}, "in quotes"),
        ({"windows": [{"from": "24:00", "to": "02:00"}]}, "00:00 of the next day"),
        ({"windows": [{"from": "02:00", "to": "02:00"}]}, "begins and ends at"),
        ({"windows": [{**ALWAYS, "days": []}]}, "would never open"),
        ({"windows": [{**ALWAYS, "time_zone": "../etc/passwd"}]}, "IANA time zone"),
        ({"freezes": [{**FREEZE, "to": "2026-12-23"}]}, "not after its beginning"),
        ({"freezes": [{**FREEZE, "reason": " "}]}, "has no reason"),
        ({"freezes": [{**FREEZE, "from": "24.12.2026"}]}, "write a date such as"),
        ({"freeze_calendars": ["freezes.ics"]}, "relative"),
        ({"windows": [ALWAYS], "minutes_before_end": -1.0}, "0 or more"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ask("2026-12-01T12:00:00", **options)
