# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import (
    BadInput,
    EndpointFailed,
    NotFound,
    Refused,
    RolloutError,
    TimedOut,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._release import stage as stage_module
from ansible_collections.hybrid.rollout.plugins.module_utils._release.fetch import ChecksumMismatch
from ansible_collections.hybrid.rollout.plugins.module_utils._release.space import NoSpace

WRONG = "0" * 64


def untouched(member: Any) -> bool:
    """The old release runs, the new one is not there, and nothing else is."""
    return os.readlink(member.root / "current") == "releases/1.0" and member.releases() == ["1.0", "1.1"]


def test_a_release_is_foretold_then_staged_then_left_alone(host: Any) -> None:
    digest = host.publish("1.0")
    foretold = host.stage("1.0", check_mode=True)
    assert foretold["changed"]
    assert not host.root.exists()
    done = host.stage("1.0")
    assert done == foretold
    assert done["digest"] == digest
    assert done["path"] == str(host.root / "releases/1.0")
    assert f"unpack 1.0 (sha256:{digest}) into {done['path']}" in done["diff"]["prepared"]
    assert host.releases() == ["1.0"]
    again = host.stage("1.0")
    assert not again["changed"]
    assert again["diff"]["prepared"] == ""
    assert again.keys() == done.keys()
    assert len(host.requests) == 1


def test_files_belong_to_the_host_and_only_the_owner_may_write(host: Any) -> None:
    host.publish("1.0")
    previous = os.umask(0o077)
    try:
        host.stage("1.0")
    finally:
        os.umask(previous)
    program = os.stat(host.root / "releases/1.0/bin/quotes")
    assert (program.st_mode & 0o7777, program.st_uid) == (0o755, os.geteuid())
    for directory in ("", "releases", "releases/1.0", "releases/1.0/bin"):
        assert os.stat(host.root / directory).st_mode & 0o7777 == 0o755


def test_an_owner_that_does_not_exist_is_told(host: Any) -> None:
    host.publish("1.0")
    with pytest.raises(BadInput, match="nobody-has-this-name"):
        host.stage("1.0", owner="nobody-has-this-name")
    assert not host.root.exists()


def test_a_wrong_digest_leaves_everything_as_it_was(member: Any) -> None:
    got = member.publish("1.2")
    with pytest.raises(ChecksumMismatch, match=f"its SHA-256 is {got}, expected {WRONG}") as caught:
        member.stage("1.2", digest=WRONG)
    assert "http://store/quotes-1.2.tar.gz" in str(caught.value)
    assert caught.value.failure()["code"] == "checksum_mismatch"
    assert untouched(member)


def test_an_artifact_that_is_missing_is_told_with_its_address_and_status(member: Any) -> None:
    with pytest.raises(NotFound, match=r"http://store/quotes-9\.9\.tar\.gz could not be fetched: HTTP status 404"):
        member.stage("9.9", digest=WRONG)
    assert untouched(member)


def test_a_download_that_ends_early_is_told(member: Any) -> None:
    digest = member.publish("1.2")
    member.announced_bytes = 1_000_000
    with pytest.raises(EndpointFailed, match="of 1000000 bytes"):
        member.stage("1.2", digest=digest)
    assert untouched(member)


def test_a_download_that_takes_too_long_is_given_up(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    member.publish("1.2")
    slowly = member.open

    def open_slowly(*given: Any, **named: Any) -> Any:
        member.now += 61
        return slowly(*given, **named)

    monkeypatch.setattr(member, "open", open_slowly)
    with pytest.raises(TimedOut, match="was not complete within 60 s"):
        member.stage("1.2")
    assert untouched(member)


def test_a_disk_without_room_is_told_before_the_first_byte(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    member.publish("1.2")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 100))
    member.announced_bytes = 50
    with pytest.raises(NoSpace, match=r"100 bytes are free, needed are about 150 bytes") as caught:
        member.stage("1.2")
    assert str(member.root / "releases") in str(caught.value)
    assert caught.value.failure()["code"] == "no_space"
    assert untouched(member)


