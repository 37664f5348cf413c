# SPDX-License-Identifier: GPL-3.0-or-later
"""What --limit leaves of a service, and whether it can be meant. Private to hybrid.rollout.

Ansible drops what a limit names and a play does not have, and ends green where nothing is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Union

from ansible.errors import AnsibleFilterError
from ansible.inventory.manager import InventoryManager, split_host_pattern
from ansible.parsing.dataloader import DataLoader

Groups = Mapping[str, Sequence[str]]


def check_limit(service: str, limit: Union[str, Sequence[str]], groups: Groups) -> None:
    """Refuse a limit that names a host which is no member, or one that the inventory does not have, or that leaves nobody."""
    members = set(groups[service])
    known = {host for hosts in groups.values() for host in hosts}
    terms = _terms(limit)
    for term in terms:
        if term in groups or any(sign in term for sign in "!*?[]~&"):
            continue
        if term not in known:
            raise AnsibleFilterError(
                f"--limit names {term}, which the inventory does not have: it would be left out without a word. "
                f"{service} has {', '.join(groups[service])}."
            )
        if term not in members:
            raise AnsibleFilterError(
                f"--limit names {term}, which is no member of {service}: only members are rolled out, the load balancers are asked "
                f"from the controller and need no place in the limit. {service} has {', '.join(groups[service])}."
            )
    if terms and not members.intersection(_matched(terms, groups)):
        raise AnsibleFilterError(
            f"--limit {','.join(terms)} leaves no member of {service}: it has {', '.join(groups[service])}."
        )


def _terms(limit: Union[str, Sequence[str]]) -> list[str]:
    """The patterns of the limit, those of files (@) among them, as core reads them."""
    terms = []
    for term in split_host_pattern(limit):
        if term.startswith("@"):
            lines = Path(term[1:]).expanduser().read_text(encoding="utf-8").splitlines()
            terms += [line.strip() for line in lines if line.strip()]
        else:
            terms.append(term)
    return terms


def _matched(terms: list[str], groups: Groups) -> set[str]:
    manager = InventoryManager(DataLoader(), parse=False)
    for group, hosts in groups.items():
        manager.add_group(group)
        for host in hosts:
            manager.add_host(host, group=group)
    return {host.name for host in manager.get_hosts(pattern=terms)}
