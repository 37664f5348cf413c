#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_control
short_description: Pause, resume or abort a run that somebody else carries out, or break its lock
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Shows the runs that are open, whose they are, since when, and who is at work in them, and changes the state of one.
  - A pause or an abort stops nobody in the middle. Members at work finish, and no other one starts.
  - Every change is in the ledger, with who made it and why.
options:
  ledger:
    description: Path of the ledger file on the controller, or the C(postgresql://) address of its database.
    type: path
    required: true
  run:
    description: Id of a run.
    type: str
  service:
    description: Shows the open runs of this service only.
    type: str
  state:
    description:
      - With V(paused) members that have not started wait, as long as their claims may, and with V(open) they go on.
      - With V(aborted) they never start, and the run is closed when those at work have finished.
      - With V(abandoned) the lock of the run is broken, so that another one of its service can be opened. Whatever its controller still wants to
        write or start is refused. For a controller that is known to be dead and cannot be asked, on another host for example.
      - Needs O(run) and O(reason). Left out, nothing is changed.
    type: str
    choices: [open, paused, aborted, abandoned]
  reason:
    description: Why, for the ledger. Must hold no secret.
    type: str
attributes:
  check_mode:
    support: full
    description: Can run in check mode and returns its changed status without writing anything.
  diff_mode:
    support: full
    description: Returns the state of the run before and after in diff mode.
seealso:
  - module: hybrid.rollout.rollout_claim
  - module: hybrid.rollout.rollout_plan
"""

EXAMPLES = r"""
- name: Show the runs that are open
  hybrid.rollout.rollout_control:
    ledger: /var/lib/rollout/ledger.sqlite3

- name: Let nobody else start for now
  hybrid.rollout.rollout_control:
    ledger: /var/lib/rollout/ledger.sqlite3
    run: quotes-1.1-5d0c7b1e
    state: paused
    reason: the payments team sees slow answers

- name: Break the lock of a controller that is gone with its machine
  hybrid.rollout.rollout_control:
    ledger: postgresql://rollout@db.example/rollout
    run: quotes-1.1-5d0c7b1e
    state: abandoned
    reason: awx-3 was switched off, INC-4711
"""

RETURN = r"""
run:
  description: The run of O(run) as it is afterwards.
  returned: when O(run) is given
  type: dict
  sample: &run
    id: quotes-1.1-5d0c7b1e
    service: quotes
    version: "1.1"
    state: paused
    reason: "paused by ops@controller: the payments team sees slow answers"
    owner: ops@awx-3 (process 4711)
    owner_is_alive: null
    age_seconds: 312
    heartbeat_age_seconds: 4
    lease_seconds: 3600
    at_work: [app2]
    planned: [app3, app4]
runs:
  description: All runs that are open, or those of O(service), oldest first.
  returned: success
  type: list
  elements: dict
  sample:
    - *run
failure:
  description: Code, endpoint, command and reply of what went wrong.
  returned: failure
  type: dict
  sample: {code: refused, endpoint: null, command: null, reply: null}
"""
