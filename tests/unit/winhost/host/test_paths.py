# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of Windows lead to files under the host's own folder, and nowhere else."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import place
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.host.win32 import NotModelled


def test_the_case_of_a_name_makes_no_difference(host: Host) -> None:
    real = place(host, r"C:\Apps\Quotes\quotes.exe", "")
    assert host.drives.real(r"c:\APPS\quotes\QUOTES.EXE") == real
    assert host.drives.windows(real) == r"C:\Apps\Quotes\quotes.exe"


def test_slashes_and_variables_are_understood(host: Host) -> None:
    assert host.drives.full("%programdata%/quotes") == r"C:\ProgramData\quotes"
    assert host.drives.full(r"C:\%NOBODY%") == r"C:\%NOBODY%"


def test_dots_do_not_lead_out_of_a_drive(host: Host) -> None:
    assert host.drives.real(r"C:\..\..\..\etc\passwd").is_relative_to(host.root / "c")


@pytest.mark.parametrize("path", ["quotes.exe", r"C:quotes.exe", r"\\server\share\quotes.exe", r"\quotes.exe"])
def test_a_path_that_depends_on_where_one_stands_is_refused(host: Host, path: str) -> None:
    with pytest.raises(NotModelled, match="winhost: a path must begin with a drive"):
        host.drives.real(path)
