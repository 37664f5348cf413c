# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that ask whether what was set still holds. Private to hybrid.rollout."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  verify:
    description:
      - Ask only, and fail unless everything is as this task would set it, on every endpoint. Nothing is changed.
      - A server that is out may have sessions left only where its task goes on with them (V(maint) at its deadline).
      - For a task between draining a server and replacing what runs on it, with the options of the one that drained.
      - In check mode, where that one has set nothing, what does not hold is a warning.
    type: bool
    default: false
    version_added: 0.2.0
  since:
    description:
      - With O(verify), the registered result of the task that set it. HAProxy's processes have to be the same as then.
    type: dict
    version_added: 0.2.0
  on_restart:
    description:
      - What it means that everything holds, but on another process than in O(since), as after a reload that keeps the
        servers' state.
      - V(warn) goes on with a warning.
    type: str
    choices: [fail, warn]
    default: fail
    version_added: 0.2.0
"""
