#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_claim
short_description: Claim a member before it leaves rotation, and write down what became of it
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - The gate in front of every member of a rollout, and the record behind it.
  - With O(state=claimed) the member gets leave to start, written to the ledger before anything else is done to it. It is refused, and the task
    fails, when the run is over, when the member was claimed before, or when more members than the run's failure budget
    were started and not finished well.
  - It waits, up to O(wait_seconds), while the run is paused, while a run of another service has the member at work, and while as many members
    of the run, of the member's zone or of one of its pools are at work as may be at once. Zones and pools are counted over all open runs.
  - The budget counts what the ledger knows, never what Ansible calls failed, so that unreachable members, rescued failures and C(always) sections
    cannot let a further batch start.
  - With O(state=finished) the outcome is written down. Every outcome but V(done) fails the task, with O(reason) as its message, so that a member
    that was put back on the release before never looks like a success.
options:
  ledger:
    description: Path of the ledger file on the controller, or a C(postgresql://) address.
    type: path
    required: true
  run:
    description: Id of the run, from RV(hybrid.rollout.rollout_plan#module:run.id).
    type: str
    required: true
  member:
    description: The member, as the plan names it.
    type: str
    required: true
  state:
    description: Whether the member starts or has ended.
    type: str
    choices: [claimed, finished]
    default: claimed
  outcome:
    description:
      - What became of the member. Required with O(state=finished).
      - V(done) runs the new release and is online, V(rolled_back) is online on the release before,
        V(out) is not online on every endpoint, the reason says where,
        V(unreachable) could not be reached to put anything right.
    type: str
    choices: [done, rolled_back, out, unreachable]
  reason:
    description: Why, for the operator and the ledger. Must hold no secret.
    type: str
  token:
    description:
      - The number that the run was opened with, from RV(hybrid.rollout.rollout_plan#module:run.token).
      - A controller that comes with another one is refused. Left out, only an abandoned run is refused.
    type: int
    version_added: 0.2.0
  wait_seconds:
    description:
      - How long a claim waits while the same members are in its way, in the run's window, in its zone or pool, or in a run of another service.
        It begins anew whenever one of them has finished or another has started.
      - What will not be given however long one waits is refused at once.
    type: float
    default: 0
    version_added: 0.2.0
attributes:
  check_mode:
    support: full
    description: Can run in check mode and returns its changed status without writing anything.
  diff_mode:
    support: none
    description: Returns details of what it changed in diff mode.
seealso:
  - module: hybrid.rollout.rollout_control
  - module: hybrid.rollout.rollout_plan
"""

EXAMPLES = r"""
- name: Claim this member, or stop the rollout here
  hybrid.rollout.rollout_claim:
    ledger: "{{ rollout_run.ledger }}"
    run: "{{ rollout_run.id }}"
    member: "{{ inventory_hostname }}"

- name: Write down that this member is done
  hybrid.rollout.rollout_claim:
    ledger: "{{ rollout_run.ledger }}"
    run: "{{ rollout_run.id }}"
    member: "{{ inventory_hostname }}"
    state: finished
    outcome: done
"""

RETURN = r"""
ledger:
  description: Path of the ledger, from which RV(run) can be read.
  returned: always
  type: str
  sample: /var/lib/rollout/ledger.sqlite3
run:
  description: Id of the run.
  returned: always
  type: str
  sample: quotes-1.1-5d0c7b1e
member:
  description: The member.
  returned: always
  type: str
  sample: app1
batch:
  description: Number of the member's batch in the plan.
  returned: when O(state=claimed), not in check mode
  type: int
  sample: 1
outcome:
  description: What was written down.
  returned: when O(state=finished)
  type: str
  sample: done
reason:
  description: Why.
  returned: when O(state=finished)
  type: str
  sample: "app1: verify_member failed"
failure:
  description:
    - Code, endpoint, command and reply of what went wrong.
    - The code is V(refused) when the claim will not be given, V(wait), V(paused) or V(claimed_elsewhere) when it may be given later,
      V(fenced) when the run is not this controller's any more, V(ledger_failed) when it could not be written down.
  returned: failure
  type: dict
  sample: {code: refused, endpoint: null, command: null, reply: null}
"""
