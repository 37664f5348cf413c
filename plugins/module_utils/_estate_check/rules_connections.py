# SPDX-License-Identifier: GPL-3.0-or-later
"""One rule a thing that the way to a member lacks. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import WORD, Way
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import (
    CERTIFICATE_UNCHECKED,
    HOST_KEY_UNCHECKED,
    HOST_KEY_UNSEEN,
    WITHOUT_TLS,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Spot

Rule = Callable[[Sequence[Way]], Iterator[Spot]]


def lacking(code: str) -> Rule:
    """A way that is allowed is reported too, with the reason."""

    def rule(ways: Sequence[Way]) -> Iterator[Spot]:
        for way in ways:
            for weakness in way.lacks:
                if weakness.code == code:
                    because = f"; allowed because: {way.reason}" if way.reason else ""
                    yield Spot(way.member, f"{weakness.what}{because}")

    return rule


def reason_without_need(ways: Sequence[Way]) -> Iterator[Spot]:
    for way in ways:
        if way.reason and not way.lacks:
            yield Spot(way.member, f"{WORD} is set, but the way is verified")


RULES: Mapping[str, Rule] = {
    **{code: lacking(code) for code in (WITHOUT_TLS, CERTIFICATE_UNCHECKED, HOST_KEY_UNCHECKED, HOST_KEY_UNSEEN)},
    "reason_without_need": reason_without_need,
}
