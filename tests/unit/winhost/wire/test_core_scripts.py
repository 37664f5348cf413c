# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import SmallHost, small_engine
from ansible_collections.hybrid.rollout.tests.winhost.wire import core_scripts
from ansible_collections.hybrid.rollout.tests.winhost.wire.journal import Record
from ansible_collections.hybrid.rollout.tests.winhost.wire.outcome import Outcome

from . import sent


@pytest.fixture
def host(tmp_path: Path) -> SmallHost:
    (tmp_path / "c").mkdir()
    return SmallHost("win1", "127.0.1.1", tmp_path)


def run(host: SmallHost, name: str, data: bytes = b"", **parameters: Any) -> Outcome:
    return small_engine().carry_out(host, *sent.core_script(name, parameters, data), Record(host.name, 1))


def test_a_file_that_is_put_can_be_fetched_in_parts(host: SmallHost) -> None:
    content = bytes(range(256)) * 4
    lines = b"".join(base64.b64encode(content[at : at + 300]) + b"\r\n" for at in range(0, len(content), 300))
    put = run(host, "winrm_put_file.ps1", lines, Path="C:\\a.bin")
    assert json.loads(put.stdout) == {"sha1": hashlib.sha1(content).hexdigest()}
    parts, size = b"", 400
    while part := run(host, "winrm_fetch_file.ps1", Path="C:\\a.bin", BufferSize=size, Offset=len(parts)).stdout:
        parts += base64.b64decode(part)
    assert parts == content


def test_a_file_that_is_not_there_cannot_be_fetched(host: SmallHost) -> None:
    fetched = run(host, "winrm_fetch_file.ps1", Path="C:\\none", BufferSize=9, Offset=0)
    assert (fetched.verdict, fetched.exit_code) == ("failed", 1)
    assert "C:\\none does not exist" in fetched.stderr


def test_a_temporary_directory_is_made_where_the_environment_says(host: SmallHost) -> None:
    made = run(host, "powershell_mkdtemp.ps1", Directory="%TEMP%", Name="ansible-1")
    assert made.stdout == "C:\\Temp\\ansible-1\r\n"
    assert host.drives.real("C:\\Temp\\ansible-1").is_dir()


def test_the_home_of_the_user_is_put_in_for_the_tilde(host: SmallHost) -> None:
    assert run(host, "powershell_expand_user.ps1", Path="~\\x").stdout == "C:\\Users\\deploy\\x\r\n"
    assert run(host, "powershell_expand_user.ps1", Path="C:\\x").stdout == "C:\\x\r\n"


def test_a_digest_changes_with_the_lines_that_do_something_and_not_with_comments() -> None:
    assert core_scripts.digest("# why\n  a\n\nb") == core_scripts.digest("a\nb\n")
    assert core_scripts.digest("a\nb") != core_scripts.digest("a\nc")


def test_a_script_of_another_core_is_refused(host: SmallHost) -> None:
    line, stdin = sent.core_script("powershell_mkdtemp.ps1", {"Directory": "%TEMP%", "Name": "x"})
    changed = stdin.replace(b"exec_wrapper", b"other_wrapper", 1)
    outcome = small_engine().carry_out(host, line, changed, Record(host.name, 1))
    assert outcome.verdict == "refused"
    assert "other_wrapper.ps1" in outcome.stdout
