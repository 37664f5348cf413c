#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: haproxy_pool
short_description: Take members out of an HAProxy pool and back without losing a request
version_added: 0.1.0
description:
  - Places members online, in maintenance or offline on all HAProxy processes of a service in one call, waiting
    included.
  - A member leaves by drain. Once it has no session and no queued request on two polls in a row on every endpoint,
    it is set to maintenance.
  - A member comes back through the drain gate. While it still gets no customer, HAProxy forgets the checks that
    passed before and
    fresh ones have to pass on every endpoint; only then is it set ready everywhere, and it has to be seen serving.
  - All endpoints are asked before anything is changed. An endpoint that cannot be reached, an unknown pool, an
    unknown server or a
    socket that may not change anything fails the task before any server has been touched.
  - If the step fails on the way, servers that were touched are put back as they were, and RV(not_put_back) says
    what could not be.
options:
  online_pool:
    description: The backend that serves customers.
    type: str
    required: true
  maintenance_pool:
    description:
      - The backend with the same servers that only testers and gates use.
      - Left out, the service has none, and a member is V(online) or V(offline).
    type: str
  members:
    description:
      - Servers to place, by the names that HAProxy knows them by. Every pool has to have them on every endpoint.
      - Several members of one call leave together and are waited for once.
    type: list
    elements: str
    required: true
  placement:
    description:
      - V(online) is ready and serving in O(online_pool), in maintenance in O(maintenance_pool).
      - V(maintenance) is in maintenance in O(online_pool), ready in O(maintenance_pool).
      - V(offline) is in maintenance in both.
    type: str
    choices: [online, maintenance, offline]
    required: true
  drain_timeout_seconds:
    description: How long the sessions of leaving members may take to end.
    type: float
    default: 60.0
  on_drain_timeout:
    description:
      - What happens to members that are still busy after O(drain_timeout_seconds).
      - V(restore) puts everything back as it was and fails.
      - V(fail) leaves the members draining and fails.
      - V(maint) sets them to maintenance, so that customers who stick to a member by cookie or stick table go to
        another one at once, gives requests a few seconds more, and goes on with a warning. Tunnels (WebSocket, TCP)
        that are left live on until the member or the customer ends them.
      - V(shutdown_sessions) does the same, cuts the sessions that are left then, which customers notice, and goes on.
      - RV(waited) says what was left. V(maint) was added in version 0.2.0.
    type: str
    choices: [fail, maint, shutdown_sessions, restore]
    default: restore
  rejoin_timeout_seconds:
    description: How long fresh checks may take to pass, and how long putting back after a failure may wait for them.
    type: float
    default: 60.0
  poll_interval_seconds:
    description: How often the endpoints are asked while waiting.
    type: float
    default: 0.2
  min_active:
    description:
      - How many servers of O(online_pool) have to go on serving on every endpoint when members leave it.
      - A count such as V(2), or a percentage of the pool's servers such as V(50%), rounded up. Backup servers do
        not count.
      - Servers of other pools that follow a member (C(track)) leave their pools with it, so this holds for those pools too.
      - A member that does not serve when it is asked to leave takes nothing away and may always leave.
    type: str
    default: "1"
extends_documentation_fragment:
  - hybrid.rollout._haproxy_endpoints
  - hybrid.rollout._reach_from
  - hybrid.rollout._verify
  - hybrid.rollout._record
attributes:
  check_mode:
    description: Asks, checks names and floor, and returns the moves; changes nothing.
    support: full
  diff_mode:
    description: Where each server stands and where it is going, one line each.
    support: full
notes:
  - Needs C(level admin) on the stats socket. Tested with HAProxy 2.6, 3.0 and 3.2.
  - A server without a health check comes back without proof that it works; RV(warnings) says so.
  - If HAProxy is restarted while members are draining, the step fails, because the new process cannot see sessions
    of the old one.
author:
  - The hybrid.rollout contributors (@hybrid-rollout)
"""

EXAMPLES = r"""
- name: Take app1 out of rotation on both load balancers
  hybrid.rollout.haproxy_pool:
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
    members: [app1]
    placement: maintenance
    min_active: 50%
  register: placed

- name: Stop before the release is replaced if app1 is no longer out of rotation, or HAProxy was restarted since
  hybrid.rollout.haproxy_pool:
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
    members: [app1]
    placement: maintenance
    verify: true
    since: "{{ placed }}"

- name: Take app1 out although WebSockets and customers with cookies stay with it
  hybrid.rollout.haproxy_pool:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    online_pool: quotes
    members: [app1]
    placement: offline
    drain_timeout_seconds: 30
    on_drain_timeout: maint
    reach_from: target
  delegate_to: lb1

- name: Bring app1 back once fresh checks pass
  hybrid.rollout.haproxy_pool:
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    online_pool: quotes
    members: [app1]
    placement: online
    rejoin_timeout_seconds: 30
    reach_from: target
  delegate_to: lb1
"""

RETURN = r"""
moves:
  description:
    - What was done, or would be done in check mode, in words. Empty if every server was already in its place.
  returned: always
  type: list
  elements: str
  sample:
    - "lb1: quotes/app1 leaves: drain, wait for its sessions, maintenance"
    - "lb1: quotes_maintenance/app1 enters: ready, for testers only"
endpoints:
  description:
    - Each endpoint's process and, per member and pool, what it said before and after. In check mode both are the
      same.
    - After a failure, what it said last.
  returned: always
  type: list
  elements: dict
  sample:
    - name: lb1
      url: tls://10.77.0.11:9999
      process: {pid: 812, start_time: 1795418252, version: 2.6.12-1+deb12u4}
      members:
        - member: app1
          pools:
            - pool: quotes
              role: online
              before:
                admin_state: []
                operational_state: running
                status: UP
                sessions: 3
                queued: 0
                check: L7OK Layer7 check passed
              after:
                admin_state: [forced_maintenance]
                operational_state: stopped
                status: MAINT
                sessions: 0
                queued: 0
                check: no check yet
standing:
  description: Where each endpoint holds each member by the last it said, in words.
  returned: always
  type: list
  elements: str
  sample: ["lb1: app1 maintenance", "lb2: app1 not known (timed out)"]
waited:
  description:
    - Seconds until the leaving members were idle and until the returning ones were serving, and what it took.
    - C(forced) is whether the task went on although sessions were left. C(left) has what was left at the deadline,
      per server requests, tunnels (WebSocket or TCP, also an answer without length where HAProxy 2.6 passes it on
      like one) and the age of the oldest; null where the socket's level does not let it be told.
  returned: always
  type: dict
  sample:
    drain_seconds: 30.204
    rejoin_seconds: 0.0
    sessions_at_start: 14
    forced: true
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
  sample: ["lb1: quotes/app1 is left draining (on_drain_timeout: fail)"]
skipped_endpoints:
  description: Endpoints that took no part, because they may be down and were.
  returned: always
  type: list
  elements: str
  sample: [lb2]
  version_added: 0.2.0
warnings:
  description: What an operator should know although the step succeeded.
  returned: always
  type: list
  elements: str
  sample: ["lb1: quotes/app1 has no health check: it is back without proof that it works"]
failure:
  description: What stopped the step, for playbooks to branch on.
  returned: failed
  type: dict
  sample: {code: refused, endpoint: lb1, command: null, reply: null}
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import POOL_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.pool import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **POOL_SPEC)
    try:
        result = run(module.params, module.check_mode, Clock(time.monotonic, time.sleep))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
