# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says of each member of a service: hybrid.rollout.service_members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Optional

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: service_members
short_description: The members of a service as rollout_plan takes them
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Collects for each host its C(rollout_health_url), its C(rollout_server_name) (the name in HAProxy, by default the inventory name) and its
    C(rollout_zone), C(rollout_also_in_pools) and C(rollout_excluded) (all optional).
positional: _input, hostvars
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The magic variable C(hostvars).
    type: dict
    required: true
  artifacts:
    description:
      - Whether to add each host's C(rollout_artifact_url) and C(rollout_artifact_sha256), which differ where members of a service fetch different
        artifacts, such as one for each platform.
    type: bool
    default: false
    version_added: 0.2.0
  artifact_sha256:
    description: A digest to add in place of each host's C(rollout_artifact_sha256), for one that was given for all of them.
    type: str
    version_added: 0.2.0
"""

EXAMPLES = r"""
- name: Show the members of this play
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | hybrid.rollout.service_members(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: One dictionary per host with name, server, health_url, zone, also_in_pools and excluded, and perhaps artifact_url and artifact_sha256.
  type: list
  elements: dict
"""


def service_members(
    hosts: Iterable[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    artifacts: bool = False,
    artifact_sha256: Optional[str] = None,
) -> list[dict[str, Any]]:
    members = []
    for name in hosts:
        variables = hostvars[name]
        if "rollout_health_url" not in variables:
            raise AnsibleFilterError(
                f"{name} has no rollout_health_url: say in the service's group_vars where a member tells its health and version, such as "
                "rollout_health_url: http://{{ ansible_host }}:8080/health"
            )
        members.append(
            {
                "name": name,
                "server": variables.get("rollout_server_name", name),
                "health_url": variables["rollout_health_url"],
                "zone": variables.get("rollout_zone"),
                "also_in_pools": _names(name, variables.get("rollout_also_in_pools") or []),
                "excluded": variables.get("rollout_excluded") or None,
            }
        )
        if artifacts:
            members[-1]["artifact_url"] = variables.get("rollout_artifact_url")
            members[-1]["artifact_sha256"] = artifact_sha256 or variables.get("rollout_artifact_sha256")
    return members


def _names(host: str, pools: Any) -> list[str]:  # noqa: ANN401 - whatever the inventory says
    if isinstance(pools, str) or not isinstance(pools, Sequence):
        raise AnsibleFilterError(
            f"rollout_also_in_pools of {host} is {pools!r}: write a list of backends, such as [quotes_api]."
        )
    return [str(pool) for pool in pools]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"service_members": service_members}
