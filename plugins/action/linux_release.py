# SPDX-License-Identifier: GPL-3.0-or-later
"""``linux_release``: recorded by the controller, carried out on the member."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._release.arguments import SPEC, check
from ansible_collections.hybrid.rollout.plugins.plugin_utils._on_member import OnMemberAction


class ActionModule(OnMemberAction):
    SPEC = SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        check(params)
        return self.on_member(task_vars)
