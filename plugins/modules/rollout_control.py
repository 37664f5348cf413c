#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_control
short_description: Pause, resume or abort a run, break its lock, and list the runs that are open
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - What a person decides about a rollout that somebody else carries out. Each decision is in the ledger with who took it and why.
  - Without O(state) it only reads.
  - A pause or an abort stops nobody in the middle. Members at work finish, members that are planned do not start.
options:
  ledger:
    description: Path of the ledger file on the controller, or a C(postgresql://) address.
    type: path
    required: true
  run:
    description: Id of the run, from RV(runs[].id). Required with O(state).
    type: str
  service:
    description: List the open runs of this service alone. It does not matter to O(state).
    type: str
  state:
    description:
      - What the run shall be.
      - V(paused) gives no further claims until the run is V(open) again. A claim waits as long as its O(hybrid.rollout.rollout_claim#module:wait_seconds).
        A new start of the service is refused meanwhile.
      - V(open) resumes a paused run.
      - V(aborted) gives no further claims for good. The run closes when those at work have finished.
      - V(abandoned) breaks the lock. The run is closed at once, and its controller is refused whatever it wants to write from then on, so that
        it stops before its next step. Use it when you know that the controller is dead, and run the playbook C(hybrid.rollout.reconcile) then.
    type: str
    choices: [open, paused, aborted, abandoned]
  reason:
    description: Why. Required with O(state). It stands in the ledger and in what the run's controller is told. Must hold no secret.
    type: str
attributes:
  check_mode:
    support: full
    description: Can run in check mode and returns its changed status without writing anything.
  diff_mode:
    support: full
    description: Returns details of what it changed in diff mode.
seealso:
  - module: hybrid.rollout.rollout_claim
  - module: hybrid.rollout.rollout_reconcile
"""

EXAMPLES = r"""
- name: List the runs that are open
  hybrid.rollout.rollout_control:
    ledger: "{{ rollout_ledger }}"
  register: found

- name: Let no further member start
  hybrid.rollout.rollout_control:
    ledger: "{{ rollout_ledger }}"
    run: quotes-1.1-5d0c7b1e
    state: paused
    reason: The payment provider has trouble, we look first

- name: Go on
  hybrid.rollout.rollout_control:
    ledger: "{{ rollout_ledger }}"
    run: quotes-1.1-5d0c7b1e
    state: open
    reason: The payment provider is well again

- name: Break the lock of a controller that is known to be dead
  hybrid.rollout.rollout_control:
    ledger: "{{ rollout_ledger }}"
    run: quotes-1.1-5d0c7b1e
    state: abandoned
    reason: The machine ci7 burned down
"""

RETURN = r"""
run:
  description: The run that O(run) names, as it is now (in check mode as it would be). It is told as those in RV(runs).
  returned: when O(run) is given
  type: dict
  sample: {id: quotes-1.1-5d0c7b1e, service: quotes, version: "1.1", state: paused, at_work: [app2]}
runs:
  description: The runs that are open, oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the run.
      type: str
      sample: quotes-1.1-5d0c7b1e
    service:
      description: The service.
      type: str
      sample: quotes
    version:
      description: The version that the run brings.
      type: str
      sample: "1.1"
    state:
      description: V(open), V(paused), V(aborted), V(done), V(stopped) or V(abandoned). An aborted run is among RV(runs) while members are at work.
      type: str
      sample: open
    reason:
      description: Who decided so and why, or why the run stopped.
      type: str
      sample: "paused by ci@ci7: the payment provider has trouble"
    owner:
      description: Whose run it is.
      type: str
      sample: ci@ci7 (process 4711)
    owner_is_alive:
      description: Whether the owner's process is there. None on another host, where it cannot be asked from here.
      type: bool
      sample: true
    age_seconds:
      description: How long ago the run was opened.
      type: int
      sample: 312
    heartbeat_age_seconds:
      description: How long ago its controller last wrote something.
      type: int
      sample: 4
    lease_seconds:
      description: After how long a silence a new start may take the run of a controller on another host for dead.
      type: int
      sample: 3600
    at_work:
      description: Members that were started and have not finished.
      type: list
      elements: str
      sample: [app2]
    planned:
      description: Members that have not started.
      type: list
      elements: str
      sample: [app3, app4]
failure:
  description: Code, endpoint, command and reply of what went wrong.
  returned: failure
  type: dict
  sample: {code: refused, endpoint: null, command: null, reply: null}
"""
