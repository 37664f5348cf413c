# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``targets`` option: whom to ask, and by which probe. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health import (
    alertmanager,
    command,
    haproxy,
    metric,
    nagios,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._health.address import check_url
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target

# Probes with options of their own: what they take, and what reads it for a target of that name.
Read = Callable[[str, Mapping[str, Any]], object]
OWN_OPTIONS: dict[str, tuple[dict[str, Any], Read]] = {
    "haproxy": (haproxy.SPEC, haproxy.read),
    "metric": (metric.SPEC, metric.read),
    "command": (command.SPEC, command.read),
    "nagios": (nagios.SPEC, nagios.read),
    "alertmanager": (alertmanager.SPEC, alertmanager.read),
}
WITH_HEADERS = ("http", "metric", "nagios", "alertmanager")

TARGETS_SPEC: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "required": True,
    "options": {
        "name": {"type": "str", "required": True},
        "probe": {"type": "str", "choices": ["http", "tcp", *OWN_OPTIONS]},
        "url": {"type": "str"},
        "host": {"type": "str"},
        "port": {"type": "int"},
        "headers": {"type": "dict"},
        **{probe: spec for probe, (spec, _read) in OWN_OPTIONS.items()},
    },
}


def read_targets(given: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """The targets as values, all different by name."""
    targets = tuple(_target(one) for one in given)
    if not targets:
        raise BadInput("targets is empty: a gate that asks nobody would always open. Name at least one target.")
    names = [target.name for target in targets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"targets names {', '.join(twice)} more than once. Give each target a name of its own.")
    return targets


def _target(given: Mapping[str, Any]) -> Target:
    name, probe = given["name"], given.get("probe")
    headers = {str(key): str(value) for key, value in (given.get("headers") or {}).items()}
    own = [option for option in OWN_OPTIONS if given.get(option) is not None]
    target = _of_own_options(name, given, own, headers) if own else _of_address(name, given, headers)
    if probe and probe != target.kind:
        raise BadInput(
            f"Target {name} has the probe {probe} and the options of {target.kind}. Give it the options of {probe}, or "
            "leave probe out."
        )
    return target


def _of_own_options(name: str, given: Mapping[str, Any], own: list[str], headers: Mapping[str, str]) -> Target:
    others = [*own[1:], *(option for option in ("url", "host", "port") if given.get(option))]
    if others:
        raise BadInput(f"Target {name} has {own[0]} and {', '.join(others)}. One target is asked in one way.")
    if headers and own[0] not in WITH_HEADERS:
        raise BadInput(f"Target {name} has headers, which the probe {own[0]} does not send. Leave them out.")
    _spec, read = OWN_OPTIONS[own[0]]
    return Target(name, headers=headers, probe=own[0], settings=read(name, given[own[0]]))


def _of_address(name: str, given: Mapping[str, Any], headers: dict[str, str]) -> Target:
    url, host, port = given.get("url"), given.get("host") or "", given.get("port")
    if bool(url) == bool(host):
        raise BadInput(
            f"Target {name} needs either url, or host and port; it has {'both' if url else 'neither'}. "
            f"Or give it {', '.join(OWN_OPTIONS)}."
        )
    if url:
        check_url(f"Target {name} has the url", url)
        if port is not None:
            raise BadInput(f"Target {name} has a url and a port. Write the port into the url.")
        return Target(name, url=url, headers=headers)
    if port is None or not 0 < port < 65536:
        raise BadInput(f"Target {name} asks {host} at port {port}; a port from 1 to 65535 is needed.")
    if headers:
        raise BadInput(f"Target {name} has headers but no url. With host and port only the connection counts.")
    return Target(name, host=host, port=port)
