# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases are archives anybody can check, and the same release is the same bytes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.quotes import build_releases
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import RELEASES, Release, build


def test_an_archive_has_the_program_its_migrations_and_its_description_on_top(tmp_path: Path) -> None:
    with tarfile.open(build(Release("1.2", 0.5, "errors"), tmp_path)) as archive:
        assert {name.partition("/")[0] for name in archive.getnames()} == {"bin", "migrations", "release.json"}
        assert archive.getmember("bin/quotes").mode == 0o755
        described = archive.extractfile("release.json")
        assert described is not None
        said = {"version": "1.2", "startup_seconds": 0.5, "defect": "errors", "columns": "said_by author"}
        assert json.load(described) == said


def test_a_release_says_in_which_columns_it_keeps_who_said_something() -> None:
    kept = {version: Release(version).columns for version in ("1.0", "1.1", "1.2", "1.3", "2.0")}
    assert kept == {
        "1.0": "said_by",
        "1.1": "said_by author",
        "1.2": "said_by author",
        "1.3": "author",
        "2.0": "author",
    }


@pytest.mark.parametrize(
    ("version", "migrations"),
    [
        ("1.0", ["0001_sayings"]),
        ("1.1", ["0001_sayings", "0002_author"]),
        ("1.2", ["0001_sayings", "0002_author"]),
        ("1.3", ["0001_sayings", "0002_author", "0003_every_author", "0004_no_said_by"]),
        ("2.1", ["0001_sayings", "0002_author", "0003_every_author", "0004_no_said_by"]),
    ],
)
def test_a_release_brings_the_migrations_up_to_what_it_needs(
    version: str, migrations: list[str], tmp_path: Path
) -> None:
    with tarfile.open(build(Release(version), tmp_path)) as archive:
        brought = [Path(name).stem for name in archive.getnames() if name.startswith("migrations/versions/")]
    assert brought == migrations


def test_the_checksum_beside_it_is_what_sha256sum_reads(tmp_path: Path) -> None:
    archive = build(Release("1.1"), tmp_path)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert Path(f"{archive}.sha256").read_text() == f"{digest}  quotes-1.1.tar.gz\n"


def test_building_twice_gives_the_same_bytes_and_another_release_others(tmp_path: Path) -> None:
    first = build(Release("1.1"), tmp_path).read_bytes()
    time_in_gzip_header = first[4:8]
    assert time_in_gzip_header == bytes(4)
    assert build(Release("1.1"), tmp_path).read_bytes() == first
    assert build(Release("1.1", defect="errors"), tmp_path).read_bytes() != first


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(build_releases.__file__)
    return subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True, check=False)


def test_without_a_choice_the_whole_set_is_built(tmp_path: Path) -> None:
    assert command(str(tmp_path / "new")).returncode == 0
    built = sorted(path.name for path in (tmp_path / "new").glob("*.tar.gz"))
    assert built == sorted(f"quotes-{release.version}.tar.gz" for release in RELEASES)


def test_options_speak_of_the_release_before_them(tmp_path: Path) -> None:
    wish = ["--release", "7.0", "--release", "7.1", "--defect", "never_ready", "--startup-seconds", "3"]
    assert command(str(tmp_path), *wish).returncode == 0
    for release in (Release("7.0"), Release("7.1", 3.0, "never_ready")):
        written = (tmp_path / f"quotes-{release.version}.tar.gz").read_bytes()
        assert written == build(release, tmp_path).read_bytes()


def test_a_defect_without_its_release_is_refused(tmp_path: Path) -> None:
    refused = command(str(tmp_path), "--defect", "errors", "--release", "7.0")
    assert refused.returncode == 2
    assert "comes after the --release" in refused.stderr
