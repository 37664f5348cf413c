# SPDX-License-Identifier: GPL-3.0-or-later
"""All endpoints as one, asked and told at the same time. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional, TypeVar

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointDown, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoints
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Epoch, Server, ServerKey, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.transport import Access, Transport

Failures = dict[str, RolloutError]
Said = TypeVar("Said")


class Estate:
    """The endpoints of one call: what each said ``first`` and ``last``, what each server was told (``touched``), and which of
    them could not be asked when they were asked last (``lost``) or took no part because they may be down (``skipped``)."""

    def __init__(self, clients: Sequence[Client], pools: Sequence[str]) -> None:
        self.clients = {client.endpoint.name: client for client in clients}
        self.pools = list(pools)
        self.first: dict[str, Snapshot] = {}
        self.last: dict[str, Snapshot] = {}
        self.lost: Failures = {}
        self.skipped: Failures = {}
        self.touched: dict[ServerKey, set[Action]] = {}

    def only(self, endpoints: Iterable[str]) -> Estate:
        """The same estate seen through some of its endpoints."""
        part = Estate([self.clients[name] for name in endpoints], self.pools)
        part.first, part.last, part.lost, part.touched = self.first, self.last, self.lost, self.touched
        return part

    def epochs(self) -> dict[str, Epoch]:
        return {name: seen.process.epoch for name, seen in self.last.items()}

    def server(self, key: ServerKey) -> Server:
        return self.last[key.endpoint].server(key)

    def find(self, key: ServerKey) -> Optional[Server]:
        return self.last[key.endpoint].find(key.pool, key.server)

    def read(self) -> None:
        """Ask every endpoint; fail if one of them fails, with what the others said kept."""
        _raise_all(self.survey())

    def gather(self) -> None:
        """Ask for the first time: an endpoint that may be down and is, takes no part from here on (``skipped``)."""
        self._raise_all_but_forgiven(self.survey())
        for name in self.skipped:
            for known in (self.clients, self.first, self.last, self.lost):
                known.pop(name, None)

    def seen(self) -> list[Snapshot]:
        """What each endpoint that takes part said last, in the order of the ``endpoints`` option."""
        return [self.last[name] for name in self.clients]

    def skipped_words(self) -> list[str]:
        return [f"{name} was left out, it may be down: {error}" for name, error in self.skipped.items()]

    def survey(self) -> Failures:
        """Ask every endpoint and return the failures."""
        seen, failures = self._each(list(self.clients), lambda name: self.clients[name].read(self.pools))
        self.last.update(seen)
        self.lost.update(failures)
        for name in seen:
            self.lost.pop(name, None)
        self.first.update({name: snapshot for name, snapshot in seen.items() if name not in self.first})
        return failures

    def tell(self, orders: Iterable[Order]) -> None:
        """Give every order; fail if one endpoint fails, after all were told."""
        _raise_all(self.try_to_tell(orders))

    def try_to_tell(self, orders: Iterable[Order]) -> Failures:
        """Give every order and return the failures. An order counts as given even if its endpoint failed over it."""
        by_endpoint: dict[str, list[Order]] = {}
        for order in orders:
            by_endpoint.setdefault(order.key.endpoint, []).append(order)
            self.touched.setdefault(order.key, set()).add(order.action)
        _told, failures = self._each(list(by_endpoint), lambda name: self.clients[name].tell(by_endpoint[name]))
        return failures

    def ask_each(self, ask: Callable[[Client], Said]) -> dict[str, Said]:
        """What ``ask`` gets from each endpoint, in their order; fail if one of them fails that may not be down."""
        said, failures = self._each(list(self.clients), lambda name: ask(self.clients[name]))
        self._raise_all_but_forgiven(failures)
        return said

    def _raise_all_but_forgiven(self, failures: Failures) -> None:
        for name, error in list(failures.items()):
            if self.clients[name].endpoint.may_be_down and isinstance(error, EndpointDown):
                self.skipped[name] = failures.pop(name)
        _raise_all(failures)

    @staticmethod
    def _each(names: Sequence[str], ask: Callable[[str], Said]) -> tuple[dict[str, Said], Failures]:
        said: dict[str, Said] = {}
        failures: Failures = {}
        with ThreadPoolExecutor(max_workers=max(1, len(names))) as threads:
            for name, asked in [(name, threads.submit(ask, name)) for name in names]:
                try:
                    said[name] = asked.result()
                except RolloutError as error:
                    failures[name] = error
        return said, failures


def open_estate(params: Mapping[str, Any], pools: Sequence[str], clock: Clock) -> Estate:
    """The estate that a task's connection options (endpoints, ca_path and so on) describe."""
    endpoints = read_endpoints(params["endpoints"])
    access = Access(
        params.get("ca_path"),
        params.get("client_cert"),
        params.get("client_key"),
        params["connect_timeout_seconds"],
        params["read_timeout_seconds"],
    )
    transport = Transport(access, clock, any(endpoint.scheme == "tls" for endpoint in endpoints))
    return Estate([Client(endpoint, transport.exchange) for endpoint in endpoints], pools)


def _raise_all(failures: Failures) -> None:
    if not failures:
        return
    errors = list(failures.values())
    first = errors[0]
    message = " | ".join(dict.fromkeys(str(error) for error in errors))
    raise type(first)(message, endpoint=first.endpoint, command=first.command, reply=first.reply) from first
