# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that cannot be meant are told before the member is asked anything."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

from .conftest import Member

CASES = [
    ({"service_root": r"C:\apps\..\Windows"}, "service_root"),
    ({"service_root": "C:\\"}, "service_root"),
    ({"service_root": r"apps\quotes"}, "service_root"),
    ({"service_root": r"C:\apps\%TEMP%"}, "service_root"),
    ({"service_root": 'C:\\apps\\a" & del "b'}, "service_root"),
    ({"service_root": "C:\\apps\\quotes."}, "service_root"),
    ({"version": "1..1"}, "cannot be a version"),
    ({"version": "1.1."}, "cannot be a version on Windows"),
    ({"version": "con.1"}, "cannot be a version on Windows"),
    ({"sha256": "12"}, "sha256"),
    ({"url": "ftp://store/quotes.zip"}, "url has to begin"),
    ({"executable": r"..\other.exe"}, "executable"),
    ({"executable": r"\Windows\notepad.exe"}, "executable"),
    ({"executable": 'a".exe'}, "executable"),
    ({"arguments": "--home %USERPROFILE%"}, "arguments"),
    ({"name": "Quotes*"}, "name is"),
    ({"kind": "iis", "application_pool": "a'b"}, "application_pool is"),
    ({"keep": -1}, "keep is -1"),
    ({"download_timeout_seconds": 0}, "download_timeout_seconds"),
    ({"staged": {"version": "1.1", "seen": {}}}, "staged is for state current and pruned"),
]


@pytest.mark.parametrize(("options", "words"), CASES)
def test_an_option_that_cannot_be_meant_is_named(options: dict[str, Any], words: str) -> None:
    there = Member()
    with pytest.raises(BadInput, match=words):
        there.stage(**{"version": "1.1", **options})
    assert there.calls == []


def test_the_staged_step_of_another_version_is_not_taken() -> None:
    there = Member()
    with pytest.raises(BadInput, match="staged is not what state staged returned for version 1.1"):
        there.make_current("1.1", staged=there.stage("1.0"))


@pytest.mark.parametrize("root", [r"C:\Program Files (x86)\Größe", r"d:\apps\quotes-2"])
def test_ordinary_paths_of_windows_are_taken(root: str) -> None:
    assert Member().stage("1.0", service_root=root)["path"] == rf"{root}\releases\1.0"


def test_the_program_has_the_name_of_the_service_unless_it_is_told() -> None:
    there = Member()
    there.make_current("1.0", staged=there.stage("1.0", executable=None), executable=None)
    assert (there.service or {})["path"].endswith('Quotes.exe"')
