# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sessions of a server are: requests that will end, and tunnels that may not. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import LEVEL
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey

ANALYSERS = re.compile(r"\ban=([0-9a-f]{1,8})h")
FORWARDS_A_REQUEST = 0x8000
AGE = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?\Z")
SECONDS_OF_AGE = (86400, 3600, 60, 1)


class Session(NamedTuple):
    """One that a server has. A tunnel is a WebSocket, a connection in mode tcp, or whatever else HAProxy only passes on."""

    pool: str
    server: str
    tunnel: bool
    age_seconds: int


class Left(NamedTuple):
    """What is left on one server; the counts are None where HAProxy does not tell sessions apart."""

    key: ServerKey
    requests: Optional[int] = None
    tunnels: Optional[int] = None
    oldest_seconds: Optional[int] = None

    def facts(self) -> dict[str, Any]:
        return {**self.key._asdict(), **{name: getattr(self, name) for name in self._fields[1:]}}

    def words(self) -> str:
        if self.requests is None or self.tunnels is None:
            return "HAProxy does not say which are requests and which tunnels"
        kinds = [_counted(self.tunnels, "tunnel", " (WebSocket or TCP)"), _counted(self.requests, "request", "")]
        found = " and ".join(kind for kind in kinds if kind)
        return f"{found}, the oldest {self.oldest_seconds} s" if found else "ended since"


def what_is_left(estate: Estate, keys: Iterable[ServerKey]) -> list[Left]:
    """Asks the endpoints of ``keys`` once. A question that fails stops nobody: the counts are missing then."""
    answers, keys = {}, sorted(keys)
    for name in {key.endpoint for key in keys}:
        try:
            _text, answer = estate.clients[name].ask(f"show sess;{LEVEL}")
            answers[name] = list(read_sessions(answer.complaints))
        except (RolloutError, ValueError):
            pass
    return [_left(key, answers[key.endpoint]) if key.endpoint in answers else Left(key) for key in keys]


def read_sessions(lines: Iterable[str]) -> Iterator[Session]:
    """The sessions that servers have, from the answer to ``show sess``. Raises ValueError where a line is none."""
    for line in lines:
        fields = dict(word.partition("=")[::2] for word in line.split())
        analysers, age = ANALYSERS.search(fields.get("rq[f", "")), AGE.match(fields.get("age", "?"))
        if not analysers or not age or "be" not in fields or "srv" not in fields:
            raise ValueError(f"{line!r} is no session")
        seconds = sum(int(count or 0) * unit for count, unit in zip(age.groups(), SECONDS_OF_AGE))
        yield Session(fields["be"], fields["srv"], not int(analysers[1], 16) & FORWARDS_A_REQUEST, seconds)


def _left(key: ServerKey, sessions: Iterable[Session]) -> Left:
    own = [session for session in sessions if (session.pool, session.server) == (key.pool, key.server)]
    tunnels = sum(session.tunnel for session in own)
    oldest = max((session.age_seconds for session in own), default=None)
    return Left(key, len(own) - tunnels, tunnels, oldest)


def _counted(count: int, noun: str, kind: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}{kind}" if count else ""
