# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a service, or an error that names it: hybrid.rollout.service_hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from ansible.errors import AnsibleFilterError
from ansible_collections.hybrid.rollout.plugins.plugin_utils._limit import check_limit

DOCUMENTATION = r"""
name: service_hosts
short_description: The inventory hosts of a service
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Gives the hosts of the inventory group of a service, for the C(hosts) line of a play.
  - An unknown or empty group is an error, while a plain pattern would end the play green with no host.
  - A C(--limit) that is given is checked too. Ansible drops what it names and the play does not have, and ends green where nothing is left; here a
    host that is no member, a host that the inventory does not have, and a limit that leaves no member are errors.
positional: _input, groups, limit
options:
  _input:
    description: Name of the service, which is the name of its inventory group.
    type: str
    required: true
  groups:
    description: The magic variable C(groups).
    type: dict
    required: true
  limit:
    description: The magic variable C(ansible_limit), empty where there is no limit.
    type: str
    default: ""
    version_added: 0.2.0
"""

EXAMPLES = r"""
- name: Plan the rollout
  hosts: "{{ rollout_service | default('') | hybrid.rollout.service_hosts(groups, ansible_limit | default('')) }}"
"""

RETURN = r"""
_value:
  description: Names of the service's hosts in the inventory's order.
  type: list
  elements: str
"""


def service_hosts(
    service: str, groups: Mapping[str, Sequence[str]], limit: Union[str, Sequence[str]] = ""
) -> list[str]:
    known = sorted(name for name in groups if name not in ("all", "ungrouped"))
    if not service:
        raise AnsibleFilterError(
            f"No service is named: add -e rollout_service=NAME, one of the inventory groups {', '.join(known)}."
        )
    if service not in groups:
        raise AnsibleFilterError(
            f"Unknown service {service}: the inventory has no group of this name. It has {', '.join(known) or 'no groups at all'}."
        )
    if not groups[service]:
        raise AnsibleFilterError(
            f"Service {service} has no members: its inventory group is empty. Add hosts to the group {service}."
        )
    if limit:
        check_limit(service, limit, groups)
    return list(groups[service])


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"service_hosts": service_hosts}
