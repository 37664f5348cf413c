# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the ``reach_from`` option. Private to hybrid.rollout."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  reach_from:
    description:
      - V(controller) asks from where the play runs, without starting a module. What cannot be reached is then a failed step of the task's
        host, never an unreachable host.
      - V(target) asks from the task's host, for example for C(unix) sockets on a load balancer named with C(delegate_to).
    type: str
    choices: [controller, target]
    default: controller
"""
