# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell that is no module and no script file, known by the text that the installed Ansible would send."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..modelled_host import ModelledHost
from .outcome import Outcome, refused

Answer = Callable[[ModelledHost, Mapping[str, str]], Outcome]


@dataclass(frozen=True)
class KnownText:
    name: str
    pattern: re.Pattern[str]
    answer: Answer


def pattern_of(text: str, holes: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern for a text with holes; holes are words of the text, each with the pattern of what may stand there."""
    whole = re.escape(_tidy(text))
    for hole, allowed in holes.items():
        whole = whole.replace(re.escape(hole), f"(?P<{hole}>{allowed})")
    return re.compile(whole, re.DOTALL)


def answer(host: ModelledHost, script: str, known: Sequence[KnownText]) -> tuple[str, Outcome]:
    """The name of the text (empty if it is unknown) and what the host says to it."""
    tidy = _tidy(script)
    for text in known:
        found = text.pattern.fullmatch(tidy)
        if found:
            return text.name, text.answer(host, found.groupdict())
    return "", refused("PowerShell that the model does not know")


def _tidy(script: str) -> str:
    """Shell plugins drop empty lines and indentation on some ways to the host and keep them on others."""
    return "\n".join(line.strip() for line in script.splitlines() if line.strip())
