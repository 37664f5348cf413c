# SPDX-License-Identifier: GPL-3.0-or-later
"""One file that win_copy brings from the controller: asked for what differs, then moved in."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import do, place
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed

COPY = "ansible.windows.win_copy"
FILE = {"src": "/site/app.config", "dest": "app.config", "checksum": hashlib.sha1(b"new").hexdigest()}
QUERY: dict[str, Any] = {"_copy_mode": "query", "dest": r"C:\apps", "files": [FILE]}
SINGLE: dict[str, Any] = {"_copy_mode": "single", "src": r"C:\Windows\Temp\source", "_original_basename": "app.config"}


@pytest.fixture
def target(host: Host) -> Host:
    place(host, r"C:\apps\app.config", "old")
    place(host, SINGLE["src"], "new")
    return host


def test_a_file_that_differs_is_asked_for_and_one_that_is_the_same_is_not(target: Host) -> None:
    assert do(target, COPY, **QUERY)["files"] == [FILE]
    assert do(target, COPY, **QUERY, force=False)["files"] == []
    place(target, r"C:\apps\app.config", "new")
    assert do(target, COPY, **QUERY)["files"] == []
    assert do(target, COPY, **{**QUERY, "dest": r"C:\elsewhere"})["files"] == [FILE]


@pytest.mark.parametrize("dest", [r"C:\apps", r"C:\apps\app.config", "C:\\new\\"])
def test_it_is_moved_to_its_name_or_into_a_folder(target: Host, dest: str) -> None:
    assert do(target, COPY, **SINGLE, dest=dest)["changed"]
    written = rf"{dest.rstrip(chr(92))}\app.config" if not dest.endswith("config") else dest
    assert target.drives.real(written).read_text() == "new"


def test_a_folder_that_is_not_there_fails_and_so_does_a_file_in_use(target: Host) -> None:
    with pytest.raises(ModuleFailed, match=r"Destination directory 'C:\\nowhere' does not exist"):
        do(target, COPY, **SINGLE, dest=r"C:\nowhere\app.config")
    with pytest.raises(ModuleFailed, match="is currently a file"):
        do(target, COPY, **SINGLE, dest=r"C:\apps\app.config\deeper")
    target.faults.add("file_in_use")
    with pytest.raises(ModuleFailed, match="being used by another process"):
        do(target, COPY, **SINGLE, dest=r"C:\apps")


@pytest.mark.parametrize(
    "more",
    [{"_copy_mode": "explode"}, {"_copy_mode": "remote"}, {"backup": True}, {"directories": [{"dest": "bin"}]}],
)
def test_folders_and_backups_are_refused(target: Host, more: dict[str, Any]) -> None:
    with pytest.raises(ModuleFailed, match="^winhost: "):
        do(target, COPY, **{**QUERY, **more})
