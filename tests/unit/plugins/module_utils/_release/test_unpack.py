# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._release import unpack as unpack_module
from ansible_collections.hybrid.rollout.plugins.module_utils._release.unpack import BadArchive

from .conftest import archive


def entry(name: str, kind: bytes = tarfile.REGTYPE, to: str = "", size: int = 0, mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = kind, to, size, mode
    return info


LINK, HARD, DIRECTORY = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE


@pytest.fixture(params=["with the filters of tarfile", "without them"], autouse=True)
def filters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own checks have to be enough: many a Python on a target has no filters."""
    if request.param == "without them":
        monkeypatch.setattr(unpack_module, "_FILTER", {})


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param([entry("../escaped", size=1)], id="a name that leads up"),
        pytest.param([entry("a/../../escaped", size=1)], id="a name that leads up from within"),
        pytest.param([entry("/tmp/escaped", size=1)], id="an absolute name"),
        pytest.param([entry("link", LINK, "/etc")], id="a link to an absolute path"),
        pytest.param([entry("link", LINK, "../../..")], id="a link that leads up"),
        pytest.param([entry("up", LINK, ".."), entry("up/escaped", size=1)], id="a file through a link"),
        pytest.param([entry("up", LINK, "../../.."), entry("up/escaped", size=1)], id="a file far out through a link"),
        pytest.param([entry("x", LINK, "bin"), entry("x/../../escaped", size=1)], id="up through a link"),
        pytest.param(
            [entry("a/b", DIRECTORY), entry("a/b/top", LINK, "../.."), entry("a/b/out", LINK, "top/..")],
            id="a link through another link",
        ),
        pytest.param([entry("file", LINK, "bin/quotes"), entry("file", size=1)], id="a file over a link"),
        pytest.param([entry("hard", HARD, "/etc/passwd")], id="a hard link to an absolute path"),
        pytest.param([entry("hard", HARD, "../../secret")], id="a hard link that leads up"),
        pytest.param([entry("s", LINK, "bin"), entry("hard", HARD, "s")], id="a hard link to a link"),
        pytest.param([entry("disk", tarfile.BLKTYPE)], id="a block device"),
        pytest.param([entry("null", tarfile.CHRTYPE)], id="a character device"),
        pytest.param([entry("pipe", tarfile.FIFOTYPE)], id="a pipe"),
        pytest.param([entry("./.release.json", size=1)], id="the marker"),
    ],
)
def test_an_archive_that_reaches_out_is_refused_and_leaves_nothing(
    member: Any, tmp_path: Path, hostile: list[tarfile.TarInfo]
) -> None:
    secret = tmp_path / "srv" / "secret"
    secret.write_text("mine")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    member.publish("1.2", archive(*hostile, bin__quotes="x"))
    with pytest.raises(BadArchive) as caught:
        member.stage("1.2")
    assert caught.value.failure()["code"] == "bad_archive"
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before
    assert not Path("/tmp/escaped").exists()
    assert os.stat(secret).st_nlink == 1


def test_links_within_the_release_are_kept(member: Any) -> None:
    links = [entry("lib", DIRECTORY), entry("lib/run", LINK, "../bin/quotes"), entry("copy", HARD, "./bin/quotes")]
    member.publish("1.2", archive(*links, bin__quotes="x"))
    member.stage("1.2")
    release = member.root / "releases/1.2"
    assert (release / "lib/run").read_text() == (release / "copy").read_text() == "x"


def test_set_id_bits_and_names_with_detours_are_made_plain(member: Any) -> None:
    member.publish("1.2", archive(entry("./etc/../tool", size=1, mode=0o6777)))
    member.stage("1.2")
    assert os.stat(member.root / "releases/1.2/tool").st_mode & 0o7777 == 0o755


@pytest.mark.parametrize("cut", [0, 20, 60])
def test_what_is_not_a_whole_archive_is_told(member: Any, cut: int) -> None:
    member.publish("1.2", archive(bin__quotes="x" * 5000)[:cut])
    with pytest.raises(BadArchive, match="cannot be unpacked"):
        member.stage("1.2")
    assert member.releases() == ["1.0", "1.1"]
