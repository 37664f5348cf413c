# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask all members at once which version they run, and whether anybody is there. Private to hybrid.rollout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health.connect import connect, unanswered
from ansible_collections.hybrid.rollout.plugins.module_utils._health.http import ask
from ansible_collections.hybrid.rollout.plugins.module_utils._health.json_path import finder
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import Answer

TIMEOUT_SECONDS = 5.0
AT_ONCE = 32


def ask_members(
    members: Sequence[Mapping[str, Any]], version_path: str, trust: Trust, clock: Clock
) -> dict[str, Answer]:
    """What each member (name, health_url) answers. No version is no silence: a service that hangs, or is not there yet, has a machine."""
    find = finder(version_path)

    def answer_of(member: Mapping[str, Any]) -> Answer:
        answer = ask(Target(member["name"], url=member["health_url"]), TIMEOUT_SECONDS, trust, clock)
        if answer.error is not None:
            return Answer(silent=_silence(member["health_url"], clock))
        try:
            found = find(json.loads(answer.body))
        except ValueError:
            return Answer()
        return Answer(None if found is None else str(found))

    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        return dict(zip([member["name"] for member in members], threads.map(answer_of, members)))


def _silence(url: str, clock: Clock) -> Optional[str]:
    """Why no connection can be made; None where the machine takes or refuses one."""
    address = urlsplit(url)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        connect(str(address.hostname), port, Deadline(TIMEOUT_SECONDS, clock)).close()
    except ConnectionError:
        return None
    except OSError as error:
        return f"{address.hostname} port {port}: {unanswered(error, TIMEOUT_SECONDS).error}"
    return None
