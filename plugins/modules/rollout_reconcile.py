#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_reconcile
short_description: Find members that are out of rotation, say why, and open a run for those that can be brought back
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Asks every HAProxy endpoint where the members are, every member which version it runs, and the ledger what earlier runs
    had to do with it.
  - A member that a run took out and left behind, because its controller is gone or could not put it right, is found with the
    version to bring it back with. Whoever was taken out by somebody else is named and left alone.
  - Runs of the service whose controlling process is gone are marked abandoned. While a run may be at work the task fails and
    says whose.
  - A member that is to be brought back on a way that is not verified is refused, as M(hybrid.rollout.rollout_plan) refuses it, unless its variable
    C(rollout_unverified_connection) says why. In check mode it is only found.
  - Changes no member. The playbook C(hybrid.rollout.reconcile) does what follows from RV(findings).
options:
  service:
    description: Name of the service.
    type: str
    required: true
  members:
    description: The members of the service, see the filter P(hybrid.rollout.service_members#filter).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Inventory name.
        type: str
        required: true
      server:
        description: Name of the server in the HAProxy pools.
        type: str
        required: true
      health_url:
        description: Where the member tells its version, as JSON.
        type: str
        required: true
      zone:
        description: Failure domain of the member.
        type: str
      also_in_pools:
        description: Further HAProxy backends in which this member serves customers.
        type: list
        elements: str
        default: []
      excluded:
        description: Why an operator keeps the member out of rollouts. It is looked at all the same.
        type: str
  version_path:
    description: Where in the JSON answer of O(members[].health_url) the version stands.
    type: str
    default: version
  health_ca_path:
    description: PEM file of the authorities that C(https) addresses of members are checked against. The system's own if left out.
    type: path
  online_pool:
    description: The HAProxy backend that customers are sent to.
    type: str
    required: true
  maintenance_pool:
    description: The HAProxy backend of the same members that only testers reach.
    type: str
    required: true
  ledger:
    description: Path of the ledger file on the controller, or the C(postgresql://) address of its database. Made if it is not there.
    type: path
    required: true
  take_over:
    description: Id of an open run of this service whose process cannot be asked and is known to be dead. It is marked abandoned.
    type: str
extends_documentation_fragment:
  - hybrid.rollout._haproxy_endpoints
attributes:
  check_mode:
    support: full
    description: Says what it finds and would do, and writes nothing.
  diff_mode:
    support: none
    description: Returns what it found as RV(findings_text).
seealso:
  - module: hybrid.rollout.rollout_plan
  - module: hybrid.rollout.rollout_claim
"""

EXAMPLES = r"""
- name: Find out who is out of rotation, and why
  hybrid.rollout.rollout_reconcile:
    service: quotes
    members: "{{ ansible_play_hosts_all | hybrid.rollout.service_members(hostvars) }}"
    endpoints:
      - name: lb1
        url: tls://10.77.0.11:9999
      - name: lb2
        url: tls://10.77.0.12:9999
    ca_path: "{{ lab_state }}/pki/ca.pem"
    client_cert: "{{ lab_state }}/pki/client.pem"
    client_key: "{{ lab_state }}/pki/client.key"
    online_pool: quotes
    maintenance_pool: quotes_maintenance
    ledger: "{{ lab_state }}/run/ledger.sqlite3"
  run_once: true
"""

RETURN = r"""
run:
  description: The run that was opened, and the ledger that knows it. The id is null in check mode, and where nobody can be brought back.
  returned: success
  type: dict
  sample: {id: quotes-reconcile-5d0c7b1e, ledger: /var/lib/rollout/ledger.sqlite3}
findings:
  description:
    - One for each member. C(version) is what it is to come back with, null where it is left alone, and C(fallback) what is put
      back if that does not pass.
    - C(fine) is whether it serves customers on every endpoint.
  returned: success
  type: list
  elements: dict
  sample:
    - member: app1
      why: "is in maintenance, runs 1.1; run quotes-1.1-5d0c7b1e to 1.1 began with it and did not finish: comes back with it if it passes"
      version: "1.1"
      fallback: "1.0"
      fine: false
findings_text:
  description: The same as lines for people, without the members that are fine.
  returned: success
  type: list
  elements: str
  sample:
    - "quotes: 3 of 4 members serve customers everywhere"
    - "  app1 is in maintenance, runs 1.1; run quotes-1.1-5d0c7b1e to 1.1 began with it and did not finish: comes back with it if it passes"
abandoned:
  description: Open runs whose controlling process is gone, which are marked abandoned.
  returned: success
  type: list
  elements: dict
  sample:
    - {run: quotes-1.1-5d0c7b1e, reason: "its process is gone: ops@controller (process 4711)"}
skipped_endpoints:
  description: Endpoints that took no part, because they may be down and were.
  returned: success
  type: list
  elements: str
  sample: [lb2]
warnings:
  description: What an operator should know although the task succeeded.
  returned: success
  type: list
  elements: str
  sample: ["lb2 was left out, it may be down: HAProxy lb2 (tcp://127.0.0.1:9999) could not be asked: timed out."]
failure:
  description: Code, endpoint, command and reply of what went wrong.
  returned: failure
  type: dict
  sample: {code: refused, endpoint: null, command: null, reply: null}
"""
