# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call that windows_release makes, held against the specs of the installed modules, and against what the host model honours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._windows_release.conftest import (
    NAMES,
    Member,
    digest_of,
)
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.check import ArgumentError, checked
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.installed import spec_of
from ansible_collections.hybrid.rollout.tests.winhost.models.table import MODELS

BRINGS = {"ansible.windows.win_find", "ansible.windows.win_file", "ansible.windows.win_get_url"}
BRINGS |= {"community.windows.win_unzip"}
SWITCHES = {
    "service": {"ansible.windows.win_service_info", "ansible.windows.win_service"},
    "iis": {
        "microsoft.iis.website_info",
        "microsoft.iis.website",
        "microsoft.iis.web_app_pool_info",
        "microsoft.iis.web_app_pool",
    },
    "scheduled_task": {"community.windows.win_scheduled_task_stat", "community.windows.win_scheduled_task"},
    "console": {
        "ansible.windows.win_reg_stat",
        "ansible.windows.win_service_info",
        "ansible.windows.win_service",
        "community.windows.win_nssm",
    },
}


class Strict(Member):
    """Takes no call that the real module would not take."""

    def ask(self, call: ModuleCall) -> dict[str, Any]:
        checked(spec_of(call.module), call.module, call.arguments)
        model = MODELS[call.module]
        assert call.arguments.keys() <= model.honours | model.ignores.keys(), call.module
        return super().ask(call)


@pytest.mark.parametrize("switch", ["path", "junction"])
@pytest.mark.parametrize("kind", NAMES)
def test_all_that_a_release_asks_of_a_member_is_what_the_modules_take(kind: str, switch: str) -> None:
    there = Strict(kind, switch)
    first = there.stage("1.0", headers={"X-Token": "a"}, validate_certs=False, download_timeout_seconds=5)
    there.make_current("1.0", staged=first, arguments="--port 8080")
    there.make_current("1.0", stop_pool=kind == "iis")
    for version in ("1.1", "1.2"):
        there.deploy(version)
    there.make_current("1.1", stop_pool=kind == "iis")
    there.prune(keep=0)
    expected = BRINGS | SWITCHES[kind] | ({"ansible.windows.win_command"} if switch == "junction" else set())
    assert set(there.calls) == expected


def test_a_release_that_is_replaced_or_was_left_half_done_is_taken_away_by_calls_that_the_modules_take() -> None:
    there = Strict()
    there.deploy("1.0")
    there.stage("1.1")
    there.stage("1.1", sha256=digest_of("rebuilt"))
    there.failing["community.windows.win_unzip"] = {"failed": True, "msg": "broken"}
    with pytest.raises(RolloutError):
        there.stage("1.2")
    assert there.calls.count("ansible.windows.win_file") >= 5


def test_a_wrong_option_of_ours_would_be_found() -> None:
    with pytest.raises(ArgumentError, match="Unsupported parameters for .* module: timeout_seconds"):
        Strict().ask(ModuleCall("ansible.windows.win_find", {"paths": ["C:\\apps"], "timeout_seconds": 5}))
