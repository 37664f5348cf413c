# SPDX-License-Identifier: GPL-3.0-or-later
"""Freezes: dated spans of time in which nothing is changed, with the reason. Private to hybrid.rollout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.window import Span, first_showing
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Freeze:
    """``source`` is the option or the file that it stands in."""

    span: Span
    reason: str
    source: str


def read_freeze(given: dict[str, Any], option: str, zone: tzinfo) -> Freeze:
    """A freeze from variables; a date is a whole day, the last one too. BadInput says what cannot be meant."""
    reason = " ".join(given["reason"].split())
    if not reason:
        raise BadInput(f"{option} has no reason: say why nothing is changed then, it is what people are shown.")
    start = _moment(given["from"], f"{option}.from", zone, timedelta())
    end = _moment(given["to"], f"{option}.to", zone, timedelta(days=1))
    if start >= end:
        raise BadInput(f"{option} ({reason}) ends at {given['to']}, which is not after its beginning {given['from']}.")
    return Freeze(Span(start, end), reason, option)


def _moment(text: str, option: str, zone: tzinfo, whole_day: timedelta) -> datetime:
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            return first_showing(datetime.combine(date.fromisoformat(text) + whole_day, datetime.min.time()), zone)
        read = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
        return read.astimezone(timezone.utc) if read.tzinfo else first_showing(read, zone)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"{option} is {text!r}; write a date such as 2026-12-24 or a date and time such as 2026-12-24T18:00 "
            f"or 2026-12-24T18:00+01:00 ({error})."
        ) from error
