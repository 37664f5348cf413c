# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on a Windows member has a code and the module's own words."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError

GET_URL, UNZIP = "ansible.windows.win_get_url", "community.windows.win_unzip"
CASES = [
    (GET_URL, {"msg": "Error downloading 'x': (404) Not Found.", "status_code": 404}, "not_found"),
    (GET_URL, {"msg": "Error downloading 'x': The operation has timed out"}, "endpoint_failed"),
    (UNZIP, {"msg": "Error unzipping 'a' to 'b'!. Exception: End of Central Directory not found"}, "bad_archive"),
    (UNZIP, {"msg": "Error unzipping: There is not enough space on the disk."}, "no_space"),
    (GET_URL, {"msg": "Error downloading: Auf dem Datenträger ist ... (0x80070070)"}, "no_space"),
    ("ansible.windows.win_find", {"module_stderr": "out of memory"}, "module_failed"),
]


@pytest.mark.parametrize(("module", "result", "code"), CASES)
def test_a_failed_call_is_told_with_a_code_and_its_own_words(
    member: Any, module: str, result: dict[str, Any], code: str
) -> None:
    member.failing[module] = {"failed": True, **result}
    with pytest.raises(RolloutError) as failed:
        member.stage("1.1")
    failure = failed.value.failure()
    assert (failure["code"], failure["command"]) == (code, module)
    assert failure["reply"] == result.get("msg", "out of memory")
    assert member.runs() is not None


def test_an_artifact_with_another_digest_is_not_unpacked_and_no_password_is_told(member: Any) -> None:
    with pytest.raises(RolloutError) as failed:
        member.stage("1.1", sha256="0" * 64)
    failure = failed.value.failure()
    assert (failure["code"], failure["endpoint"]) == ("checksum_mismatch", "https://store.example.com/quotes-1.1.zip")
    assert "word" not in str(failed.value) + str(failure)
    assert "key=1" not in str(failed.value)
    assert not member.has("1.1")


def test_a_service_that_does_not_start_is_a_failed_unit_and_the_one_before_is_named(member: Any) -> None:
    staged = member.stage("1.1")
    words = "failed to start service Quotes: error 1053"
    start = member.win_service

    def does_not_start(name: str, state: str, path: Any = None) -> dict[str, Any]:
        done: dict[str, Any] = start(name, state, path)
        if state == "started":
            member.service["state"] = "stopped"
            return {"failed": True, "msg": words}
        return done

    member.win_service = does_not_start
    with pytest.raises(RolloutError) as failed:
        member.make_current("1.1", staged=staged)
    assert (failed.value.code, failed.value.reply) == ("unit_failed", words)
    assert (failed.value.result["previous"], failed.value.result["restarted"]) == ("1.0", False)
    member.win_service = start
    assert member.make_current("1.0")["previous"] == "1.1"
    assert "1.0" in member.runs()


def test_what_nssm_wrote_comes_with_the_failure(member: Any) -> None:
    member.kind = "console"
    member.failing["community.windows.win_nssm"] = {
        "failed": True,
        "msg": "Error starting service",
        "nssm_error_log": "no such file\n",
    }
    with pytest.raises(RolloutError) as failed:
        member.make_current("1.1", staged=member.stage("1.1"))
    assert (failed.value.code, failed.value.reply) == ("unit_failed", "Error starting service: no such file")
