# SPDX-License-Identifier: GPL-3.0-or-later
"""A site of the modelled IIS: one real process, while the site and its pool are started."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import answer, answers, do, place, program
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed

SITE, POOL = "microsoft.iis.website", "microsoft.iis.web_app_pool"
WAIT = "ansible.windows.win_wait_for"


@pytest.fixture
def served(host: Host, port: int) -> Host:
    for version in ("1.0.0", "1.1.0"):
        place(host, rf"C:\sites\{version}\app.exe", program(version))
    do(host, POOL, name="quotes", state="started")
    made = do(host, SITE, **site("1.0.0"), bindings={"set": [{"ip": "*", "port": port, "hostname": None}]})
    assert made["changed"]
    assert answers(host.address, port, "1.0.0")
    return host


def site(version: str) -> dict[str, Any]:
    return {"name": "quotes", "application_pool": "quotes", "physical_path": rf"C:\sites\{version}"}


def test_a_site_in_another_folder_answers_with_the_new_release(served: Host, port: int) -> None:
    assert not do(served, SITE, **site("1.0.0"))["changed"]
    assert do(served, SITE, **site("1.1.0"))["changed"]
    assert answers(served.address, port, "1.1.0")
    told = do(served, "microsoft.iis.website_info", name="QUOTES")["site"][0]
    assert (told["state"], told["physical_path"]) == ("Started", r"C:\sites\1.1.0")
    assert told["bindings"][0]["port"] == port


def test_a_stopped_pool_answers_nothing_and_its_files_can_be_replaced(served: Host, port: int) -> None:
    remove: dict[str, Any] = {"path": r"C:\sites\1.0.0\app.exe", "state": "absent"}
    with pytest.raises(ModuleFailed, match="is denied"):
        do(served, "ansible.windows.win_file", **remove)
    assert do(served, POOL, name="quotes", state="stopped")["changed"]
    assert answer(served.address, port) == ""
    assert do(served, "ansible.windows.win_file", **remove)["changed"]
    place(served, r"C:\sites\1.0.0\app.exe", program("1.0.1"))
    do(served, POOL, name="quotes", state="started")
    assert answers(served.address, port, "1.0.1")


def test_a_recycled_pool_has_a_new_process(served: Host, port: int) -> None:
    quotes = served.iis.site("quotes")
    assert quotes is not None
    assert quotes.worker is not None
    old = quotes.worker.process.pid
    assert do(served, POOL, name="quotes", state="restarted")["changed"]
    assert quotes.worker is not None
    assert quotes.worker.process.pid != old
    assert answers(served.address, port, "1.0.0")


def test_check_mode_leaves_the_site_alone(served: Host, port: int) -> None:
    assert do(served, SITE, check=True, **site("1.1.0"))["changed"]
    assert do(served, POOL, check=True, name="quotes", state="stopped")["changed"]
    assert answer(served.address, port) == "1.0.0"


def test_a_stopped_site_is_waited_for_until_its_port_is_closed(served: Host, port: int) -> None:
    assert do(served, WAIT, port=port, timeout=30)["wait_attempts"] == 1
    do(served, SITE, name="quotes", state="stopped")
    assert do(served, WAIT, port=port, state="stopped", timeout=30)["wait_attempts"] == 1
    with pytest.raises(ModuleFailed, match=f"timeout while waiting for 127.0.0.1:{port} to start listening"):
        do(served, WAIT, port=port, timeout=0.1, sleep=0.05)


def test_a_site_needs_a_folder_that_exists(host: Host) -> None:
    with pytest.raises(ModuleFailed, match="missing required arguments: physical_path"):
        do(host, SITE, name="quotes")
    with pytest.raises(ModuleFailed, match="specified folder must already exist"):
        do(host, SITE, name="quotes", physical_path=r"C:\nowhere")


def test_what_is_not_modelled_of_a_binding_is_refused(served: Host) -> None:
    for binding in ({"ip": "*", "port": 443, "protocol": "https"}, {"port": 8080}):
        with pytest.raises(ModuleFailed, match="^winhost: "):
            do(served, SITE, name="quotes", bindings={"add": [binding]})


def test_a_pool_that_is_not_there_fails_the_question_about_it(served: Host) -> None:
    with pytest.raises(ModuleFailed, match="Cannot find path .*nobody"):
        do(served, "microsoft.iis.web_app_pool_info", name="nobody")
    pools = do(served, "microsoft.iis.web_app_pool_info")["app_pools"]
    assert [pool["name"] for pool in pools] == ["DefaultAppPool", "quotes"]


def test_a_removed_site_and_pool_are_gone(served: Host, port: int) -> None:
    assert do(served, SITE, name="quotes", state="absent")["changed"]
    assert answer(served.address, port) == ""
    assert do(served, POOL, name="quotes", state="absent")["changed"]
    assert not do(served, SITE, name="quotes", state="absent")["changed"]
    assert not do(served, "microsoft.iis.website_info", name="quotes")["exists"]
