# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled tasks are kept as they were defined."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import do
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed

TASK, TOLD = "community.windows.win_scheduled_task", "community.windows.win_scheduled_task_stat"


def test_a_task_is_pointed_to_another_program(host: Host) -> None:
    first: dict[str, Any] = {"name": "nightly", "path": "\\quotes", "actions": [{"path": r"C:\apps\1.0.0\nightly.exe"}]}
    assert do(host, TASK, **first, username="SYSTEM")["changed"]
    assert not do(host, TASK, **first)["changed"]
    second = {**first, "actions": [{"path": r"C:\apps\1.1.0\nightly.exe"}]}
    assert do(host, TASK, check=True, **second)["changed"]
    assert do(host, TASK, **second)["changed"]
    told = do(host, TOLD, name="Nightly", path="\\quotes\\")
    assert told["actions"][0]["path"] == r"C:\apps\1.1.0\nightly.exe"
    assert told["principal"]["user_id"] == "SYSTEM"
    assert told["state"]["status"] == "TASK_STATE_READY"
    do(host, TASK, name="nightly", path="\\quotes", enabled=False)
    assert do(host, TOLD, name="nightly", path="\\quotes")["state"]["status"] == "TASK_STATE_DISABLED"


def test_a_task_that_is_not_there_is_told_so(host: Host) -> None:
    assert do(host, TOLD, name="nightly", path="\\quotes") == {
        "changed": False,
        "folder_exists": False,
        "task_exists": False,
    }
    assert not do(host, TASK, name="nightly", state="absent")["changed"]
    with pytest.raises(ModuleFailed, match="cannot create a task with no actions"):
        do(host, TASK, name="nightly")
