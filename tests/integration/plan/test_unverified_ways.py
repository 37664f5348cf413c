# SPDX-License-Identifier: GPL-3.0-or-later
"""A way to a member that is not verified is gone only with a reason, which the plan shows and the ledger keeps."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.plan.conftest import Service
from ansible_collections.hybrid.rollout.tests.integration.plan.test_plan_playbook import DEPLOY, hash_in
from ansible_collections.hybrid.rollout.tests.integration.plan.test_refusals import refused_as_documented

UNCHECKED = {"ansible_connection": "winrm", "ansible_winrm_server_cert_validation": "ignore"}
REASON = "no certificate before CHG-1234"
WAYS: dict[str, tuple[dict[str, Any], str]] = {
    "winrm by its port": (
        {"ansible_connection": "winrm", "ansible_port": 5985},
        "http without TLS on port 5985: the password and all else can be read and changed on the way",
    ),
    "winrm from a template": (
        {"ansible_connection": "winrm", "scheme": "http", "ansible_winrm_scheme": "{{ scheme }}"},
        "http without TLS on port 5986: the password and all else",
    ),
    "psrp that encrypts its messages": (
        {"ansible_connection": "psrp", "ansible_psrp_protocol": "http", "ansible_psrp_auth": "ntlm"},
        "ntlm encrypts the messages, not the headers, and no certificate says who answers",
    ),
    "psrp": ({"ansible_connection": "psrp", "ansible_psrp_cert_validation": "ignore"}, "cert_validation is ignore"),
    "ssh by a variable": (
        {"ansible_connection": "ssh", "ansible_ssh_host_key_checking": False},
        "ssh runs with StrictHostKeyChecking=no",
    ),
    "ssh by an argument": (
        {"ansible_connection": "ansible.builtin.ssh", "ansible_ssh_common_args": "-oStrictHostKeyChecking=accept-new"},
        "ssh runs with StrictHostKeyChecking=accept-new",
    ),
    "paramiko": ({"ansible_connection": "paramiko", "ansible_host_key_checking": False}, "host_key_checking is off"),
}
VERIFIED: list[dict[str, Any]] = [
    {"ansible_connection": "winrm", "ansible_port": 5986},
    {"ansible_connection": "psrp"},
    {"ansible_connection": "ssh", "ansible_ssh_common_args": "-o StrictHostKeyChecking=yes"},
]
CLAIM = """
    - hybrid.rollout.rollout_claim: {ledger: "{{ rollout_record.ledger }}", run: "{{ rollout_record.run }}", member: "{{ inventory_hostname }}"}
