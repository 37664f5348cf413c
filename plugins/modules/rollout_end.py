#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_end
short_description: Close a run, say who is not done, and open a run for those who go back
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - For the play after the last batch, when nobody is at work in the run any more. Closes the run in the ledger, whatever became of its members,
    and returns those that are not done. A paused run stays open, because a person decides about it.
  - Where members failed and O(on_failure) says that others go back with them, opens a run of its own for these, with their versions of before. The
    play that follows claims and replaces them as in any rollout.
  - Succeeds whatever it returns. The play has to fail where RV(not_done) is not empty.
options:
  ledger:
    description: Path of the ledger file on the controller, or the C(postgresql://) address of its database.
    type: path
    required: true
  run:
    description: Id of the run, from RV(hybrid.rollout.rollout_plan#module:run.id).
    type: str
    required: true
  token:
    description: Token of the run, from RV(hybrid.rollout.rollout_plan#module:run.token). A controller whose run was taken over is refused.
    type: int
  on_failure:
    description:
      - Who goes back to the release before when a run was stopped by members that failed.
      - With V(member) only those that failed themselves, which their own steps do, and with V(none) nobody.
      - With V(batch) also the members of their batches that are done already, and with V(all) every member that is done in this run.
      - A member of which the ledger does not know what it ran before stays as it is.
    type: str
    choices: [member, batch, all, none]
    default: member
  stop_reason:
    description: Why the run ends before it is through, where that is no matter of its members, such as a database that could not be changed. The run is
      then V(stopped).
    type: str
    version_added: 0.2.0
attributes:
  check_mode:
    support: full
    description: Writes nothing and returns no members.
  diff_mode:
    support: none
    description: Returns what it did as RV(not_done) and RV(put_back).
seealso:
  - module: hybrid.rollout.rollout_plan
  - module: hybrid.rollout.rollout_claim
"""

EXAMPLES = r"""
- name: Close the run, and find out who goes back
  hybrid.rollout.rollout_end:
    ledger: "{{ rollout_run.ledger }}"
    run: "{{ rollout_run.id }}"
    token: "{{ rollout_run.token }}"
    on_failure: batch
  run_once: true
  register: rollout_ended
"""

RETURN = r"""
state:
  description: How the run is in the ledger now, V(done), V(stopped), V(abandoned), or V(open) where it is paused.
  returned: success, not in check mode
  type: str
  sample: stopped
reason:
  description: Why it is not done.
  returned: success, not in check mode
  type: str
  sample: "the failure budget of 0 is spent: app2 failed, back on the release before and online."
not_done:
  description: The members that are not done. The outcome is null where a member started and nobody wrote down how it ended.
  returned: success, not in check mode
  type: list
  elements: dict
  sample:
    - {member: app2, outcome: rolled_back, reason: "app2 did not take 1.2."}
    - {member: app3, outcome: not_reached, reason: not reached}
put_back:
  description: The members that go back, in the order in which they do, each with the version to bring back and the one to fall back on.
  returned: success, not in check mode
  type: list
  elements: dict
  sample:
    - name: app1
      batch: 1
      version: "1.1"
      previous_version: "1.2"
      zone: a
      pools: [quotes]
run:
  description: The run that was opened for them, and the ledger that knows it. The id is null where nobody goes back.
  returned: success, not in check mode
  type: dict
  sample: {id: quotes-put-back-5d0c7b1e, token: 7, ledger: /var/lib/rollout/ledger.sqlite3}
failure:
  description: Code, endpoint, command and reply of what went wrong.
  returned: failure
  type: dict
  sample: {code: fenced, endpoint: null, command: null, reply: null}
"""
