# SPDX-License-Identifier: GPL-3.0-or-later
"""A release comes to a modelled host, module by module, and what goes wrong on the way leaves what it would leave."""

from __future__ import annotations

import socket
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import (
    PATIENCE_SECONDS,
    answer,
    answers,
    do,
    release,
)
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed

RELEASES = r"C:\apps\quotes\releases"
FILE, GET, UNZIP = "ansible.windows.win_file", "ansible.windows.win_get_url", "community.windows.win_unzip"
SERVICE, FIND, STAT = "ansible.windows.win_service", "ansible.windows.win_find", "ansible.windows.win_stat"
Shelf = tuple[Path, str]


def stage(host: Host, shelf: Shelf, version: str, digest: str = "") -> None:
    folder, url = shelf
    digest = digest or release(folder, version)
    do(host, FILE, path=RELEASES, state="directory")
    archive = rf"{RELEASES}\{version}.zip"
    do(
        host,
        GET,
        url=f"{url}/{version}.zip",
        dest=archive,
        checksum=digest,
        checksum_algorithm="sha256",
        force=True,
    )
    do(host, UNZIP, src=archive, dest=rf"{RELEASES}\{version}", delete_archive=True)


def start(host: Host, version: str, port: int) -> None:
    path = rf"{RELEASES}\{version}\quotes.exe {port}"
    do(host, SERVICE, name="quotes", path=path, state="started", start_mode="auto")


def below(host: Host, path: str) -> list[str]:
    real = host.drives.real(path)
    return sorted(str(found.relative_to(real)) for found in real.rglob("*"))


def test_a_service_is_installed_started_and_upgraded(host: Host, shelf: Shelf, port: int) -> None:
    stage(host, shelf, "1.0.0")
    start(host, "1.0.0", port)
    assert answers(host.address, port, "1.0.0")
    stage(host, shelf, "1.1.0")
    assert answer(host.address, port) == "1.0.0"
    assert do(host, SERVICE, name="quotes", state="stopped")["changed"]
    assert answer(host.address, port) == ""
    start(host, "1.1.0", port)
    assert answers(host.address, port, "1.1.0")
    told = do(host, "ansible.windows.win_service_info", name="quotes")["services"][0]
    assert told["path"] == rf"{RELEASES}\1.1.0\quotes.exe {port}"
    assert told["state"] == "started"
    assert told["process_id"] > 0
    assert below(host, RELEASES) == ["1.0.0", "1.0.0/quotes.exe", "1.1.0", "1.1.0/quotes.exe"]


def test_the_same_again_changes_nothing(host: Host, shelf: Shelf, port: int) -> None:
    stage(host, shelf, "1.0.0")
    start(host, "1.0.0", port)
    again = do(host, SERVICE, name="quotes", path=rf"{RELEASES}\1.0.0\quotes.exe {port}", state="started")
    assert not again["changed"]
    assert again["state"] == "running"


def test_a_file_that_runs_cannot_be_overwritten_or_removed(host: Host, shelf: Shelf, port: int) -> None:
    stage(host, shelf, "1.0.0")
    start(host, "1.0.0", port)
    name = r"'C:\\apps\\quotes\\releases\\1.0.0\\quotes.exe'"
    with pytest.raises(ModuleFailed, match=f"{name} because it is being used by another process"):
        stage(host, shelf, "1.0.0")
    with pytest.raises(ModuleFailed, match=f"Failed to delete .*Access to the path {name} is denied"):
        do(host, FILE, path=rf"{RELEASES}\1.0.0", state="absent")
    do(host, SERVICE, name="quotes", state="stopped")
    stage(host, shelf, "1.0.0")
    assert do(host, FILE, path=rf"{RELEASES}\1.0.0", state="absent")["changed"]


def test_a_file_that_somebody_holds_open_stops_the_upgrade(host: Host, shelf: Shelf) -> None:
    stage(host, shelf, "1.0.0")
    host.faults.add("file_in_use")
    with pytest.raises(ModuleFailed, match="being used by another process"):
        do(host, FILE, path=rf"{RELEASES}\1.0.0", state="absent")
    host.faults.remove("file_in_use")
    assert do(host, FILE, path=rf"{RELEASES}\1.0.0", state="absent")["changed"]


def test_a_wrong_checksum_leaves_nothing_behind(host: Host, shelf: Shelf) -> None:
    release(shelf[0], "1.0.0")
    before = below(host, r"C:\Users")
    with pytest.raises(ModuleFailed, match="did not match 'abc', it was"):
        stage(host, shelf, "1.0.0", digest="abc")
    assert below(host, RELEASES) == []
    assert below(host, r"C:\Users") == before


