# SPDX-License-Identifier: GPL-3.0-or-later
"""The one picture of a demo as inline SVG: members over time above, requests a second by version below."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from ansible_collections.hybrid.rollout.tests.lab.demo import states
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

mpl.use("svg")
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "rollout", "font.size": 10, "axes.edgecolor": "#8a94a0"})

# Okabe and Ito's colours, which people with any colour vision can tell apart; online is pale because it is the rule.
COLOUR_OF_STATE = {
    states.ONLINE: "#d5e8e0",
    states.DRAINING: "#f0d94a",
    states.INSTALLING: "#0072b2",
    states.TESTING: "#56b4e9",
    states.JOINING: "#009e73",
    states.OUT: "#7b8591",
}
COLOURS_OF_VERSIONS = ["#b8c2cc", "#4a90c2", "#e0a030", "#8c6bb1", "#3b9b7d"]
FAILURE, MUTED = "#c23b00", "#55606c"
NARROW = 0.03
SIGN_OF_MARK = {states.FAILED: ("X", FAILURE), states.ROLLED_BACK: ("<", "#20262d")}


def picture(
    history: states.History,
    seconds: Sequence[Mapping[str, Any]],
    rollouts: Sequence[Mapping[str, Any]],
    begun: float,
    ended: float,
) -> str:
    """SVG text without an XML header; times are epoch seconds, the axis counts from ``begun``."""
    members = sorted({span.member for span in history.spans})
    figure = Figure(figsize=(11.5, 2.6 + 0.42 * max(len(members), 1) + 2.2))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[max(len(members), 2) * 0.42 + 0.4, 2.2])
    _draw_members(upper, history, members, seconds, begun)
    _draw_requests(lower, seconds, begun, ended)
    for axes in (upper, lower):
        axes.set_xlim(0, ended - begun)
        axes.spines[["top", "right"]].set_visible(False)
        for rollout in rollouts:
            axes.axvspan(rollout["started"] - begun, rollout["ended"] - begun, color="#eef1f4", zorder=0, linewidth=0)
    for number, rollout in enumerate(rollouts):
        middle = (rollout["started"] + rollout["ended"]) / 2 - begun
        upper.annotate(
            f"{rollout['service']} {rollout['from']} → {rollout['to']}: {rollout['result']}",
            (middle, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 5 + 15 * (number % 2)),  # short rollouts have long names
            textcoords="offset points",
            ha="center",
            weight="bold",
        )
    lower.xaxis.set_major_formatter(FuncFormatter(lambda at, _position: f"{int(at) // 60}:{int(at) % 60:02d}"))
    lower.xaxis.set_major_locator(MaxNLocator(12, steps=[1, 1.5, 2, 3, 5, 6, 10], integer=True))
    lower.set_xlabel(
        f"minutes and seconds since {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(begun))} UTC", color=MUTED
    )
    figure.tight_layout(h_pad=1.2)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def _draw_members(
    axes: Axes, history: states.History, members: list[str], seconds: Sequence[Mapping[str, Any]], begun: float
) -> None:
    whole = max((span.ended for span in history.spans), default=begun) - begun
    for span in history.spans:
        row = members.index(span.member)
        width = span.ended - span.started
        axes.barh(row, width, left=span.started - begun, height=0.62, color=COLOUR_OF_STATE[span.state], zorder=2)
        if span.state == states.ONLINE and width > NARROW * whole:
            version = _version_served(span, seconds)
            axes.text(
                span.started - begun + 0.4, row, version, va="center", fontsize=9, color=MUTED, clip_on=True, zorder=3
            )
    for mark in history.marks:
        sign, colour = SIGN_OF_MARK[mark.kind]
        place = (mark.at - begun, members.index(mark.member) - 0.34)
        axes.plot(*place, sign, color=colour, markersize=9, markeredgecolor="white", zorder=4)
    axes.set_yticks(range(len(members)), members)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelbottom=False)
    shown = {span.state for span in history.spans} | {states.ONLINE}
    marked = {mark.kind for mark in history.marks}
    signs: list[Artist] = [
        Patch(color=colour, label=state) for state, colour in COLOUR_OF_STATE.items() if state in shown
    ]
    signs += [_sign(*SIGN_OF_MARK[kind], kind.replace("_", " ")) for kind in SIGN_OF_MARK if kind in marked]
    _legend(axes, signs)


def _draw_requests(axes: Axes, seconds: Sequence[Mapping[str, Any]], begun: float, ended: float) -> None:
    span = range(int(begun), int(ended) + 1)
    versions = sorted({row["version"] for row in seconds if row["version"] and not row["failed"]})
    layers, failures = {version: dict.fromkeys(span, 0) for version in versions}, dict.fromkeys(span, 0)
    for row in seconds:
        if row["at"] not in failures:
            continue
        if row["failed"]:
            failures[row["at"]] += row["requests"]
        elif row["version"] in layers:
            layers[row["version"]][row["at"]] += row["requests"]
    # The first and the last second are cut off somewhere inside, so their counts would look like a slump.
    whole = list(span)[1:-1] or list(span)
    edges = [max(0.0, at - begun) for at in [*whole, whole[-1] + 1]]
    bottom = [0] * len(whole)
    signs: list[Artist] = []
    for version, colour in zip(versions, COLOURS_OF_VERSIONS * 3):
        top = [low + layers[version][at] for low, at in zip(bottom, whole)]
        axes.stairs(top, edges, baseline=bottom, fill=True, color=colour, linewidth=0, zorder=2)
        signs.append(Patch(color=colour, label=f"answered by {version}"))
        bottom = top
    top = [low + failures[at] for low, at in zip(bottom, whole)]
    axes.stairs(top, edges, baseline=bottom, fill=True, color=FAILURE, linewidth=0, zorder=2)
    marked = [at for at in span if failures[at]]
    height = max(top, default=1) * 1.08 or 1
    axes.plot([at + 0.5 - begun for at in marked], [height] * len(marked), "X", color=FAILURE, markersize=7, zorder=4)
    total = sum(failures.values())
    signs.append(_sign("X", FAILURE, f"{total} failed") if total else Patch(alpha=0, label="0 failed"))
    axes.set_ylim(0, height * 1.06)
    axes.set_ylabel("requests per second", color=MUTED)
    _legend(axes, signs)


def _version_served(span: states.Span, seconds: Sequence[Mapping[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for row in seconds:
        if row["member"] == span.member and span.started <= row["at"] < span.ended:
            counts[row["version"]] = counts.get(row["version"], 0) + row["requests"]
    return max(counts, key=lambda version: counts[version], default="")


def _sign(marker: str, colour: str, label: str) -> Line2D:
    return Line2D([], [], marker=marker, color=colour, linestyle="none", markersize=8, label=label)


def _legend(axes: Axes, signs: Sequence[Artist]) -> None:
    axes.legend(
        handles=list(signs), loc="upper left", bbox_to_anchor=(1.0, 1.02), frameon=False, fontsize=9, handlelength=1.2
    )
