# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases for Windows members are archives anybody can check, and the same release is the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._mono import mono_or_skip
from ansible_collections.hybrid.rollout.tests.lab.ledgerd import build_releases
from ansible_collections.hybrid.rollout.tests.lab.ledgerd.build_releases import build, program
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import RELEASES, Release


@pytest.fixture(autouse=True)
def _mono(tmp_path: Path) -> None:
    mono_or_skip(tmp_path / "mono")


def folder(tmp_path: Path, name: str = "releases") -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def test_an_archive_has_the_program_its_configuration_and_its_description_on_top(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(Release("1.7", 0.5, "wrong_quotes"), folder(tmp_path))) as archive:
        assert archive.namelist() == ["ledgerd.exe", "ledgerd.exe.config", "release.json"]
        assert archive.read("ledgerd.exe").startswith(b"MZ")
        described = json.loads(archive.read("release.json"))
    assert described == {"version": "1.7", "startup_seconds": 0.5, "defect": "wrong_quotes", "columns": "author"}


def test_the_checksum_beside_it_is_what_sha256sum_reads(tmp_path: Path) -> None:
    archive = build(Release("1.1"), folder(tmp_path))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert Path(f"{archive}.sha256").read_text() == f"{digest}  quotes-1.1.zip\n"


def test_built_elsewhere_it_is_the_same_bytes_and_another_release_others(tmp_path: Path) -> None:
    first = build(Release("1.1"), folder(tmp_path)).read_bytes()
    elsewhere = folder(tmp_path, "elsewhere")
    assert build(Release("1.1"), elsewhere).read_bytes() == first
    assert build(Release("1.1", defect="errors"), elsewhere).read_bytes() != first


def test_the_program_is_compiled_again_only_when_its_source_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "service"
    shutil.copytree(build_releases.SERVICE, sources)
    monkeypatch.setattr(build_releases, "SERVICE", sources)
    releases = folder(tmp_path)
    first = program(releases).stat().st_mtime_ns
    assert program(releases).stat().st_mtime_ns == first
    quotes = sources / "Quotes.cs"
    quotes.write_text(quotes.read_text().replace("Hope is not", "Luck is not"))
    assert "Luck is not".encode("utf-16-le") in program(releases).read_bytes()


def test_without_a_choice_the_same_set_is_built_as_for_linux_members(tmp_path: Path) -> None:
    command = [sys.executable, str(build_releases.__file__), str(tmp_path / "new")]
    subprocess.run(command, check=True, capture_output=True)
    built = sorted(path.name for path in (tmp_path / "new").glob("*.zip"))
    assert built == sorted(f"quotes-{release.version}.zip" for release in RELEASES)
