#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a demo: one self-contained HTML file with one picture, the verdict and whatever failed.

Reads witness.json, rollouts.json, events.json and verdict.json of the folder it is given; writes index.html there.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.tests.lab.demo.picture import picture
from ansible_collections.hybrid.rollout.tests.lab.demo.states import FAILED, states_from_events
from ansible_collections.hybrid.rollout.tests.lab.demo.verdict import customers_noticed, rows_in_words
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

FAILURES_SHOWN = 200


def page(
    account: Mapping[str, Any],
    rollouts: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    verdict: Mapping[str, Any],
) -> str:
    begun, ended = float(account["started"]), float(account["ended"])
    history = states_from_events(events, begun, ended)
    failures = [
        {**failure, "at": _clock(failure["started"], 3), "latency": round(failure["latency_ms"])}
        for failure in account["failures"]
    ]
    marks = [
        {"at": _clock(mark.at), "member": mark.member, "step": mark.step.replace("_", " "), "reason": mark.reason}
        for mark in sorted(history.marks, key=lambda mark: mark.at)
        if mark.kind == FAILED
    ]
    names = ", ".join(dict.fromkeys(rollout["service"] for rollout in rollouts)) or "the lab"
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return template.get_template("page.html.j2").render(
        title=f"Rollouts of {names} under live traffic",
        day=time.strftime("%Y-%m-%d %H:%M", time.gmtime(begun)),
        rate=f"{account['rate']:g}",
        balancers=len(account["urls"]),
        connections=" and ".join(f"{n:,} on {kind}" for kind, n in account["totals"]["by_connection"].items()),
        headline=_headline(verdict),
        rows=rows_in_words(verdict["rows"]) if "rows" in verdict else "",
        with_columns=any("columns" in rollout for rollout in verdict["rollouts"]),
        is_bad=customers_noticed(verdict) or not verdict["requests_sent"],
        verdict=verdict,
        picture=Markup(picture(history, account["seconds"], rollouts, begun, ended)),
        marks=marks,
        failures=failures[:FAILURES_SHOWN],
        failures_left_out=max(0, len(failures) - FAILURES_SHOWN),
    )


def _headline(verdict: Mapping[str, Any]) -> str:
    if not verdict["requests_sent"]:
        return "No traffic, no verdict"
    return f"{verdict['requests_sent']:,} requests sent, {verdict['requests_failed']:,} failed"


def _clock(at: float, digits: int = 0) -> str:
    fraction = f"{at % 1:.{digits}f}"[1:] if digits else ""
    return time.strftime("%H:%M:%S", time.gmtime(at)) + fraction


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/demo"))
    folder = parser.parse_args().folder
    read = [json.loads((folder / f"{name}.json").read_text()) for name in ("witness", "rollouts", "events", "verdict")]
    partial = folder / ".index.html.partial"
    partial.write_text(page(*read))
    os.replace(partial, folder / "index.html")
    print(folder / "index.html")


if __name__ == "__main__":
    main()
