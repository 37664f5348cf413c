#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: self_drain
short_description: Take this member out of its HAProxy pools and back, without a way to HAProxy
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Tells the drain agent of this host what to answer to HAProxy's agent checks, and waits until every HAProxy has
    read it. For members in zones where nobody may push to the load balancers.
  - Runs on the member, as C(ansible-pull) does. The agent is installed by the role P(hybrid.rollout.drain_agent#role).
  - A member that comes back gets customers when HAProxy's own checks of it pass, too. Answer them only when the new
    release works.
options:
  service:
    description: Name of the service, as given to the role.
    type: str
    required: true
  state:
    description:
      - V(drained) takes no new customers. Those with a cookie are still sent here.
      - V(ready) takes them again. It is said once to each reader that has heard of the drain.
    type: str
    choices: [drained, ready]
    required: true
  readers:
    description:
      - Who has to have read it, by the names that HAProxy sends (C(agent-send); V(lb1/quotes) from the role
        P(hybrid.rollout.load_balancer#role)), or by address.
      - Name all of them. One that is left out may still send customers.
      - The agent answers those that it was given (C(drain_agent_readers) of the role P(hybrid.rollout.drain_agent#role)) and nobody else.
    type: list
    elements: str
    required: true
  port:
    description:
      - With O(state=drained), wait until this port of the host has no established connection on two polls in a row.
      - HAProxy keeps idle connections, some of them for good. They have to be switched off for this (C(pool-max-conn 0),
        C(agent.idle_connections) of the role P(hybrid.rollout.load_balancer#role)).
    type: int
  timeout_seconds:
    description: How long reading and ending of connections may take together.
    type: float
    default: 60.0
  poll_interval_seconds:
    description: How often to look.
    type: float
    default: 0.5
  on_timeout:
    description:
      - What happens when O(state=drained) is not reached in time.
      - V(restore) says ready again and fails. V(fail) goes on saying drain and fails.
    type: str
    choices: [restore, fail]
    default: restore
  program:
    description: Path of the agent's program on this host.
    type: path
    default: /usr/local/lib/hybrid-rollout/drain_agent.py
attributes:
  check_mode:
    description: Asks the agent what it says now and tells it nothing.
    support: full
  diff_mode:
    description: What the agent says and will say.
    support: full
seealso:
  - module: hybrid.rollout.haproxy_pool
    description: Where the load balancers can be told from here. It refuses members whose agent check is enabled.
"""

EXAMPLES = r"""
- name: Take this member out, and wait for its last request
  hybrid.rollout.self_drain:
    service: quotes
    state: drained
    readers: [lb1/quotes, lb2/quotes]
    port: 8080
    timeout_seconds: 120

- name: Come back
  hybrid.rollout.self_drain:
    service: quotes
    state: ready
    readers: [lb1/quotes, lb2/quotes]
"""

RETURN = r"""
readers:
  description: Everybody that has asked the agent so far, and whether it has read what the agent says now.
  returned: always
  type: list
  elements: dict
  sample:
    - {name: lb1/quotes, address: 10.77.0.11, has_read: true}
    - {name: lb2/quotes, address: 10.77.0.12, has_read: true}
waited:
  description: How long it took, and the connections that O(port) had at the end (null without it).
  returned: always
  type: dict
  sample: {seconds: 3.012, connections: 0}
failure:
  description: What stopped the task, for playbooks to branch on.
  returned: failed
  type: dict
  sample: {code: timed_out, endpoint: null, command: null, reply: null}
"""

import sys
import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._self_drain.step import run


def main() -> None:
    module = AnsibleModule(
        supports_check_mode=True,
        argument_spec={
            "service": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["drained", "ready"], "required": True},
            "readers": {"type": "list", "elements": "str", "required": True},
            "port": {"type": "int"},
            "timeout_seconds": {"type": "float", "default": 60.0},
            "poll_interval_seconds": {"type": "float", "default": 0.5},
            "on_timeout": {"type": "str", "choices": ["restore", "fail"], "default": "restore"},
            "program": {"type": "path", "default": "/usr/local/lib/hybrid-rollout/drain_agent.py"},
        },
    )

    def command(words: list[str]) -> tuple[int, str, str]:
        code, said, complained = module.run_command([sys.executable, *words])
        return code, said, complained

    try:
        result = run(module.params, module.check_mode, Clock(time.monotonic, time.sleep), command)
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
