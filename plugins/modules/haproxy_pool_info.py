#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: haproxy_pool_info
short_description: Read where HAProxy holds the members of its pools
version_added: 0.1.0
description:
  - Asks all HAProxy processes of a service at once and returns, per endpoint and pool, what they say of each server.
  - Changes nothing. An unknown pool, an unknown member or an endpoint that cannot be asked fails the task.
options:
  pools:
    description: Backends to read, where placements are not wanted.
    type: list
    elements: str
  online_pool:
    description: The backend that serves customers. With it RV(placements) are returned.
    type: str
  maintenance_pool:
    description: The backend with the same servers that only testers and gates use.
    type: str
  members:
    description: Servers to return, by the names that HAProxy knows them by. All of the pools' servers if left out.
    type: list
    elements: str
extends_documentation_fragment:
  - hybrid.rollout._haproxy_endpoints
  - hybrid.rollout._reach_from
attributes:
  check_mode:
    description: Only reads.
    support: full
  diff_mode:
    description: Only reads.
    support: N/A
author:
  - The hybrid.rollout contributors (@hybrid-rollout)
"""

EXAMPLES = r"""
- name: Read where both load balancers hold the members
  hybrid.rollout.haproxy_pool_info:
    endpoints:
      - url: tls://10.77.0.11:9999
      - url: tls://10.77.0.12:9999
    ca_path: /etc/rollout/ca.pem
    client_cert: /etc/rollout/client.pem
    client_key: /etc/rollout/client.key
    online_pool: quotes
    maintenance_pool: quotes_maintenance
  register: pools

- name: Show members that are not online everywhere
  ansible.builtin.debug:
    msg: "{{ item.key }}: {{ item.value }}"
  loop: "{{ pools.placements | dict2items }}"
  loop_control:
    label: "{{ item.key }}"
  when: item.value.values() | unique != ['online']
"""

RETURN = r"""
endpoints:
  description: What each endpoint says, in the order of O(endpoints); servers in the order of its configuration.
  returned: success
  type: list
  elements: dict
  sample:
    - name: lb1
      url: tls://10.77.0.11:9999
      level: admin
      process: {pid: 812, start_time: 1795418252, version: 2.6.12-1+deb12u4}
      pools:
        - pool: quotes
          servers:
            - server: app1
              admin_state: []
              operational_state: running
              status: UP
              sessions: 3
              queued: 0
              check: L7OK Layer7 check passed
              serving: true
              draining: false
              backup: false
placements:
  description:
    - Per member and endpoint V(online), V(maintenance), V(offline), or V(mixed) where the pools say neither, such
      as while draining, or while a member takes itself out by answering its check with 404.
    - Empty if O(online_pool) is not given.
  returned: success
  type: dict
  sample: {app1: {lb1: online, lb2: online}, app2: {lb1: maintenance, lb2: mixed}}
skipped_endpoints:
  description: Endpoints that took no part, because they may be down and were.
  returned: always
  type: list
  elements: str
  sample: [lb2]
  version_added: 0.2.0
warnings:
  description: What an operator should know although the task succeeded.
  returned: success
  type: list
  elements: str
  sample: ["lb2 was left out, it may be down: HAProxy lb2 (tcp://127.0.0.1:9999) could not be asked: timed out."]
  version_added: 0.2.0
failure:
  description: What stopped the task, for playbooks to branch on.
  returned: failed
  type: dict
  sample: {code: not_found, endpoint: lb1, command: show servers state quotess, reply: Can't find backend.}
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import INFO_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.pool_info import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **INFO_SPEC)
    try:
        result = run(module.params, Clock(time.monotonic, time.sleep))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
