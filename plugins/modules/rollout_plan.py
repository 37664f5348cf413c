#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_plan
short_description: Read the estate, compute the batches of a rollout and open its run
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Asks every HAProxy endpoint where the members are, every member which version it runs, and the artifact store which digest
    the version has. Computes from that, and only from that, the ordered batches. Then opens the run in the ledger.
  - Members that run the version and serve customers on all endpoints are done and not planned. Members left out of rotation come first, then
    those that do not serve, then the others in the inventory's order.
  - Everything that can be known to be wrong is refused here, before anything was changed.
  - One run of a service can be open. A run whose controlling process is gone is marked abandoned and makes way.
options:
  service:
    description: Name of the service.
    type: str
    required: true
  version:
    description: The version to roll out. Letters, digits, C(.), C(_), C(+) and C(-).
    type: str
    required: true
  artifact_url:
    description: Where members fetch the artifact, C(http) or C(https).
    type: str
    required: true
  artifact_sha256:
    description:
      - SHA-256 digest of the artifact.
      - Left out, it is read from the file with the artifact's address and C(.sha256) behind it.
    type: str
  artifact_headers:
    description: Headers that the artifact store asks for, such as an authorization. Never written down.
    type: dict
  members:
    description: The members to bring to the version, see the filter P(hybrid.rollout.service_members#filter).
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
  canary:
    description: How many members go first, alone. V(0) for none.
    type: int
    default: 1
  batch:
    description: How many members may be out at once after the canary, a count or a percentage of the online pool.
    type: str
    default: "1"
  min_active:
    description: The floor, how many members of the online pool must go on serving, a count or a percentage of the pool (rounded up).
    type: str
    default: 50%
  failure_budget:
    description: How many members may have been started and not finished well before nobody else starts.
    type: int
    default: 0
  ledger:
    description: Path of the ledger file on the controller. Made if it is not there.
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
    description: Can run in check mode and returns the plan without opening a run.
  diff_mode:
    support: none
    description: Returns details of what it changed in diff mode.
seealso:
  - module: hybrid.rollout.rollout_claim
  - module: hybrid.rollout.haproxy_pool
"""

EXAMPLES = r"""
- name: Read the estate, make the plan and open the run
  hybrid.rollout.rollout_plan:
    service: quotes
    version: "1.1"
    artifact_url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
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
  description: The run that was opened, and the ledger that knows it. The id is null in check mode.
  returned: success
  type: dict
  sample: {id: quotes-1.1-5d0c7b1e, ledger: /var/lib/rollout/ledger.sqlite3}
release:
  description: What is rolled out.
  returned: success
  type: dict
  sample:
    service: quotes
    version: "1.1"
    url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
    sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
plan:
  description: Batches, floor and pools, as the ledger keeps them.
  returned: success
  type: dict
  sample:
    service: quotes
    version: "1.1"
    batches:
      - number: 1
        canary: true
        members: [{name: app1, server: app1, zone: a, version: "1.0", placement: online, serving: true}]
        lowest_serving: {lb1: 3, lb2: 3}
    done_already: [app2, app3, app4]
    floor: {lb1: 2, lb2: 2}
    pool: {lb1: {name: quotes, size: 4, serving: 4}, lb2: {name: quotes, size: 4, serving: 4}}
plan_hash:
  description: SHA-256 of the plan's canonical JSON; names exactly this plan.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
plan_text:
  description: The plan as lines for people.
  returned: success
  type: list
  elements: str
  sample:
    - quotes to version 1.1
    - "  lb1: pool quotes, 4 of 4 serving, floor 2"
members:
  description: The planned members in order, each with its batch and the version to put back if the new one fails (null where none is known).
  returned: success
  type: list
  elements: dict
  sample:
    - {name: app1, batch: 1, canary: true, previous_version: "1.0"}
skipped_endpoints:
  description: Endpoints that took no part, because they may be down and were.
  returned: success
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
  description: Code, endpoint, command and reply of what went wrong.
  returned: failure
  type: dict
  sample: {code: not_found, endpoint: "http://10.77.0.5/quotes/quotes-9.9.tar.gz.sha256", command: GET, reply: 404 Not Found}
"""
