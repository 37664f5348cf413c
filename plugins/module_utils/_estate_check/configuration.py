# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of an HAProxy configuration to sections of numbered lines. Private to hybrid.rollout.

It reads what HAProxy has accepted and judges no syntax. Lines that it does not know are kept, both branches of a
condition are read, and variables stay as they are written.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Optional

SECTION_WORDS = (
    "acme cache crt-store defaults backend fcgi-app frontend global http-errors listen log-forward log-profile mailers "
    "peers program resolvers ring traces userlist"
)
SECTIONS = frozenset(SECTION_WORDS.split())


class Line(NamedTuple):
    number: int
    words: tuple[str, ...]

    def starts(self, *words: str) -> bool:
        return self.words[: len(words)] == words


@dataclass
class Section:
    """One section. ``defaults`` is the section that it inherits from."""

    kind: str
    name: str
    number: int
    lines: list[Line] = field(default_factory=list)
    defaults: Optional[Section] = None

    def last(self, *words: str) -> Optional[Line]:
        """The last line that starts with ``words``, here or in what is inherited."""
        for line in reversed(self.lines):
            if line.starts(*words):
                return line
        return self.defaults.last(*words) if self.defaults else None

    def option(self, name: str) -> Optional[Line]:
        """The line that switches an option on, if it is on in the end."""
        for line in reversed(self.lines):
            if line.starts("option", name):
                return line
            if line.starts("no", "option", name):
                return None
        return self.defaults.option(name) if self.defaults else None

    def lineage(self) -> Iterator[Section]:
        """What it inherits from, the oldest first, and itself."""
        if self.defaults:
            yield from self.defaults.lineage()
        yield self


@dataclass(frozen=True)
class Configuration:
    """``name`` is what the text is called in findings."""

    name: str
    sections: tuple[Section, ...]

    def where(self, number: int) -> str:
        return f"{self.name}:{number}"

    def of(self, *kinds: str) -> Iterator[Section]:
        return (section for section in self.sections if section.kind in kinds)


def read_configuration(name: str, text: str) -> Configuration:
    sections: list[Section] = []
    for line in _lines(text):
        if line.words[0] in SECTIONS:
            sections.append(_open(line, sections))
        elif sections:
            sections[-1].lines.append(line)
    return Configuration(name, tuple(sections))


def _open(line: Line, before: list[Section]) -> Section:
    kind, *others = line.words
    section = Section(kind, others[0] if others and others[0] != "from" else "", line.number)
    named = {seen.name: seen for seen in before if seen.kind == "defaults"}
    if "from" in others[:-1]:
        section.defaults = named.get(others[others.index("from") + 1])
    elif kind in ("frontend", "backend", "listen"):
        section.defaults = next((seen for seen in reversed(before) if seen.kind == "defaults"), None)
    return section


def _lines(text: str) -> Iterator[Line]:
    for number, written in enumerate(text.splitlines(), start=1):
        try:
            words = tuple(shlex.split(written, comments=True))
        except ValueError:
            words = tuple(written.split())
        if words and not words[0].startswith((".", "#")):
            yield Line(number, words)
