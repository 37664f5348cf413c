#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: haproxy_server
short_description: Set, add and delete HAProxy servers, and wait for what that means
version_added: 0.2.0
description:
  - Sets any number of servers in any number of backends on all HAProxy processes of a service in one call. All are
    set first, then all are waited for once.
  - A server that comes out of maintenance gets no customer before fresh checks have passed, also without
    O(wait_for).
  - Everything is asked and judged before anything is changed. An endpoint that cannot be reached, a backend that is
    not there, a name that matches nothing or a socket that may not change anything fails the task.
  - If the task fails on the way, what was touched is put back as it was, and RV(not_put_back) says what could not
    be.
  - Servers can be added to a running HAProxy and deleted from it. HAProxy writes neither into its configuration - a
    server that was added is gone after the next reload, and one that was deleted is back, unless the file says the same.
  - To take members of a service out of its pools and back, use M(hybrid.rollout.haproxy_pool).
options:
  servers:
    description:
      - What to set, by names, patterns or addresses; O(match) says which.
      - A pattern has to match a whole name. An address is V(10.0.0.7), V(10.0.0.7:8080) or V([2001:db8::7]:8080).
    type: list
    elements: str
    required: true
  match:
    description: How O(servers) are meant.
    type: str
    choices: [name, glob, regex, address]
    default: name
  backends:
    description: Where to look. Every backend that has a matching server if left out.
    type: list
    elements: str
  min_matches:
    description:
      - How many servers each text of O(servers) has to match on every endpoint.
      - With V(0) a text that matches nothing is no failure.
      - With O(create) every name is to be in every backend, and with O(state=absent) in none; this is not asked then.
    type: int
    default: 1
  state:
    description:
      - V(ready) takes traffic, V(drain) only what is bound to the server, V(maint) none, and its checks rest.
      - Left out, the state stays as it is.
      - With O(wait_for=drained), V(maint) drains first and is set once the server is idle.
      - V(absent) drains, sets to maintenance, waits as O(wait_for=removable) does, and deletes when nothing is attached
        to any of the servers on any endpoint. Needs HAProxy 2.6. A server that others follow (C(track)) is refused. What is
        deleted cannot be put back, so it is the last thing that is done.
    type: str
    choices: [ready, drain, maint, absent]
  weight:
    description: V(0) to V(256), or a percentage of the initial weight such as V(50%).
    type: str
  ramp:
    description: Raises the weight step by step, when the servers are ready.
    type: dict
    suboptions:
      steps:
        description: Rising percentages of the initial weight, such as V([10, 50, 100]).
        type: list
        elements: int
        required: true
      interval_seconds:
        description: How long each step lasts. O(timeout_seconds) does not count it.
        type: float
        required: true
  address:
    description: IP address of the server. A server that is ready gets its traffic there at once.
    type: str
  port:
    description: Port of the server.
    type: int
  fqdn:
    description:
      - Name that HAProxy resolves from now on, for servers whose C(resolvers) do that. Needs HAProxy 1.8.
      - HAProxy goes on with the old address until it has an answer, and does not tell by which name it got an address, so
        O(wait_for) cannot wait for the new one.
    type: str
  create:
    description:
      - Adds the servers that a backend does not have, at O(address) and O(port). Servers that are there are set as without
        it, except for what C(parameters) say, which HAProxy does not tell.
      - A new server is in maintenance until O(state) is V(ready), and then waits for fresh checks as any other.
      - Its initial weight is that of C(parameters), else O(weight) if that is a number, else that of the backend's other
        servers if they have one and the same, else HAProxy's 1.
      - Needs O(match=name), O(backends), HAProxy 2.6 and a backend whose C(balance) is dynamic. HAProxy looks at
        C(default-server) for none of them; write into C(parameters) what the others have from there.
      - If the task fails, the new servers are deleted again.
    type: dict
    suboptions:
      parameters:
        description: What follows the address in HAProxy's server line, such as V([check, inter 2s, rise 2, fall 3]).
        type: list
        elements: str
        default: [check]
  maxconn:
    description: How many connections the server takes at once; V(0) is no limit.
    type: int
  agent:
    description:
      - Switch of the agent check, V(enabled) last of all and V(disabled) first of all.
      - A server whose agent check is enabled belongs to its agent. State and weight are refused then, unless this
        is V(disabled) in the same task. RV(endpoints) has what it was before.
    type: str
    choices: [enabled, disabled]
  health:
    description:
      - Switch of the health check. V(disabled) is refused while the server is in maintenance, because the check
        would stay paused after the server is ready again.
    type: str
    choices: [enabled, disabled]
  wait_for:
    description:
      - V(drained) waits until the servers have no session and no queued request on two polls in a row.
      - V(removable) waits until they have no connection either, in maintenance.
      - V(healthy) brings servers back everywhere at once when fresh checks have passed on every endpoint, and waits
        until they serve.
    type: str
    choices: [drained, healthy, removable]
  timeout_seconds:
    description: How long O(wait_for) may take, and how long putting back may wait for checks.
    type: float
    default: 60.0
  poll_interval_seconds:
    description: How often the endpoints are asked while waiting.
    type: float
    default: 0.2
  on_timeout:
    description:
      - What happens when O(wait_for) has not come true in time.
      - V(restore) puts everything back as it was and fails.
      - V(fail) leaves the servers as they stand and fails.
      - V(maint) sets those that do not serve to maintenance and gives requests a few seconds more. The tunnels
        (WebSocket, TCP) that are left live on. A task that waited for V(drained) goes on, with a warning; any other
        fails.
      - V(shutdown_sessions) cuts the sessions that are left, which customers notice, and goes on. With O(state=maint)
        it sets the servers to maintenance and gives requests a few seconds more before.
    type: str
    choices: [fail, maint, shutdown_sessions, restore]
    default: restore
  min_active:
    description:
      - How many servers of each backend have to go on serving on every endpoint when servers are drained, set to
        maintenance or to weight 0.
      - A count such as V(2), or a percentage of the backend's servers such as V(50%), rounded up. Backup servers do
        not count. Servers that follow another one (C(track)) leave with it.
    type: str
    default: "1"
