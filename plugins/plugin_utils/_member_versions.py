# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask all members at once which version they run. Private to hybrid.rollout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._health.http import ask
from ansible_collections.hybrid.rollout.plugins.module_utils._health.json_path import finder
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust

TIMEOUT_SECONDS = 5.0
AT_ONCE = 32


def read_versions(
    members: Sequence[Mapping[str, Any]], version_path: str, trust: Trust, clock: Clock
) -> dict[str, Optional[str]]:
    """The version that each member (name, health_url) tells, None where it does not answer or tells none."""
    find = finder(version_path)

    def version_of(member: Mapping[str, Any]) -> Optional[str]:
        answer = ask(Target(member["name"], url=member["health_url"]), TIMEOUT_SECONDS, trust, clock)
        try:
            found = find(json.loads(answer.body))
        except ValueError:
            return None
        return None if found is None else str(found)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        return dict(zip([member["name"] for member in members], threads.map(version_of, members)))
