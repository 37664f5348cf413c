# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the ``record`` option. Private to hybrid.rollout."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  record:
    description:
      - Where this step is written down, its beginning before anything is done and its end after.
      - Left out, nothing is recorded. The roles of this collection always set it.
      - Nothing is written in check mode.
    type: dict
    suboptions:
      ledger:
        description: Path of the ledger file on the controller, or a C(postgresql://) address.
        type: path
        required: true
      run:
        description: Id of the run, from RV(hybrid.rollout.rollout_plan#module:run.id).
        type: str
        required: true
      token:
        description:
          - The number that the run was opened with, from RV(hybrid.rollout.rollout_plan#module:run.token).
          - A controller that comes with another one is refused.
        type: int
        version_added: 0.2.0
      member:
        description: The member that the step is about. Left out for a step about the whole run.
        type: str
      step:
        description: Name of the step, such as V(leave_pool).
        type: str
        required: true
"""
