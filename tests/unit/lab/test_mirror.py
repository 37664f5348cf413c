# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Debian comes from where the machine's own comes from, in whichever format that is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import mirror
from ansible_collections.hybrid.rollout.tests.lab.machines.system import LabError

DEB822 = """\
Types: deb
# a remark in the middle
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
ONE_LINE = """\
# deb http://old.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm main contrib # ours
"""
STRANGERS = "deb https://cloud.example/apt cloud-sdk-bookworm main\ndeb https://docker.example bookworm stable\n"


def apt(place: Path, **files: str) -> Path:
    (place / "sources.list.d").mkdir()
    for name, text in files.items():
        stem, _underscore, kind = name.rpartition("_")
        file = place / "sources.list" if stem == "sources" else place / "sources.list.d" / f"{stem}.{kind}"
        file.write_text(text)
    return place


@pytest.mark.parametrize(
    "files",
    [
        {"debian_sources": DEB822},
        {"sources_list": ONE_LINE},
        {"sources_list": STRANGERS, "debian_sources": DEB822},
        {"cloud_list": STRANGERS, "debian_list": ONE_LINE},
        {"debian_sources": DEB822.replace("URIs: ", "URIs:\n ")},
        {
            "debian_sources": "Types: deb\nEnabled: no\nURIs: http://off.example\nSuites: sid\nComponents: main\n\n"
            + DEB822
        },
    ],
)
def test_the_machines_own_archive_is_found(tmp_path: Path, files: dict[str, str]) -> None:
    assert mirror.of_this_machine(apt(tmp_path, **files)) == "http://mirror.example/debian"


def test_a_list_of_mirrors_is_followed_to_its_first(tmp_path: Path) -> None:
    mirrors = tmp_path / "mirrors"
    mirrors.write_text("# nearest first\nhttp://near.example/debian\thttp://far.example/debian\n")
    place = apt(
        tmp_path, debian_sources=DEB822.replace("http://mirror.example/debian\n", f"mirror+file:{mirrors}\n", 1)
    )
    assert mirror.of_this_machine(place) == "http://near.example/debian"


@pytest.mark.parametrize("files", [{}, {"sources_list": STRANGERS}, {"debian_save": DEB822}])
def test_a_machine_without_a_debian_archive_is_told_so(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(LabError, match="No Debian archive in"):
        mirror.of_this_machine(apt(tmp_path, **files))
