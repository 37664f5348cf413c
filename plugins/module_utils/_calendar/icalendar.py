# SPDX-License-Identifier: GPL-3.0-or-later
"""Read freezes from an iCalendar file (RFC 5545). What is not understood is refused, never left out. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.freeze import Freeze
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.window import Span, first_showing
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.zone import NoZone, zone_named
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

MAX_BYTES = 4 * 1024 * 1024
# What makes more or other times out of an event than its beginning and its end.
REPEATS = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DURATION")
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=(?:"([^"]*)"|([^";:,]*))')

Fields = dict[str, tuple[dict[str, str], str]]


class Unreadable(Exception):
    """The file says nothing that can be relied on; the message is for people."""


def read_calendar(path: str, zone: tzinfo) -> list[Freeze]:
    """Every event of the file, one after another; ``zone`` is for times that name none."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise Unreadable(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        return [freeze for event in _events(content.decode("utf-8-sig")) for freeze in _freeze(event, path, zone)]
    except (ValueError, OverflowError, NoZone, BadInput) as error:
        raise Unreadable(f"{path}: {error}") from error


def _events(text: str) -> Iterator[Fields]:
    """The fields of each VEVENT, without those of what stands inside it."""
    inside: list[str] = []
    event: Fields = {}
    whole = False
    for line in re.split(r"\r?\n", re.sub(r"\r?\n[ \t]", "", text)):
        if not line.strip():
            continue
        name, parameters, value = _parts(line)
        if whole or (not inside and (name, value.upper()) != ("BEGIN", "VCALENDAR")):
            raise ValueError("it is not one VCALENDAR")
        if name == "BEGIN":
            inside.append(value.upper())
            event = {} if inside == ["VCALENDAR", "VEVENT"] else event
        elif name == "END":
            if inside.pop() != value.upper():
                raise ValueError(f"END:{value} ends nothing that was begun")
            if [*inside, value.upper()] == ["VCALENDAR", "VEVENT"]:
                yield event
            whole = not inside
        elif inside == ["VCALENDAR", "VEVENT"]:
            if name in event and name in ("DTSTART", "DTEND", "SUMMARY", "STATUS"):
                raise ValueError(f"an event has {name} twice")
            event[name] = (parameters, value)
    if not whole:
        raise ValueError("it does not end with END:VCALENDAR, so a part of it may be missing")


def _parts(line: str) -> tuple[str, dict[str, str], str]:
    match = _LINE.fullmatch(line)
    if not match:
        # Of no concern where it is a field that is not read, and the ones that are read have no such parameters.
        name, _colon, value = line.partition(":")
        if not _colon or name.partition(";")[0].upper() in ("DTSTART", "DTEND", "BEGIN", "END", *REPEATS):
            raise ValueError(f"{line[:80]!r} is no line of a calendar")
        return name.partition(";")[0].upper(), {}, value
    parameters = {key.upper(): quoted or plain for key, quoted, plain in _PARAMETER.findall(match[2])}
    return match[1].upper(), parameters, match[3]


def _freeze(event: Fields, path: str, zone: tzinfo) -> Iterator[Freeze]:
    summary = re.sub(r"\\([nN,;\\])", lambda m: " " if m[1] in "nN" else m[1], event.get("SUMMARY", ({}, ""))[1])
    reason = " ".join(summary.split()) or "no SUMMARY"
    if event.get("STATUS", ({}, ""))[1].upper() == "CANCELLED":
        return
    for field in REPEATS:
        if field in event:
            raise ValueError(f"the event {reason!r} has {field}, which is not read here: write each time as an event")
    if "DTSTART" not in event:
        raise ValueError(f"the event {reason!r} has no DTSTART")
    start, a_day = _moment(*event["DTSTART"], zone)
    end = start
    if "DTEND" in event:
        end, ends_with_a_day = _moment(*event["DTEND"], zone)
        if (a_day is None) != (ends_with_a_day is None):
            raise ValueError(f"the event {reason!r} begins with a date and ends with a time, or the other way round")
    elif a_day is not None:
        end = first_showing(datetime.combine(a_day + timedelta(days=1), datetime.min.time()), zone)
    if end <= start:
        raise ValueError(f"the event {reason!r} has no end after its beginning")
    yield Freeze(Span(start, end), reason, path)


def _moment(parameters: dict[str, str], text: str, zone: tzinfo) -> tuple[datetime, Optional[date]]:
    """The moment, and the date where it is a whole day."""
    if parameters.get("VALUE", "").upper() == "DATE" or re.fullmatch(r"\d{8}", text):
        day = datetime.strptime(text, "%Y%m%d").date()
        return first_showing(datetime.combine(day, datetime.min.time()), zone), day
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc), None
    named = zone_named(parameters["TZID"], "TZID") if "TZID" in parameters else zone
    return first_showing(datetime.strptime(text, "%Y%m%dT%H%M%S"), named), None