def test_what_is_not_on_the_server_is_told_with_its_status(host: Host, shelf: Shelf) -> None:
    with pytest.raises(ModuleFailed, match=r"\(404\)") as failed:
        stage(host, shelf, "9.9.9", digest="abc")
    assert failed.value.result["status_code"] == 404


def test_a_download_that_is_cut_off_leaves_nothing_behind(host: Host) -> None:
    do(host, FILE, path=RELEASES, state="directory")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        cut = threading.Thread(target=answer_half, args=(listener,), daemon=True)
        cut.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/1.0.0.zip"
        with pytest.raises(ModuleFailed, match="Error downloading"):
            do(host, GET, url=url, dest=RELEASES)
        cut.join(PATIENCE_SECONDS)
    assert below(host, RELEASES) == []


def answer_half(listener: socket.socket) -> None:
    connection, _address = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")


def test_a_download_into_a_missing_folder_names_the_folder(host: Host, shelf: Shelf) -> None:
    with pytest.raises(ModuleFailed, match=r"The path 'C:\\nowhere' does not exist for destination"):
        do(host, GET, url=f"{shelf[1]}/1.0.0.zip", dest=r"C:\nowhere\1.0.0.zip")


def test_headers_of_the_call_reach_the_server_and_force_decides_about_what_is_there(host: Host, shelf: Shelf) -> None:
    digest = release(shelf[0], "1.0.0")
    asked: dict[str, Any] = {
        "url": f"{shelf[1]}/1.0.0.zip",
        "dest": r"C:\1.zip",
        "checksum": digest,
        "checksum_algorithm": "sha256",
    }
    future = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    with pytest.raises(ModuleFailed, match=r"\(304\)"):
        do(host, GET, **asked, headers=future)
    assert do(host, GET, **asked)["changed"]
    assert not do(host, GET, **asked)["changed"]
    assert "status_code" not in do(host, GET, **asked, force=False)


def test_a_full_disk_fails_the_download_and_leaves_no_archive(host: Host, shelf: Shelf) -> None:
    digest = release(shelf[0], "1.0.0")
    do(host, FILE, path=RELEASES, state="directory")
    before = below(host, r"C:\Users")
    host.faults.add("disk_full")
    with pytest.raises(ModuleFailed, match="Error downloading .*There is not enough space on the disk"):
        stage(host, shelf, "1.0.0", digest)
    assert below(host, RELEASES) == []
    assert below(host, r"C:\Users") == before


def test_a_disk_that_fills_while_unpacking_leaves_half_a_release(host: Host, shelf: Shelf) -> None:
    digest = release(shelf[0], "1.0.0")
    do(host, FILE, path=rf"{RELEASES}\1.0.0", state="directory")
    archive = rf"{RELEASES}\1.0.0.zip"
    do(host, GET, url=f"{shelf[1]}/1.0.0.zip", dest=archive, checksum=digest, checksum_algorithm="sha256")
    host.faults.add("disk_full")
    with pytest.raises(ModuleFailed, match="Error unzipping .*There is not enough space on the disk"):
        do(host, UNZIP, src=archive, dest=rf"{RELEASES}\1.0.0", delete_archive=True)
    half = host.drives.real(rf"{RELEASES}\1.0.0\quotes.exe").stat().st_size
    assert 0 < half < zipfile.ZipFile(host.drives.real(archive)).getinfo("quotes.exe").file_size


def test_an_archive_that_leads_out_of_its_folder_is_refused(host: Host, shelf: Shelf) -> None:
    digest = release(shelf[0], "1.0.0", **{"../../evil.txt": "gone"})
    with pytest.raises(ModuleFailed, match="outside the destination"):
        stage(host, shelf, "1.0.0", digest)
    assert not host.drives.real(r"C:\apps\quotes\evil.txt").exists()


def test_a_service_that_is_not_there_cannot_be_started(host: Host) -> None:
    with pytest.raises(ModuleFailed, match="Service 'quotes' is not installed, need to set 'path'"):
        do(host, SERVICE, name="quotes", state="started")
    assert do(host, SERVICE, name="quotes", state="absent") == {"changed": False, "exists": False}


