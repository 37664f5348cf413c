# SPDX-License-Identifier: GPL-3.0-or-later
"""A T-SQL script cut where its client cuts it: at lines with GO alone. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GO = re.compile(r"[ \t]*GO(?:[ \t]+(\d+))?[ \t]*;?[ \t]*(?:--.*)?$", re.IGNORECASE)
CLIENT = re.compile(r"[ \t]*(?::\w|:!!|!!)")
EDGES = re.compile(r"""--|/\*|'|"|\[""")
ENDS = {"'": "'", '"': '"', "[": "]"}
COMMENT_EDGES = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Batch:
    text: str
    line: int  # of its first line in the script
    times: int = 1
    for_client: bool = False  # it has :r, :setvar or !!, so what the server gets is not what stands here


def batches(script: str) -> Sequence[Batch]:
    """Those that have something in them."""
    return [batch for batch in _cut(script.lstrip("\ufeff")) if batch.text.strip() and batch.times]


def _cut(script: str) -> Iterator[Batch]:
    held: list[str] = []
    start, inside, for_client = 1, "", False
    lines = script.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        go = None if inside else GO.match(line)
        if go:
            yield Batch("\n".join(held), start, int(go.group(1) or 1), for_client)
            held, start, for_client = [], number + 1, False
            continue
        for_client = for_client or bool(CLIENT.match(line))
        held.append(line)
        inside = _inside_after(line, inside)
    yield Batch("\n".join(held), start, for_client=for_client)


def _inside_after(line: str, inside: str) -> str:
    """What is still open at the end of a line: a quote, a bracket, or one ``/*`` for each comment."""
    place = 0
    while place < len(line):
        if inside.startswith("/*"):
            edge = COMMENT_EDGES.search(line, place)
            if not edge:
                return inside
            inside = inside + "/*" if edge.group() == "/*" else inside[2:]
            place = edge.end()
        elif inside:
            end = line.find(ENDS[inside], place)
            if end < 0:
                return inside
            doubled = line.startswith(ENDS[inside], end + 1)
            place = end + 1 + doubled
            inside = inside if doubled else ""
        else:
            edge = EDGES.search(line, place)
            if not edge or edge.group() == "--":
                return ""
            inside, place = edge.group(), edge.end()
    return inside