extends_documentation_fragment:
  - hybrid.rollout._haproxy_endpoints
  - hybrid.rollout._reach_from
  - hybrid.rollout._verify
  - hybrid.rollout._record
attributes:
  check_mode:
    description: Asks, checks names, owners and floor, and returns the changes; changes nothing.
    support: full
  diff_mode:
    description: What each server's settings are and will be, one line each.
    support: full
notes:
  - Needs C(level admin) on the stats socket. Tested with HAProxy 2.6, 3.0 and 3.2.
  - RV(ignore:changed) is about being there, state, weight, address, port, fqdn, maxconn and the two switches, never about
    sessions.
author:
  - The hybrid.rollout contributors (@hybrid-rollout)
"""

EXAMPLES = r"""
- name: Take app1 out of every backend on both load balancers
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: tls://10.77.0.11:9999
        name: lb1
      - url: tls://10.77.0.12:9999
        name: lb2
        may_be_down: true
    ca_path: /etc/rollout/ca.pem
    client_cert: /etc/rollout/client.pem
    client_key: /etc/rollout/client.key
    servers: [app1]
    state: maint
    wait_for: drained
    on_timeout: shutdown_sessions

- name: Bring app1 back slowly once fresh checks pass
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: master+unix:///run/haproxy-master.sock
    servers: [app1]
    state: ready
    wait_for: healthy
    ramp:
      steps: [10, 50, 100]
      interval_seconds: 30
    reach_from: target
  delegate_to: lb1

- name: Halve the weight of everything in the old rack
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    servers: ["rack1-*"]
    match: glob
    weight: 50%

- name: Add a new member to the pool, and let customers in once fresh checks pass
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    backends: [quotes]
    servers: [app9]
    address: 10.77.0.29
    port: 8080
    create:
      parameters: [check, inter 2s, rise 2, fall 3, weight 100]
    state: ready
    wait_for: healthy

- name: Delete it again once nobody is connected to it
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    backends: [quotes]
    servers: [app9]
    state: absent

- name: Drain a server that an agent rules, and remember that
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    backends: [quotes]
    servers: [app2]
    agent: disabled
    state: drain
  register: drained

- name: Give it back as it was
  hybrid.rollout.haproxy_server:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    backends: [quotes]
    servers: [app2]
    state: ready
    agent: "{{ (before.agent == 'none') | ternary(omit, before.agent) }}"
  vars:
    before: "{{ drained.endpoints[0].servers[0].before }}"
"""

RETURN = r"""
changes:
  description:
    - What was done, or would be done in check mode, in words. Empty if everything was as wanted.
  returned: always
  type: list
  elements: str
  sample:
    - "lb1: quotes/app1 weight: 100 -> 50"
    - "lb1: quotes/app1 state: ready -> maintenance"
endpoints:
  description:
    - Each endpoint's process and what it said of each server before and after. In check mode both are the same.
    - After a failure, what it said last. V(null) is a server that is not there.
  returned: always
  type: list
  elements: dict
  sample:
    - name: lb1
      url: tls://10.77.0.11:9999
      process: {pid: 812, start_time: 1795418252, version: 2.6.12-1+deb12u4}
      servers:
        - backend: quotes
          server: app1
          before:
            state: ready
            inherited_from: null
            weight: 100
            initial_weight: 100
            address: 10.77.0.21
            port: 8080
            fqdn: null
            maxconn: 0
            agent: none
            health: enabled
            admin_state: []
            operational_state: running
            status: UP
            sessions: 3
            queued: 0
            check: L7OK Layer7 check passed
          after:
            state: maint
            inherited_from: null
            weight: 50
            initial_weight: 100
            address: 10.77.0.21
            port: 8080
            fqdn: null
            maxconn: 0
            agent: none
            health: enabled
            admin_state: [forced_maintenance]
            operational_state: stopped
            status: MAINT
            sessions: 0
            queued: 0
            check: no check yet
waited:
  description:
    - How long O(wait_for) took, the sessions it began with, and the servers whose sessions were not waited for.
    - C(left) has what was left at the deadline, per server requests, tunnels and the age of the oldest.
  returned: always
  type: dict
  sample:
    seconds: 30.204
    sessions_at_start: 14
    forced: ["lb1: quotes/app1"]
    left: [{endpoint: lb1, pool: quotes, server: app1, requests: 0, tunnels: 2, oldest_seconds: 312}]
put_back:
  description: After a failure, the servers that were touched and are as they were before.
  returned: always
  type: list
  elements: str
  sample: ["lb1: quotes/app1 is ready again"]
not_put_back:
  description: After a failure, the servers that were touched and are not as they were before, each with the reason.
  returned: always
  type: list
  elements: str
  sample: ["lb1: quotes/app1 is left draining (on_timeout: fail)"]
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
  sample: ["lb1: quotes/app1 has no health check that runs (no check): nothing proves that it works"]
failure:
  description: What stopped the task, for playbooks to branch on.
  returned: failed
  type: dict
  sample: {code: refused, endpoint: lb1, command: null, reply: UP}
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server import run
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server_arguments import SERVER_SPEC


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SERVER_SPEC)
    try:
        result = run(module.params, module.check_mode, Clock(time.monotonic, time.sleep))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
