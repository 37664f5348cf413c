# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task wants of servers: the options of haproxy_server, checked before anybody is asked. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.creation import Creation, read_parameters
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.floor import floor_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.selection import Selection, ip_address, matcher

LEAVING = ("drain", "maint", "absent")
HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True)
class Ramp:
    """Shares of the initial weight, in percent, one after the other."""

    steps: Sequence[int]
    interval: float


@dataclass(frozen=True)
class Wish:
    """None is: leave as it is. ``weight`` is a number or a percentage of the initial weight."""

    state: Optional[str] = None
    weight: Optional[str] = None
    ramp: Optional[Ramp] = None
    address: Optional[str] = None
    port: Optional[int] = None
    maxconn: Optional[int] = None
    agent: Optional[str] = None
    health: Optional[str] = None
    fqdn: Optional[str] = None
    create: Optional[Creation] = None

    @property
    def final_weight(self) -> Optional[str]:
        return f"{self.ramp.steps[-1]}%" if self.ramp else self.weight


@dataclass(frozen=True)
class Patience:
    """What is waited for, how long, what then, and how many servers of a pool have to go on serving."""

    wait_for: Optional[str]
    timeout: float
    poll_interval: float
    on_timeout: str
    min_active: str


def read_selection(params: Mapping[str, Any]) -> Selection:
    if not params["servers"]:
        raise BadInput("servers is empty: name at least one server")
    if params["min_matches"] < 0:
        raise BadInput(f"min_matches is {params['min_matches']}: it cannot be less than 0")
    for text in params["servers"]:
        matcher(text, params["match"])
    backends = [name(backend, "backend") for backend in params.get("backends") or []]
    if params.get("create") and (params["match"] != "name" or not backends):
        raise BadInput("create needs the names of the servers (match: name) and of the backends that are to have them")
    missing = "create" if params.get("create") else "ignore" if params.get("state") == "absent" else "fail"
    return Selection(params["servers"], params["match"], list(dict.fromkeys(backends)), params["min_matches"], missing)


def read_wish(params: Mapping[str, Any]) -> Wish:
    ramp = _ramp(params.get("ramp"))
    state, weight = params.get("state"), params.get("weight")
    if ramp and weight is not None:
        raise BadInput("weight and ramp exclude each other: the last step of a ramp is its weight")
    if ramp and state in LEAVING:
        raise BadInput(f"ramp brings servers back, state {state} takes them out: give one of them")
    address = params.get("address")
    wish = Wish(
        state,
        None if weight is None else _weight(weight),
        ramp,
        None if address is None else ip_address(address, f"address {address!r}"),
        _in_range(params, "port", 1, 65535),
        _in_range(params, "maxconn", 0, 2**31 - 1),
        params.get("agent"),
        params.get("health"),
        _host_name(params.get("fqdn")),
    )
    if wish == Wish() and not params.get("wait_for"):
        raise BadInput("nothing is asked of the servers: give state, weight, ramp, address, port, maxconn or wait_for")
    if state == "absent" and wish != Wish(state):
        raise BadInput("state absent deletes the servers: it does not go with any other setting")
    if wish.fqdn and (address or params.get("create")):
        raise BadInput(
            "fqdn lets HAProxy find the address of a server that it resolves: it goes neither with address nor with create"
        )
    return replace(wish, create=_creation(params, wish)) if params.get("create") else wish


def read_patience(params: Mapping[str, Any]) -> Patience:
    state, wait_for, on_timeout = params.get("state"), params.get("wait_for"), params["on_timeout"]
    if params["poll_interval_seconds"] <= 0:
        raise BadInput(f"poll_interval_seconds is {params['poll_interval_seconds']}: it has to be more than 0")
    floor_of(params["min_active"], 1)
    if params.get("create") and wait_for in ("drained", "removable"):
        raise BadInput(f"wait_for {wait_for} does not go with create: a new server has nothing to finish")
    if state == "absent":
        if wait_for not in (None, "removable"):
            raise BadInput(f"wait_for {wait_for} does not go with state absent, which waits until it can delete")
        wait_for = "removable"
    if wait_for == "healthy" and state in LEAVING:
        raise BadInput(f"wait_for healthy does not go with state {state}: such a server is not to serve")
    if wait_for in ("drained", "removable") and state == "ready":
        raise BadInput(f"wait_for {wait_for} does not go with state ready: new sessions would never end")
    if wait_for == "removable" and state == "drain":
        raise BadInput("wait_for removable needs state maint: HAProxy removes servers in maintenance only")
    if wait_for == "healthy" and on_timeout == "shutdown_sessions":
        raise BadInput("on_timeout shutdown_sessions ends sessions; it does not go with wait_for healthy")
    return Patience(
        wait_for, params["timeout_seconds"], params["poll_interval_seconds"], on_timeout, params["min_active"]
    )


def _ramp(option: Optional[Mapping[str, Any]]) -> Optional[Ramp]:
    if option is None:
        return None
    steps, interval = option["steps"], option["interval_seconds"]
    rising = all(low < high for low, high in zip(steps, steps[1:]))
    if not steps or not rising or steps[0] < 1 or steps[-1] > 100 or interval < 0:
        raise BadInput(
            f"ramp is {steps} every {interval} s: steps are rising percentages of the initial weight from 1 to 100, "
            "interval_seconds is not negative"
        )
    return Ramp(steps, interval)


def _creation(params: Mapping[str, Any], wish: Wish) -> Creation:
    if wish.address is None or wish.port is None:
        raise BadInput("create needs address and port: HAProxy has to know where a new server is")
    if wish.state == "drain":
        raise BadInput("create does not go with state drain: a new server has nothing to finish")
    whole = wish.weight is not None and not wish.weight.endswith("%")
    weight = int(wish.weight) if whole and wish.weight is not None else None
    parameters = read_parameters(params["create"]["parameters"])
    return Creation(wish.address, wish.port, wish.maxconn or 0, weight, parameters)


def _host_name(text: Optional[str]) -> Optional[str]:
    if text is not None and (len(text) > 253 or not HOST_NAME.fullmatch(text)):
        raise BadInput(f"fqdn is {text!r}: that is no name of a host")
    return text


def _weight(text: str) -> str:
    match = re.fullmatch(r"(\d{1,3})(%?)", text.strip())
    if not match or int(match[1]) > (100 if match[2] else 256):
        raise BadInput(f"weight is {text!r}: write 0 to 256, or a percentage of the initial weight from 0% to 100%")
    return f"{int(match[1])}{match[2]}"


def _in_range(params: Mapping[str, Any], option: str, low: int, high: int) -> Optional[int]:
    value: Optional[int] = params.get(option)
    if value is not None and not low <= value <= high:
        raise BadInput(f"{option} is {value}: it has to be from {low} to {high}")
    return value
