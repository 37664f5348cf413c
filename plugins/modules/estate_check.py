#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: estate_check
short_description: Report settings of HAProxy that cost requests in a rollout, and ways to members that are not verified
version_added: 0.2.0
description:
  - Asks all HAProxy processes of a service, reads their configurations, or both, and reports settings with which
    a rollout loses requests, places members on some load balancers only, or lets strangers command them.
  - Reports members to which Ansible connects without TLS, or without a look at the certificate or the SSH host key.
  - Every finding says where, what, why and what to do. The codes are listed in C(docs/estate_check.md).
  - Changes nothing.
  - What only a configuration tells (C(option persist), state file, hashes, redispatch, retries, intervals of checks)
    needs O(configurations) or O(configuration_paths). What only the running process tells (paused checks, weights set
    since, differences between load balancers) needs O(endpoints).
options:
  endpoints:
    description:
      - The runtime API of every HAProxy process that carries the service. Left out, none is asked.
    type: list
    elements: dict
    required: false
  pools:
    description: Backends whose settings are judged on the endpoints. All of them if no pool is named.
    type: list
    elements: str
  online_pool:
    description: The backend that serves customers. It is judged too, as one that rollouts move.
    type: str
  maintenance_pool:
    description: The backend with the same servers that only testers and gates use. It has to have the same servers.
    type: str
  members:
    description:
      - Inventory hosts whose way is judged, as Ansible would connect to them now. C(winrm), C(psrp), C(ssh) and C(paramiko_ssh) are; other
        connections have no findings.
      - Only with O(reach_from=controller), which alone knows the variables.
      - A way that C(rollout_unverified_connection) allows is reported all the same, with the reason.
    type: list
    elements: str
    version_added: 0.2.0
  configurations:
    description:
      - Configurations to judge, as text by the name that findings give them. Each is one HAProxy's whole configuration.
      - Where HAProxy reads several files, join them in its order.
    type: dict
  configuration_paths:
    description: Files of configurations to judge, each whole. They are read where O(reach_from) says.
    type: list
    elements: path
  ignore:
    description: Codes that are not reported, because they are known and meant.
    type: list
    elements: str
    default: []
  fail_on:
    description:
      - Whether findings fail the task. V(danger) fails on findings of this severity, V(warning) on those and on
        warnings, V(never) only reports.
    type: str
    choices: [danger, warning, never]
    default: never
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
notes:
  - A configuration is read without its variables and conditions. Addresses that hold a variable are not judged, and
    both branches of a condition are.
  - Any level of the stats socket that may C(show) is enough, but C(level user) does not tell the balance algorithm.
author:
  - The hybrid.rollout contributors (@hybrid-rollout)
"""

EXAMPLES = r"""
- name: Ask both load balancers for dangerous settings
  hybrid.rollout.estate_check:
    endpoints:
      - url: tls://10.77.0.11:9999
        name: lb1
      - url: tls://10.77.0.12:9999
        name: lb2
    ca_path: /etc/rollout/ca.pem
    client_cert: /etc/rollout/client.pem
    client_key: /etc/rollout/client.key
    online_pool: quotes
    maintenance_pool: quotes_maintenance
    fail_on: danger

- name: Judge the ways to all members
  hybrid.rollout.estate_check:
    members: "{{ groups.quotes }}"
    fail_on: danger

- name: Read the configuration on the load balancer itself
  hybrid.rollout.estate_check:
    configuration_paths: [/etc/haproxy/haproxy.cfg]
    reach_from: target
  become: true
  delegate_to: lb1

- name: Judge a configuration before it goes anywhere
  hybrid.rollout.estate_check:
    configurations:
      haproxy.cfg: "{{ lookup('ansible.builtin.template', 'haproxy.cfg.j2') }}"
    fail_on: warning
"""

RETURN = r"""
findings:
  description: What was found, the worst first.
  returned: always
  type: list
  elements: dict
  contains:
    code:
      description: The rule, as listed in C(docs/estate_check.md).
      type: str
    severity:
      description: V(danger), V(warning) or V(hint).
      type: str
    where:
      description: Endpoint, pool and server, configuration and line, or inventory host.
      type: str
    what:
      description: What was found there.
      type: str
    why:
      description: What it leads to.
      type: str
    cure:
      description: What to do.
      type: str
  sample:
    - code: option_persist
      severity: danger
      where: /etc/haproxy/haproxy.cfg:21
      what: option persist, in force in pool quotes
      why: Customers with a cookie are sent to their server even while it is in maintenance.
      cure: Remove it; 'force-persist' with an ACL lets testers reach a member in maintenance.
counts:
  description: How many findings there are of each severity.
  returned: always
  type: dict
  sample: {danger: 1, warning: 0, hint: 0}
summary:
  description: The findings as sentences.
  returned: always
  type: list
  elements: str
  sample:
    - "danger option_persist, /etc/haproxy/haproxy.cfg:21: option persist, in force in pool quotes. Customers with a
      cookie are sent to their server even while it is in maintenance. Remove it; 'force-persist' with an ACL lets
      testers reach a member in maintenance."
endpoints:
  description: The endpoints that were asked.
  returned: always
  type: list
  elements: dict
  sample:
    - name: lb1
      url: tls://10.77.0.11:9999
      process: {pid: 812, start_time: 1795418252, version: 2.6.12-1+deb12u4}
members:
  description: The inventory hosts whose way was judged.
  returned: always
  type: list
  elements: str
  sample: [app1, app2, win1]
  version_added: 0.2.0
configurations:
  description: The configurations that were read.
  returned: always
  type: list
  elements: str
  sample: [/etc/haproxy/haproxy.cfg]
skipped_endpoints:
  description: Endpoints that took no part, because they may be down and were.
  returned: always
  type: list
  elements: str
  sample: [lb2]
warnings:
  description: What an operator should know although the task succeeded.
  returned: always
  type: list
  elements: str
  sample: ["lb2 was left out, it may be down: HAProxy lb2 (tcp://127.0.0.1:9999) could not be asked: timed out."]
failure:
  description: What stopped the task, for playbooks to branch on. The code is V(refused) where O(fail_on) did.
  returned: failed
  type: dict
  sample: {code: refused, endpoint: null, command: null, reply: null}
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.arguments import CHECK_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.check import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **CHECK_SPEC)
    try:
        result = run(module.params, Clock(time.monotonic, time.sleep))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
