# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.wire import payload

from . import sent


def test_a_module_call_tells_its_module_arguments_and_environment() -> None:
    call = payload.read(*sent.module({"data": "x", "_ansible_check_mode": True}))
    assert isinstance(call, payload.ModuleCall)
    assert (call.module, call.script) == ("ansible.windows.win_ping", sent.SCRIPT)
    assert call.arguments == {"data": "x", "_ansible_check_mode": True}
    assert call.environment == {"STAGE": "test"}
    assert (call.become_user, call.asynchronous) == (None, None)


def test_who_a_call_becomes_is_read_and_the_password_is_left_where_it_was() -> None:
    become = {
        "name": "become_wrapper.ps1",
        "params": {"BecomeUser": "svc_quotes"},
        "secure_params": {"BecomePassword": "planted"},
    }
    call = payload.read(*sent.module({}, become))
    assert isinstance(call, payload.ModuleCall)
    assert call.become_user == "svc_quotes"
    assert "planted" not in str(vars(call))


def test_an_asynchronous_call_tells_its_job_and_its_limit() -> None:
    wrapper = {"name": "async_wrapper.ps1", "params": {"AsyncDir": "C:\\jobs", "AsyncJid": "j1", "StartupTimeout": 5}}
    watchdog = {"name": "async_watchdog.ps1", "params": {"Timeout": 30}}
    call = payload.read(*sent.module({}, wrapper, watchdog))
    assert isinstance(call, payload.ModuleCall)
    assert call.asynchronous == payload.Asynchronous("C:\\jobs", "j1", 30)


def test_a_script_of_core_comes_with_its_parameters_and_with_the_data_behind_them() -> None:
    call = payload.read(*sent.core_script("winrm_put_file.ps1", {"Path": "C:\\a"}, b"QUJD\r\n"))
    assert isinstance(call, payload.CoreCall)
    assert (call.name, call.parameters, call.data) == ("winrm_put_file.ps1", {"Path": "C:\\a"}, b"QUJD\r\n")


def test_data_may_hold_the_separator() -> None:
    data = b"one\n\0\0\0\0\ntwo"
    call = payload.read(*sent.core_script("winrm_put_file.ps1", {"Path": "C:\\a"}, data))
    assert isinstance(call, payload.CoreCall)
    assert call.data == data


def test_text_without_input_is_powershell_and_a_line_without_powershell_is_a_command() -> None:
    assert payload.read(sent.line("Get-Date"), b"") == payload.Text("Get-Date", powershell=True)
    assert payload.read("ipconfig /all", b"") == payload.Text("ipconfig /all", powershell=False)


@pytest.mark.parametrize("stdin", [b"{}\n\0\0\0\0\n{}", b"no JSON\n\0\0\0\0\n{}", b'{"name": "x"}\n\0\0\0\0\n[]'])
def test_input_in_another_shape_is_unreadable_and_not_guessed_at(stdin: bytes) -> None:
    with pytest.raises(payload.UnreadablePayload):
        payload.read(sent.line("x"), stdin)
