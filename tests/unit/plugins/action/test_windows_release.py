# SPDX-License-Identifier: GPL-3.0-or-later
"""The action on the controller: what the connection, the collections and the host's shell may do to it."""

from __future__ import annotations

from typing import Any, Optional
from unittest.mock import MagicMock

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.loader import shell_loader
from ansible_collections.hybrid.rollout.plugins.action.windows_release import ActionModule

STAGE = {
    "service_root": r"C:\apps\quotes",
    "state": "staged",
    "version": "1.1",
    "url": "https://store.example.com/quotes-1.1.zip",
    "sha256": "a" * 64,
    "name": "Quotes",
}


def answers(module: str) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = {
        "ansible.windows.win_find": {"files": []},
        "ansible.windows.win_service_info": {"services": [{"path": r"C:\old.exe", "state": "started"}]},
    }
    return known.get(module, {"changed": True})


def run(
    execute: Any, *, windows: bool = True, check_mode: bool = False, options: Optional[dict[str, Any]] = None
) -> dict[str, Any]:
    """The action's result where ``execute`` answers in place of the member."""
    task, connection = MagicMock(delegate_to=None), MagicMock()
    task.args, task.check_mode, task.async_val, task.diff = {**STAGE, **(options or {})}, check_mode, 0, False
    connection._shell = shell_loader.get("powershell" if windows else "sh")
    connection._shell.tmpdir = "tmp"
    action = ActionModule(task, connection, MagicMock(), None, MagicMock(), MagicMock())
    action._execute_module = execute
    result: dict[str, Any] = action.run(task_vars={"inventory_hostname": "win1"})
    return result


def test_each_step_is_calls_of_modules_for_windows_and_counts_them() -> None:
    asked: list[str] = []

    def execute(module_name: str, **_rest: Any) -> dict[str, Any]:
        asked.append(module_name)
        return answers(module_name)

    result = run(execute)
    assert asked == [
        "ansible.windows.win_find",
        "ansible.windows.win_service_info",
        "ansible.windows.win_file",
        "ansible.windows.win_get_url",
        "community.windows.win_unzip",
        "ansible.windows.win_file",
    ]
    assert (result["changed"], result["calls"], result.get("failed")) == (True, 6, None)


def test_in_check_mode_nothing_but_questions_is_asked() -> None:
    asked: list[str] = []

    def execute(module_name: str, **_rest: Any) -> dict[str, Any]:
        asked.append(module_name)
        return answers(module_name)

    assert run(execute, check_mode=True)["changed"] is True
    assert asked == ["ansible.windows.win_find", "ansible.windows.win_service_info"]


@pytest.mark.parametrize("raised", [True, False])
def test_a_connection_that_is_lost_is_a_failed_step_and_never_an_unreachable_host(raised: bool) -> None:
    def execute(module_name: str, **_rest: Any) -> dict[str, Any]:
        if module_name != "ansible.windows.win_get_url":
            return answers(module_name)
        if raised:
            raise AnsibleConnectionFailure("connection reset by peer")
        return {"unreachable": True, "msg": "connection reset by peer"}

    result = run(execute)
    assert (result["failed"], result.get("unreachable")) == (True, None)
    assert result["failure"] == {
        "code": "unreachable",
        "endpoint": "win1",
        "command": "ansible.windows.win_get_url",
        "reply": "connection reset by peer",
    }
    assert result["calls"] == 4


def test_a_collection_that_is_not_installed_is_named_with_how_to_install_it() -> None:
    def execute(module_name: str, **_rest: Any) -> dict[str, Any]:
        raise AnsibleError(f"The module {module_name} was not found in configured module paths")

    result = run(execute)
    assert (result["failed"], result["failure"]["code"]) == (True, "not_found")
    assert "ansible-galaxy collection install ansible.windows" in result["msg"]


def test_a_host_that_is_not_reached_as_windows_is_told_what_to_set() -> None:
    result = run(lambda **_rest: pytest.fail("asked"), windows=False)
    assert (result["failed"], result["failure"]["code"]) == (True, "bad_input")
    assert "ansible_connection to winrm or psrp" in result["msg"]


def test_the_headers_of_the_store_are_in_no_result() -> None:
    def execute(module_name: str, module_args: dict[str, Any], **_rest: Any) -> dict[str, Any]:
        failing = {"failed": True, "msg": "no", "invocation": {"module_args": module_args}}
        return failing if module_name == "ansible.windows.win_get_url" else answers(module_name)

    result = run(execute, options={"headers": {"Authorization": "Bearer swordfish"}})
    assert result["failed"]
    assert "swordfish" not in str(result)
