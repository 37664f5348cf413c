#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: health_gate
short_description: Open only when every target has answered as expected several times in a row
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Asks many targets side by side over HTTP or TCP until each has answered as expected O(consecutive_successes) times
    in a row, or O(timeout_seconds) have passed. The task fails unless all of them did.
  - Each target and the gate as a whole get one of four verdicts. V(passed) means as many good answers in a row as
    asked for. V(failed) means the last answer was not as expected, or the application refused, reset or did not
    answer in time, or the answer met O(fail_on). V(undecided) means the last answers were good but too few in a row,
    or another target ended the gate. V(could_not_ask) means the question could not be put, and says nothing about the
    application - no such name, no route, a certificate that is not trusted, a CA file that cannot be read.
  - The verdict of the gate is the worst of its targets. From worst to best that is V(failed), V(could_not_ask),
    V(undecided), V(passed). What is known to be bad decides before what is not known.
  - Every target is asked at least once and once more at the deadline.
  - Redirects are not followed, and no proxy is used.
  - The question is put from the controller and does not start a module on the host, unless O(reach_from=target).
attributes:
  check_mode:
    support: full
    description:
      - Asks each target exactly once and reports, and never fails because of the answers. With
        O(consecutive_successes) above 1 a good answer is therefore V(undecided).
  diff_mode:
    support: none
    description: A gate never changes anything.
extends_documentation_fragment:
  - hybrid.rollout._reach_from
  - hybrid.rollout._record
options:
  targets:
    description: Whom to ask. A target has O(targets[].url), or O(targets[].host) and O(targets[].port).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the target is called in the result and in messages.
        type: str
        required: true
      url:
        description: Address of an C(http) or C(https) resource. It cannot carry a password, because it is shown.
        type: str
      host:
        description: Name or address to open a TCP connection to. Only that it opens counts.
        type: str
      port:
        description: Port to open a TCP connection to.
        type: int
      headers:
        description: Request headers. If one is a secret, give the task C(no_log).
        type: dict
  expect:
    description:
      - What an answer has to be. All that is set has to hold.
      - Cannot be asked of TCP targets, nor can O(version) and O(fail_on).
    type: dict
    suboptions:
      status:
        description: Accepted status codes.
        type: list
        elements: int
        default: [200]
      headers:
        description: Response headers and their exact values.
        type: dict
      json:
        description:
          - Paths into the JSON body and their values.
          - A plain path such as V(checks[0].state) or V(checks.0.state) always works. Any other is JMESPath and needs
            the C(jmespath) library where the gate runs.
          - Types count. V("true") is not V(true).
        type: dict
      body_contains:
        description: Text that the body contains.
        type: str
  version:
    description: The version that the target has to tell, compared as text.
    type: str
  version_path:
    description: Where in the JSON body the version is, as in O(expect.json).
    type: str
    default: version
  fail_on:
    description:
      - Conditions that settle the matter. When an answer meets all of one of them, its target has failed at once and
        the gate ends.
      - A missing answer meets none of them.
    type: list
    elements: dict
    default: []
    suboptions:
      status:
        description: Status codes.
        type: list
        elements: int
      headers:
        description: Response headers and their exact values.
        type: dict
      json:
        description: Paths into the JSON body and their values.
        type: dict
      body_contains:
        description: Text that the body contains.
        type: str
  consecutive_successes:
    description: How many good answers in a row a target has to give.
    type: int
    default: 3
  interval_seconds:
    description: Pause between two questions to one target.
    type: float
    default: 0.5
  timeout_seconds:
    description: Deadline of the whole gate. With V(0) each target is asked once.
    type: float
    default: 60.0
  request_timeout_seconds:
    description: Deadline of one answer, from the connection to its last byte.
    type: float
    default: 2.0
  ca_path:
    description: File with the certificates to trust, in place of the system's.
    type: path
  validate_certs:
    description: Whether the certificate of an C(https) target has to be valid for its name.
    type: bool
    default: true
  client_cert:
    description: File with the certificate to present.
    type: path
  client_key:
    description: File with the key of O(client_cert), where it is not in the same file.
    type: path
seealso:
  - module: hybrid.rollout.linux_release
"""

EXAMPLES = r"""
- name: Wait until the member serves the new version
  hybrid.rollout.health_gate:
    targets:
      - name: "{{ inventory_hostname }}"
        url: "http://{{ ansible_host }}:8080/health"
    version: "1.1"
    expect:
      json:
        ready: true
    timeout_seconds: 30

- name: Ask one member through the maintenance pool of both load balancers
  hybrid.rollout.health_gate:
    targets:
      - name: lb1
        url: http://10.77.0.11:8081/health
        headers: {x-rollout-member: app1}
      - name: lb2
        url: http://10.77.0.12:8081/health
        headers: {x-rollout-member: app1}
    expect:
      headers: {x-rollout-member: app1}
    version: "1.1"
    fail_on:
      - status: [500]

- name: Check from the member itself that its local port is open
  hybrid.rollout.health_gate:
    targets:
      - name: metrics
        host: 127.0.0.1
        port: 9100
    reach_from: target
    consecutive_successes: 1
"""

RETURN = r"""
verdict:
  description: The worst verdict of the targets.
  returned: unless an option is wrong
  type: str
  sample: failed
targets:
  description: Each target with its verdict and its last answer, in the order of the option.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - name: app1
      verdict: failed
      asked: GET http://10.77.0.21:8080/health
      attempts: 61
      successes_in_a_row: 0
      last:
        at_seconds: 30.002
        status: 200
        version: "1.0"
        error:
        body_excerpt: '{"service": "quotes", "version": "1.0", "ready": true, "member": "app1"}'
        reason: it runs version 1.0, expected 1.1
waited_seconds:
  description: How long the gate took.
  returned: unless an option is wrong
  type: float
  sample: 30.004
json_path_engine:
  description: V(jmespath) where that library is installed, else V(dotted), where only plain paths work.
  returned: unless an option is wrong
  type: str
  sample: jmespath
failure:
  description:
    - The first target with the gate's verdict (endpoint), what it was asked (command) and what came back (reply).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: app1
    command: GET http://10.77.0.21:8080/health
    reply: it runs version 1.0, expected 1.1; it answered status 200 with '{"version":"1.0"}'
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params, module.check_mode, Clock(time.monotonic, time.sleep)))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
