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
    those that do not serve, then the others; among these the zones and pools that need most batches, then those that take longest, then the
    inventory's order.
  - Everything that can be known to be wrong is refused here, before anything was changed.
  - So is a way to a member that is not verified, by C(winrm) or C(psrp) without TLS or without a look at the certificate, or by C(ssh) or
    C(paramiko_ssh) without a look at the host's key. It is gone only where the member's variable C(rollout_unverified_connection) says why.
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
    description: Where members fetch the artifact, C(http) or C(https). A member may name its own.
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
      also_in_pools:
        description: Further HAProxy backends in which this member serves customers. It counts in each of them.
        type: list
        elements: str
        default: []
        version_added: 0.2.0
      excluded:
        description: Why an operator keeps the member out of rollouts. It is not asked and not planned, and listed in RV(skipped_offline).
        type: str
        version_added: 0.2.0
      artifact_url:
        description: Where this member fetches its artifact, where that is not O(artifact_url), such as another one for each platform.
        type: str
        version_added: 0.2.0
      artifact_sha256:
        description: Digest of the artifact at O(members[].artifact_url). Left out, it is read beside it.
        type: str
        version_added: 0.2.0
  limited_to:
    description:
      - Names of the members to plan, such as the hosts that a C(--limit) leaves. All if left out.
      - The others are listed in RV(left_out_by_limit), and count as part of their zone.
    type: list
    elements: str
    version_added: 0.2.0
  offline:
    description:
      - What to do with members where nobody answers and where no endpoint sends customers.
      - V(refuse) refuses the plan and names them, V(skip) leaves them out and lists them in RV(skipped_offline), V(plan) plans them like the others.
    type: str
    choices: [refuse, skip, plan]
    default: refuse
    version_added: 0.2.0
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
  mode:
    description:
      - With V(batches) the next batch begins when the one before is back whole.
      - With V(sliding) each member that is back makes room for the next. The plan has the canary, then those that do not serve, then everybody
        else as one batch each, of which at most RV(plan.window) are out at once.
    type: str
    choices: [batches, sliding]
    default: batches
    version_added: 0.2.0
  canary:
    description: How many members go first, alone. V(0) for none.
    type: int
    default: 1
  batch:
    description:
      - How many members may be out at once after the canary, a count or a percentage of the online pool (rounded down, but at least one).
      - Of a list each batch takes the next, and the last repeats. With O(mode=sliding) the last is the window.
    type: list
    elements: str
    default: ["1"]
  max_out_per_zone:
    description: How many members of one zone may be out at once, a count or a percentage of its members. Not limited if left out.
    type: str
    version_added: 0.2.0
  max_out_per_pool:
    description: How many members of one online pool may be out at once, a count or a percentage of each pool's servers. Not limited if left out.
    type: str
    version_added: 0.2.0
  min_active:
    description: The floor, how many members of each online pool must go on serving, a count or a percentage of the pool (rounded up).
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
  lease_seconds:
    description: How long the controller may be silent before a controller on another host takes the run for dead.
    type: int
    default: 3600
    version_added: 0.2.0
  take_over:
    description: Id of an open run of this service whose process cannot be asked and is known to be dead. It is marked abandoned.
    type: str
  open_run:
    description: Whether the run is opened. Without, the plan is made and returned, and the ledger is only read, if it is there.
    type: bool
    default: true
    version_added: 0.2.0
  plan_path:
    description: Where to write what of the plan is approved, on the controller, readable for its owner only. Its SHA-256 is RV(plan_hash).
    type: path
    version_added: 0.2.0
  approved_plan:
    description: RV(plan_hash) of the plan that was approved. Any other plan is refused, and no run is opened.
    type: str
    version_added: 0.2.0
  approved_plan_path:
    description: The file that O(plan_path) wrote of the approved plan, to say what differs from it.
    type: path
    version_added: 0.2.0
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
    members: "{{ groups.quotes | hybrid.rollout.service_members(hostvars) }}"
    limited_to: "{{ ansible_play_hosts_all }}"
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

- name: Plan a sliding window of a quarter of the pool and write down what is to be approved
  hybrid.rollout.rollout_plan:
    service: quotes
    version: "1.1"
    artifact_url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
    members: "{{ groups.quotes | hybrid.rollout.service_members(hostvars) }}"
    endpoints:
      - url: unix:///run/haproxy/admin.sock
    online_pool: quotes
    maintenance_pool: quotes_maintenance
    mode: sliding
    batch: 25%
    max_out_per_zone: 50%
    offline: skip
    ledger: /var/lib/rollout/ledger.sqlite3
    open_run: false
    plan_path: /var/lib/rollout/quotes-1.1.plan.json
  run_once: true
"""

RETURN = r"""
run:
  description:
    - The run that was opened, the ledger that knows it, and the token that its controller shows with everything that it writes there.
    - Id and token are null in check mode and with O(open_run=false).
  returned: success
  type: dict
  sample: {id: quotes-1.1-5d0c7b1e, token: 3, ledger: /var/lib/rollout/ledger.sqlite3}
release:
  description:
    - What is rolled out. Where members fetch different artifacts, C(url) names them all, and C(sha256) is the digest of their digests, one on each
      line in alphabetical order.
  returned: success
  type: dict
  sample:
    service: quotes
    version: "1.1"
    url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
    sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    artifacts:
      - url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
        sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
