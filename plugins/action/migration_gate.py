# SPDX-License-Identifier: GPL-3.0-or-later
"""``migration_gate`` asked on the controller: the ledger, HAProxy and the members where the phase is contract."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.fleet import Listed, Sources
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_arguments import SPEC, check
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_fleet import (
    FleetAnswer,
    ask_fleet,
    pulled_from,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_history import Past, read_past
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import Answer
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._member_versions import ask_members
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions.second import with_opinions
from ansible_collections.hybrid.rollout.plugins.plugin_utils._seen_members import estate_of

NOT_ASKED = Answer()


class ActionModule(GateAction):
    SPEC = SPEC
    INPUTS = (
        *("phase", "check", "release", "accept", "may_skip", "opinions", "starts_when_ahead", "expected_fingerprints"),
        *("service", "rollback_window_seconds", "release_order", "retired_members", "servers_of_others"),
        *("zones_pulled", "pulled_max_age_seconds", "max_transaction_seconds", "max_replication_lag_seconds"),
    )
    ANSWER = ("reasons", "apply", "held", "fleet", "window", "rollback", "fingerprints", "notes")

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        check(params)
        if params["opinions"] and params["phase"] == EXPAND:
            params = {**params, "states": with_opinions(params["states"], params["opinions"])}
        return run(params, _fleet(params) if params["phase"] == CONTRACT else None)


def _fleet(params: dict[str, Any]) -> FleetAnswer:
    past, now = _past(params)
    estate = estate_of(params, params["members"])
    unasked = estate.survey()
    servers = {
        (seen.endpoint, pool): list(listed)
        for endpoint, seen in estate.last.items()
        if endpoint not in unasked
        for pool, listed in seen.pools.items()
    }
    sources = Sources(
        inventory=_listed(params),
        servers=servers,
        unasked={endpoint: str(error) for endpoint, error in unasked.items()},
        ledger=past.members,
        pulled=pulled_from(params["zones_pulled"]),
        retired=frozenset(params["retired_members"]),
        of_others=frozenset(params["servers_of_others"]),
        now=now,
        pulled_max_age_seconds=params["pulled_max_age_seconds"],
    )
    return ask_fleet(
        sources,
        past.runs,
        ReleaseOrder(params["release_order"], past.releases()),
        release=params["release"],
        window_seconds=params["rollback_window_seconds"],
        own_run=(params["record"] or {}).get("run"),
    )


def _past(params: dict[str, Any]) -> tuple[Past, float]:
    """What the ledger knows, and the time by its clock. A ledger that is not there is not made."""
    if not Ledger.is_there(params["ledger"]):
        return Past(), time.time()
    with Ledger.open(params["ledger"]) as ledger:
        return read_past(ledger, params["service"]), ledger.wall()


def _listed(params: dict[str, Any]) -> list[Listed]:
    asked = [member for member in params["members"] if member["health_url"]]
    answers = ask_members(asked, params["version_path"], Trust(params["health_ca_path"]), REAL_CLOCK)
    listed = []
    for member in params["members"]:
        answer = answers.get(member["name"], NOT_ASKED)
        silence = f"cannot be reached: {answer.silent}" if answer.silent else ""
        if answer is NOT_ASKED:
            silence = "has no health_url to be asked at"
        listed.append(Listed(member["name"], member["server"], answer.version, silence))
    return listed