"""


def unverified(service: Service) -> list[Any]:
    """What the ledger keeps of each run, in their order."""
    with sqlite3.connect(service.ledger) as ledger:
        plans = ledger.execute("SELECT plan FROM runs ORDER BY opened_at").fetchall()
    return [json.loads(plan)["unverified_connections"] for (plan,) in plans]


@pytest.mark.parametrize(("variables", "words"), WAYS.values(), ids=WAYS)
def test_a_way_that_is_not_verified_is_refused_and_the_message_says_what_is_not_protected(
    service: Service, variables: dict[str, Any], words: str
) -> None:
    service.hosts["app3"].update(variables)
    played = service.plan()
    assert played.exit_code != 0
    assert "The way to 1 of 3 members is not verified, and nobody said why: app3: " in played.line
    assert words in played.line


def test_the_message_and_a_reason_that_is_none_are_in_the_guide(service: Service) -> None:
    service.hosts["app3"].update(UNCHECKED)
    assert refused_as_documented(service.plan(), "a way to a member that is not verified")
    service.hosts["app3"]["rollout_unverified_connection"] = True
    assert refused_as_documented(service.plan(), "a reason that is none")
    service.hosts["app3"]["ansible_winrm_scheme"] = "gopher"
    assert refused_as_documented(service.plan(), "a way to a member that cannot be judged")


def test_verified_ways_need_no_word(service: Service) -> None:
    for name, variables in zip(service.hosts, VERIFIED):
        service.hosts[name].update(variables)
    played = service.plan()
    assert played.exit_code == 0, played.output
    assert "not verified" not in played.output


def test_the_settings_of_ssh_on_the_controller_count_too(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.hosts["app3"]["ansible_connection"] = "ssh"
    assert service.plan().exit_code == 0
    by_ssh = service.home / "ssh_config"
    by_ssh.write_text("Host 10.0.0.3\n  StrictHostKeyChecking no\n")
    service.hosts["app3"] |= {"ansible_host": "10.0.0.3", "ansible_ssh_common_args": f"-F {by_ssh}"}
    assert "app3: ssh runs with StrictHostKeyChecking=no" in service.plan().line
    service.hosts["app3"]["ansible_host"] = "10.0.0.4"
    assert service.plan().exit_code == 0
    monkeypatch.setenv("ANSIBLE_HOST_KEY_CHECKING", "false")
    assert "app3: ssh runs with StrictHostKeyChecking=no" in service.plan().line
    monkeypatch.delenv("ANSIBLE_HOST_KEY_CHECKING")
    del service.hosts["app3"]["ansible_ssh_common_args"]  # Ansible prefers variables to the command line
    said = service.plan("--ssh-common-args", "-o StrictHostKeyChecking=no")
    assert "app3: ssh runs with StrictHostKeyChecking=no" in said.line


def test_with_a_reason_the_plan_is_made_shows_it_and_is_another_plan(service: Service) -> None:
    before = hash_in(service.plan().output)
    service.hosts["app3"].update(UNCHECKED)
    played = service.plan(rollout_unverified_connection=REASON)
    assert played.exit_code == 0, played.output
    shown = f"not verified: the way to app3, ansible_winrm_server_cert_validation is ignore; allowed because: {REASON}"
    assert f'"{shown}"' in played.line, "in the table"
    assert f"[WARNING]: {shown}" in played.line
    assert hash_in(played.output) != before
    assert hash_in(service.plan(rollout_unverified_connection="another").output) != hash_in(played.output)


def test_the_ledger_keeps_the_reason(service: Service) -> None:
    service.hosts["app3"].update(UNCHECKED, rollout_unverified_connection=REASON)
    playbook = service.home / "deploy.yml"
    playbook.write_text(DEPLOY)
    opened = service.play(str(playbook), "--limit", "app1,app3")
    assert "token=1" in opened.line, opened.output
    lacks = ["ansible_winrm_server_cert_validation is ignore"]
    assert unverified(service) == [[{"name": "app3", "lacks": lacks, "reason": REASON}]]


def test_a_member_that_was_left_behind_is_not_brought_back_on_such_a_way_without_a_reason(service: Service) -> None:
    playbook = service.home / "deploy.yml"
    playbook.write_text(DEPLOY + CLAIM)
    service.play(str(playbook), "--limit", "app3")
    service.pair.place("offline", "app3")
    service.hosts["app3"].update(UNCHECKED, ansible_host="127.0.0.1", ansible_port=9)  # nobody is there
    before = service.pair.standings()
    looked = service.play("hybrid.rollout.reconcile", "--check")
    assert "app3 is in offline, runs 1.0" in looked.line, looked.output
    refused = service.play("hybrid.rollout.reconcile")
    assert "The way to 1 of 1 members is not verified, and nobody said why: app3: " in refused.line, refused.output
    assert service.pair.standings() == before
    service.play("hybrid.rollout.reconcile", rollout_unverified_connection=REASON)
    assert [way["reason"] for way in unverified(service)[-1]] == [REASON]


def test_members_that_are_left_out_need_no_word(service: Service) -> None:
    service.hosts["app3"].update(UNCHECKED)
    service.hosts["app2"].update(UNCHECKED, rollout_excluded="in repair")
    played = service.plan("--limit", "app1,app2")
    assert played.exit_code == 0, played.output