def test_free_space_that_is_asked_for_counts_when_it_is_more(member: Any) -> None:
    member.publish("1.2")
    with pytest.raises(NoSpace, match=f"needed are about {10**18} bytes"):
        member.stage("1.2", minimum_free_bytes=10**18)


@pytest.mark.parametrize("full_at", ["fetch", "unpack", "write_marker"])
def test_a_disk_that_fills_up_on_the_way_leaves_nothing(
    member: Any, monkeypatch: pytest.MonkeyPatch, full_at: str
) -> None:
    member.publish("1.2")

    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stage_module, full_at, full)
    with pytest.raises(NoSpace, match="No space left on device"):
        member.stage("1.2")
    assert untouched(member)


def test_another_trouble_with_the_disk_is_told_in_its_own_words(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    member.publish("1.2")

    def broken(*given: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(stage_module, "unpack", broken)
    with pytest.raises(Refused, match="Read-only file system"):
        member.stage("1.2")
    assert untouched(member)


def test_what_a_killed_try_left_behind_is_removed_and_is_a_change(member: Any) -> None:
    (member.root / "releases/.incoming-1.1-abc/tree").mkdir(parents=True)
    foretold = member.stage("1.1", check_mode=True)
    assert foretold["changed"]
    assert ".incoming-1.1-abc" in foretold["diff"]["prepared"]
    assert member.stage("1.1") == foretold
    assert untouched(member)


def test_a_directory_without_its_marker_is_not_a_release_and_gives_way(member: Any) -> None:
    shutil.rmtree(member.root / "releases/1.1/bin")
    os.unlink(member.root / "releases/1.1/.release.json")
    assert member.stage("1.1")["changed"]
    assert (member.root / "releases/1.1/bin/quotes").exists()
    assert untouched(member)


def test_a_release_published_anew_replaces_the_one_that_does_not_run(member: Any) -> None:
    digest = member.publish("1.1", content=None) and member.publish(
        "1.1", member.store["http://store/quotes-1.0.tar.gz"]
    )
    assert member.stage("1.1")["digest"] == digest
    assert "# 1.0" in (member.root / "releases/1.1/bin/quotes").read_text()
    assert untouched(member)


def test_a_release_that_runs_is_never_replaced(member: Any) -> None:
    member.publish("1.0", member.store["http://store/quotes-1.1.tar.gz"])
    with pytest.raises(Refused, match="A running release is never replaced"):
        member.stage("1.0")
    assert "# 1.0" in (member.root / "current/bin/quotes").read_text()


def test_secrets_go_to_the_store_only_and_into_no_message(host: Any) -> None:
    with pytest.raises(RolloutError) as caught:
        host.task(
            "staged",
            version="1.0",
            sha256=WRONG,
            url="http://me:planted1@store/quotes.tar.gz?signature=planted2",
            headers={"Authorization": "planted3"},
        )
    assert "planted" not in str(caught.value) + str(caught.value.failure())
    assert host.requests[0].unredirected_hdrs == {"Authorization": "planted3"}
    assert "Authorization" not in host.requests[0].headers


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"version": "../1.0"}, "becomes the name of a directory"),
        ({"version": "1..0"}, "becomes the name of a directory"),
        ({"version": ""}, "becomes the name of a directory"),
        ({"version": "1.0\n"}, "becomes the name of a directory"),
        ({"version": ".incoming-1"}, "becomes the name of a directory"),
        ({"sha256": "abc"}, "64 hexadecimal digits"),
        ({"url": "ftp://store/x"}, "url has to begin with"),
        ({"service_root": "srv/quotes"}, "an absolute path"),
        ({"service_root": "/"}, "an absolute path"),
        ({"unit": "--now"}, "name of a systemd unit"),
        ({"unit": "quotes; reboot"}, "name of a systemd unit"),
        ({"keep": -1}, "keep is -1"),
        ({"download_timeout_seconds": 0.0}, "download_timeout_seconds is 0"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_touched(host: Any, given: dict[str, Any], words: str) -> None:
    meant = {"version": "1.0", "url": "http://store/x", "sha256": WRONG}
    with pytest.raises(BadInput, match=words):
        host.task("staged", **{**meant, **given})
    assert host.requests == []
    assert not host.root.exists()
