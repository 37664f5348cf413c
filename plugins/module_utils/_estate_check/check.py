# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of estate_check: options in, findings out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import Way
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check import (
    rules_between,
    rules_configuration,
    rules_connections,
    rules_runtime,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.asked import Asked, ask
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.codes import CODES
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import (
    Configuration,
    read_configuration,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import (
    SEVERITIES,
    Finding,
    by_severity,
    findings_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.rules_between import Seen
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.report import process_facts


def run(params: Mapping[str, Any], clock: Clock, ways: Sequence[Way] = ()) -> dict[str, Any]:
    """``ways`` are those to the members, which Ansible alone knows."""
    unknown = [code for code in params["ignore"] if code not in CODES]
    if unknown:
        raise BadInput(f"ignore names {', '.join(unknown)}, which is no code: there are {', '.join(CODES)}")
    seen = look(params, clock, ways)
    findings = by_severity(finding for finding in judge(seen) if finding.code not in params["ignore"])
    result = _result(seen, findings)
    worst = SEVERITIES[: SEVERITIES.index(params["fail_on"]) + 1] if params["fail_on"] in SEVERITIES else ()
    failing = [finding for finding in findings if finding.severity in worst]
    if failing:
        raise Refused(
            f"{len(failing)} of {len(findings)} findings are of severity {' or '.join(worst)} (fail_on: "
            f"{params['fail_on']}). The first: {failing[0]}",
            result=result,
        )
    return result


def look(params: Mapping[str, Any], clock: Clock, ways: Sequence[Way]) -> Seen:
    """Refuses names that cannot be meant and files that cannot be read before an endpoint is asked."""
    online, maintenance = params.get("online_pool"), params.get("maintenance_pool")
    asked_for = [*(params.get("pools") or []), *(pool for pool in (online, maintenance) if pool)]
    pools = list(dict.fromkeys(name(pool, "pool") for pool in asked_for))
    configurations = list(_configurations(params))
    endpoints: list[Asked] = []
    skipped: dict[str, str] = {}
    if params.get("endpoints"):
        estate = open_estate(params, pools, clock)
        endpoints = list(estate.ask_each(lambda client: ask(client, pools)).values())
        skipped = dict(zip(estate.skipped, estate.skipped_words()))
    elif not configurations and not ways:
        raise BadInput(
            "there is nothing to check: endpoints, members, configurations and configuration_paths are all empty"
        )
    return Seen(endpoints, configurations, online, maintenance, skipped, ways)


def judge(seen: Seen) -> Iterator[Finding]:
    """Every rule on everything that was seen."""
    moved = [pool for pool in (seen.online_pool, seen.maintenance_pool) if pool]
    for code, rule in rules_between.RULES.items():
        yield from findings_of(code, rule(seen))
    for code, connection_rule in rules_connections.RULES.items():
        yield from findings_of(code, connection_rule(seen.ways))
    for asked in seen.endpoints:
        for code, runtime_rule in rules_runtime.RULES.items():
            yield from findings_of(code, runtime_rule(asked, moved))
    for configuration in seen.configurations:
        for code, configuration_rule in rules_configuration.RULES.items():
            yield from findings_of(code, configuration_rule(configuration))


def _configurations(params: Mapping[str, Any]) -> Iterator[Configuration]:
    for called, text in (params.get("configurations") or {}).items():
        if not isinstance(text, str):
            raise BadInput(f"configurations: what stands under {called} is no text. Give NAME: the file's content.")
        yield _understood(str(called), text)
    for path in params.get("configuration_paths") or []:
        try:
            text = Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise BadInput(
                f"the configuration {path} cannot be read: {error.strerror}. It is read where reach_from says "
                f"({params['reach_from']}), as the user of this task; 'become' may be missing.",
                reply=str(error.strerror),
            ) from error
        yield _understood(path, text)


def _understood(called: str, text: str) -> Configuration:
    configuration = read_configuration(called, text)
    if not any(configuration.of("global", "defaults", "frontend", "backend", "listen")):
        raise BadInput(f"{called} is no configuration of HAProxy: it has no section such as global or backend")
    return configuration


def _result(seen: Seen, findings: list[Finding]) -> dict[str, Any]:
    return {
        "changed": False,
        "findings": [finding.facts() for finding in findings],
        "counts": {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES},
        "summary": [str(finding) for finding in findings],
        "endpoints": [
            {"name": asked.name, "url": asked.snapshot.url, "process": process_facts(asked.snapshot.process)}
            for asked in seen.endpoints
        ],
        "members": [way.member for way in seen.ways],
        "configurations": [configuration.name for configuration in seen.configurations],
        "skipped_endpoints": sorted(seen.skipped),
        "warnings": list(seen.skipped.values()),
    }
