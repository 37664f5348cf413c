# SPDX-License-Identifier: GPL-3.0-or-later
"""A website of IIS and its application pool. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.kind import Installed, Kind, absent
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.paths import same
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted

SITE_INFO = "microsoft.iis.website_info"
POOL_INFO = "microsoft.iis.web_app_pool_info"


def site_info(wanted: Wanted) -> ModuleCall:
    return ModuleCall(SITE_INFO, {"name": wanted.name})


def pool_info(wanted: Wanted) -> tuple[ModuleCall, ...]:
    return (ModuleCall(POOL_INFO, {"name": wanted.application_pool}),)


def read(wanted: Wanted, answers: Sequence[dict[str, Any]]) -> Installed:
    """A site that has another pool is refused: web_app_pool would make the missing one, and restart what serves nobody."""
    if not answers[0].get("exists") or not answers[0].get("site"):
        raise absent("website", wanted.name, SITE_INFO)
    site = answers[0]["site"][0]
    if not same(site["application_pool"], wanted.application_pool):
        raise Refused(
            f"Website {wanted.name} has the application pool {site['application_pool']}, not {wanted.application_pool}. "
            "Nothing was changed. Correct the option application_pool.",
            endpoint=wanted.name,
            command=SITE_INFO,
            reply=site["application_pool"],
        )
    return Installed(site["physical_path"], _runs(answers[1]) if len(answers) > 1 else None)


def moves(wanted: Wanted, installed: Installed, relink: Optional[Move]) -> list[Move]:
    """The old release stays where it is, so the pool need not stop first unless that is asked for."""
    path = Move(
        f"point website {wanted.name} to {wanted.run_from}",
        ModuleCall("microsoft.iis.website", {"name": wanted.name, "physical_path": wanted.run_from}),
    )
    changes = [*([relink] if relink else []), *([] if same(installed.command, wanted.run_from) else [path])]
    if not changes:
        return [_pool(wanted, "start", "started")] if installed.running is False else []
    if wanted.stop_pool:
        return [_pool(wanted, "stop", "stopped"), *changes, _pool(wanted, "start", "started")]
    return [*changes, _pool(wanted, "restart", "restarted")]


def _pool(wanted: Wanted, verb: str, state: str) -> Move:
    return Move(
        f"{verb} application pool {wanted.application_pool}",
        ModuleCall("microsoft.iis.web_app_pool", {"name": wanted.application_pool, "state": state}),
    )


def _runs(answer: dict[str, Any]) -> Optional[bool]:
    """None where the answer has no state: then nothing is concluded from it."""
    state = (answer.get("app_pools") or [{}])[0].get("attributes", {}).get("state")
    return None if state is None else str(state).lower() in ("started", "1")


IIS = Kind(site_info, pool_info, read, moves)
