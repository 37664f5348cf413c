# SPDX-License-Identifier: GPL-3.0-or-later
"""Check who signed the digest of an artifact before anything is drained: hybrid.rollout.artifact_gate."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._signing.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.artifact import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._signed_files import fetch


class ActionModule(GateAction):
    SPEC = SPEC
    INPUTS = ("url", "sha256", "namespace")
    ANSWER = ("reasons", "signed_by", "key", "sha256", "signed_file")

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        return run(params, lambda url: fetch(url, params["headers"]), self._task.check_mode)