@pytest.mark.parametrize(
    ("fault", "words"),
    [("start_1053", "did not respond to the start"), ("disabled_1058", "either because it is disabled")],
)
def test_a_service_that_does_not_start_says_why(host: Host, shelf: Shelf, port: int, fault: str, words: str) -> None:
    stage(host, shelf, "1.0.0")
    host.faults.add(fault)
    with pytest.raises(ModuleFailed, match=f"Service 'quotes \\(quotes\\)' cannot be started .*{words}"):
        start(host, "1.0.0", port)
    assert do(host, SERVICE, name="quotes")["state"] == "stopped"


def test_a_broken_program_is_error_1053_and_a_missing_one_is_named(host: Host, shelf: Shelf) -> None:
    host.services.settle_seconds = PATIENCE_SECONDS
    digest = release(shelf[0], "2.0.0", broken__exe="#!/bin/sh\nexit 1\n")
    stage(host, shelf, "2.0.0", digest)
    with pytest.raises(ModuleFailed, match="1053"):
        do(host, SERVICE, name="quotes", path=rf"{RELEASES}\2.0.0\broken.exe", state="started")
    with pytest.raises(ModuleFailed, match="cannot find the file specified"):
        do(host, SERVICE, name="quotes", path=rf"{RELEASES}\2.0.0\absent.exe", state="started")


def test_a_service_that_others_need_is_stopped_only_by_force(host: Host, shelf: Shelf, port: int) -> None:
    stage(host, shelf, "1.0.0")
    start(host, "1.0.0", port)
    other = rf"{RELEASES}\1.0.0\quotes.exe {port}"
    do(host, SERVICE, name="front", path=other, dependencies=["quotes"])
    front = host.services.find("front")
    assert front is not None
    front.path = r"C:\apps\sleep.exe"
    host.drives.real(front.path).write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
    do(host, SERVICE, name="front", state="started")
    with pytest.raises(ModuleFailed, match="because it has dependent services"):
        do(host, SERVICE, name="quotes", state="stopped")
    assert do(host, SERVICE, name="quotes", state="stopped", force_dependent_services=True)["state"] == "stopped"
    assert front.state == "stopped"


def test_check_mode_changes_nothing(host: Host, shelf: Shelf, port: int) -> None:
    digest = release(shelf[0], "1.0.0")
    assert do(host, FILE, check=True, path=RELEASES, state="directory")["changed"]
    assert not host.drives.real(RELEASES).exists()
    url = f"{shelf[1]}/1.0.0.zip"
    checked = do(host, GET, check=True, url=url, dest=r"C:\1.zip", checksum=digest, checksum_algorithm="sha256")
    assert checked["changed"]
    assert not host.drives.real(r"C:\1.zip").exists()
    stage(host, shelf, "1.0.0")
    start(host, "1.0.0", port)
    assert answers(host.address, port, "1.0.0")
    assert do(host, SERVICE, check=True, name="quotes", state="stopped")["changed"]
    assert answer(host.address, port) == "1.0.0"


def test_a_release_tree_is_read_to_the_depth_that_was_asked_for(host: Host, shelf: Shelf) -> None:
    stage(host, shelf, "1.0.0")
    do(host, FILE, path=rf"{RELEASES}\1.0.0\rollout-release-abc", state="touch")
    host.files.link(host.drives.real(r"C:\apps\quotes\current"), host.drives.real(rf"{RELEASES}\1.0.0"))
    asked: dict[str, Any] = {"paths": [r"C:\apps\quotes"], "recurse": True, "file_type": "any", "get_checksum": False}
    patterns = ["current", "rollout-release-*"]
    found = do(host, FIND, **asked, depth=3, patterns=patterns)
    assert [file["path"] for file in found["files"]] == [
        r"C:\apps\quotes\current",
        rf"{RELEASES}\1.0.0\rollout-release-abc",
    ]
    assert found["files"][0]["isjunction"]
    assert found["files"][0]["lnk_target"] == rf"{RELEASES}\1.0.0"
    assert do(host, FIND, **asked, depth=2, patterns=patterns)["matched"] == 1
    assert "does not exist" in do(host, FIND, paths=[r"C:\nowhere"])["warnings"][0]


def test_a_file_is_told_with_its_size_and_digest(host: Host, shelf: Shelf) -> None:
    stage(host, shelf, "1.0.0")
    told = do(host, STAT, path=rf"{RELEASES}\1.0.0\QUOTES.exe", checksum_algorithm="sha256")["stat"]
    assert told["path"] == rf"{RELEASES}\1.0.0\quotes.exe"
    assert len(told["checksum"]) == 64
    assert told["size"] > 0
    assert do(host, STAT, path=r"C:\nowhere")["stat"] == {"exists": False}