plan:
  description: The plan with its arithmetic, as the ledger keeps it.
  returned: success
  type: dict
  contains:
    service:
      description: Name of the service.
      type: str
      returned: success
    version:
      description: The version to roll out.
      type: str
      returned: success
    sha256:
      description: Digest of its artifact, as in RV(release). Each planned member has that of what it fetches.
      type: str
      returned: success
    mode:
      description: As O(mode).
      type: str
      returned: success
    failure_budget:
      description: As O(failure_budget).
      type: int
      returned: success
    min_active:
      description: As O(min_active).
      type: str
      returned: success
    batches:
      description:
        - The batches in order, each with its members, what each pool keeps serving at its worst moment on each endpoint, and the time that it is
          expected to take (null where the ledger knows too little).
      type: list
      elements: dict
      returned: success
    window:
      description: How many members may be out at once, the size of the largest batch or, with O(mode=sliding), what O(batch) means.
      type: int
      returned: success
    limits:
      description: The most members that may be out at once, by zone and by pool; what is not named is not limited.
      type: dict
      returned: success
    expected:
      description: Seconds that the plan is expected to take, and the least that a sliding window of the same width would need. Null where unknown.
      type: dict
      returned: success
    done_already:
      description: Members that run the version and serve on every endpoint.
      type: list
      elements: str
      returned: success
    skipped_offline:
      description: As RV(skipped_offline).
      type: list
      elements: dict
      returned: success
    left_out_by_limit:
      description: As RV(left_out_by_limit).
      type: list
      elements: str
      returned: success
    floor:
      description: The floor of the online pool, by endpoint.
      type: dict
      returned: success
    pool:
      description: Name, size and number of serving servers of the online pool, by endpoint.
      type: dict
      returned: success
    unverified_connections:
      description: Members whose way is gone although it is not verified, each with what it lacks and the reason that the user gave.
      type: list
      elements: dict
      returned: success
      version_added: 0.2.0
    further_pools:
      description: The same and the floor, for each further pool on each endpoint.
      type: list
      elements: dict
      returned: success
  sample:
    service: quotes
    version: "1.1"
    sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    mode: batches
    failure_budget: 0
    min_active: "1"
    batches:
      - number: 1
        canary: true
        members:
          - name: app1
            server: app1
            zone: a
            pools: [quotes, quotes_api]
            version: "1.0"
            sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
            placement: online
            serving: true
            expected_seconds: 62
        lowest_serving: {lb1: 2, lb2: 2}
        lowest_serving_further:
          - {endpoint: lb1, name: quotes_api, lowest: 2}
          - {endpoint: lb2, name: quotes_api, lowest: 2}
        expected_seconds: 62
    window: 1
    limits: {zones: {a: 1, b: 1}, pools: {}}
    expected: {seconds: 62, sliding_seconds: 62}
    done_already: [app2, app3]
    skipped_offline: [{name: app4, reason: "offline: 10.77.0.24 port 8080: timed out"}]
    left_out_by_limit: []
    unverified_connections: []
    floor: {lb1: 1, lb2: 1}
    pool: {lb1: {name: quotes, size: 3, serving: 3}, lb2: {name: quotes, size: 3, serving: 3}}
    further_pools:
      - {endpoint: lb1, name: quotes_api, size: 3, serving: 3, further: true, floor: 1}
      - {endpoint: lb2, name: quotes_api, size: 3, serving: 3, further: true, floor: 1}
plan_hash:
  description:
    - SHA-256 of the canonical JSON of what is approved, which O(plan_path) writes. Names exactly this plan.
    - It stays where only expected times or the number of serving servers change.
  returned: success
  type: str
  sample: 12670bd9ad82e06f51a29de53d39cb23213024fa5ad70d269fc571bfb9548c39
plan_text:
  description: The plan as sentences.
  returned: success
  type: list
  elements: str
  sample:
    - quotes to version 1.1
    - "  lb1: pool quotes, 3 of 3 serving, floor 1"
    - "  lb2: pool quotes, 3 of 3 serving, floor 1"
    - "  canary 1: app1 (1.0, online); still serving: 2 on lb1, 2 on lb2; about 62 s"
    - "  about 62 s in all"
    - "  done already: app2, app3"
plan_table:
  description: The plan as a table, with what each pool keeps serving in each batch.
  returned: success
  type: list
  elements: str
  sample:
    - quotes to version 1.1, sha256 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    - batch     member  zone  version  placement  expected
    - 1 canary  app1    a     1.0      online     62 s
    - ""
    - serving  quotes on lb1  quotes on lb2  expected
    - now      3 of 3         3 of 3
    - batch 1  2              2              62 s
    - floor    1              1
    - ""
    - 1 member in 1 batch, about 62 s, at least 62 s with a sliding window of 1
    - "done already: app2, app3"
    - plan hash 12670bd9ad82e06f51a29de53d39cb23213024fa5ad70d269fc571bfb9548c39
  version_added: 0.2.0
members:
  description:
    - The planned members in order, each with its artifact, its batch and the version to put back if the new one fails (null where none is known).
  returned: success
  type: list
  elements: dict
  sample:
    - name: app1
      zone: a
      pools: [quotes, quotes_api]
      previous_version: "1.0"
      url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
      sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
      batch: 1
      canary: true
skipped_offline:
  description: Members that are not planned because they are offline or excluded, each with the reason.
  returned: success
  type: list
  elements: dict
  sample: [{name: app4, reason: "offline: 10.77.0.24 port 8080: timed out"}]
  version_added: 0.2.0
left_out_by_limit:
  description: Members that O(limited_to) does not name.
  returned: success
  type: list
  elements: str
  sample: [app5]
  version_added: 0.2.0
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
