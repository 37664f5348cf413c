# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook plan shows what a deploy would do, and the role hands it over to the play that does it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.plan.conftest import Played, Service

DEPLOY = """
- hosts: "{{ rollout_service | hybrid.rollout.service_hosts(groups, ansible_limit | default('')) }}"
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: hybrid.rollout.plan, rolespec_validate: false}
- hosts: "{{ groups.rollout_planned | default([]) }}"
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: >-
          {{ inventory_hostname }} batch={{ rollout_batch_number }} canary={{ rollout_is_canary }} before={{ rollout_previous_version }}
          sliding={{ inventory_hostname in groups.rollout_sliding | default([]) }} token={{ rollout_record.token }} of={{ rollout_record.member }}
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }} fetches {{ rollout_release.url }} {{ rollout_release.sha256 }}"
"""


def hash_in(output: str) -> str:
    found = re.search(r"plan hash ([0-9a-f]{64})", output)
    assert found, output
    return found[1]


def test_it_prints_the_table_with_the_lowest_capacity_and_changes_nothing(service: Service) -> None:
    service.runs("app2", "1.1")
    played = service.plan()
    assert played.exit_code == 0, played.output
    assert "changed=0" in played.output
    for line in (
        "1 canary  app1    a     1.0      online     unknown",
        "2         app3    b     1.0      online     unknown",
        "now      3 of 3         3 of 3",
        "batch 2  2              2",
        "floor    1              1",
        "done already: app2",
    ):
        assert line in played.output, played.output


def test_the_hash_is_that_of_the_file_and_the_same_an_hour_later(service: Service) -> None:
    first = service.plan(rollout_plan_path=str(service.plan_file))
    assert hash_in(first.output) == hashlib.sha256(service.plan_file.read_bytes()).hexdigest()
    again = service.plan(rollout_plan_path=str(service.plan_file))
    assert hash_in(again.output) == hash_in(first.output)
    assert ("changed=1" in first.output, "changed=0" in again.output) == (True, True)


def test_members_of_another_platform_fetch_an_artifact_of_their_own(service: Service) -> None:
    own = {
        "rollout_artifact_url": "http://127.0.0.1/quotes-{{ rollout_version }}.zip",
        "rollout_artifact_sha256": "e" * 64,
    }
    service.hosts["app3"].update(own)
    shown = service.plan()
    assert f"app3: sha256 {'e' * 64}" in shown.output
    playbook = service.home / "deploy.yml"
    playbook.write_text(DEPLOY)
    played = service.play(str(playbook))
    assert played.exit_code == 0, played.output
    assert "app1 fetches http://127.0.0.1/quotes-1.1.tar.gz " + "d" * 64 in played.output
    assert "app3 fetches http://127.0.0.1/quotes-1.1.zip " + "e" * 64 in played.output


def fetched(service: Service, role_variables: str = "", **extra: str) -> Played:
    """What a play that hands ``role_variables`` to the role makes each member fetch."""
    role = "{name: hybrid.rollout.plan, rolespec_validate: false}"
    playbook = service.home / "deploy.yml"
    playbook.write_text(DEPLOY.replace(role, f"{role}\n      vars: {{{role_variables}}}"))
    return service.play(str(playbook), **extra)


def test_an_artifact_that_a_play_names_is_fetched_by_all_members_whatever_the_inventory_says(service: Service) -> None:
    service.hosts["app3"]["rollout_artifact_url"] = "http://127.0.0.1/quotes-1.1.zip"
    named = {"plan_artifact_url": "http://127.0.0.1/patched.tar.gz", "plan_artifact_sha256": "a" * 64}
    by_role = fetched(service, ", ".join(f"{name}: '{value}'" for name, value in named.items()))
    assert by_role.output.count("fetches http://127.0.0.1/patched.tar.gz " + "a" * 64) == 3, by_role.output
    by_extra_variables = fetched(service, **named)
    assert by_extra_variables.output.count("fetches http://127.0.0.1/patched.tar.gz " + "a" * 64) == 3
    service.hosts["app3"]["rollout_artifact_url"] = "http://127.0.0.1/mirror/quotes-1.1.tar.gz"
    of_mirrors = fetched(service, f"plan_artifact_sha256: {'a' * 64}")
    assert "app1 fetches http://127.0.0.1/quotes-1.1.tar.gz " + "a" * 64 in of_mirrors.output, of_mirrors.output
    assert "app3 fetches http://127.0.0.1/mirror/quotes-1.1.tar.gz " + "a" * 64 in of_mirrors.output


def test_a_limit_is_respected_and_those_outside_are_listed(service: Service) -> None:
    played = service.plan("--limit", "app1,app3", rollout_max_out_per_zone="50%")
    assert played.exit_code == 0, played.output
    assert "left out by --limit, whatever they run: app2" in played.line
    assert "2 members in 2 batches" in played.line
    assert "at most 1 out of zone a at once" in played.line  # of two, though one of them is outside


def test_an_offline_member_is_skipped_or_planned_only_by_policy(service: Service) -> None:
    service.take_offline("app3")
    skipped = service.plan(rollout_offline="skip")
    assert skipped.exit_code == 0, skipped.output
    assert re.search(r"skipped: app3, offline: app3.invalid port 8080: \S", skipped.line)
    assert "2 members in 2 batches" in skipped.line
    planned = service.plan(rollout_offline="plan")
    assert "1 canary  app3    b     unknown  online" in planned.output
    assert "3 members in 3 batches" in planned.line


def test_a_machine_that_refuses_the_connection_is_there_and_is_planned(service: Service) -> None:
    service.take_offline("app3")
    service.hosts["app3"]["rollout_health_url"] = f"http://127.0.0.1:{free_port()}/health"
    played = service.plan()
    assert played.exit_code == 0, played.output
    assert "1 canary  app3    b     unknown  online" in played.output


def test_a_server_that_also_serves_another_pool_counts_there(service: Service) -> None:
    for name in ("app1", "app2"):
        service.hosts[name]["rollout_also_in_pools"] = ["followers"]
    played = service.plan(rollout_canary=0, rollout_batch="2", rollout_max_out_per_pool="34%")
    assert "serving  quotes on lb1  quotes on lb2  followers on lb1  followers on lb2" in played.output
    assert "at most 1 out of pool followers at once" in played.line


def test_a_list_of_sizes_comes_from_the_variables_as_people_write_it(service: Service) -> None:
    played = service.plan(rollout_canary=0, rollout_batch=[1, "67%"])
    assert "batch 2  1              1" in played.output
    assert "3 members in 2 batches" in played.line


def test_the_play_that_follows_knows_batch_canary_version_and_token(service: Service, tmp_path: Path) -> None:
    playbook = tmp_path / "deploy.yml"
    playbook.write_text(DEPLOY)
    played = service.play(str(playbook))
    assert "app1 batch=1 canary=True before=1.0 sliding=False token=1 of=app1" in played.line
    assert "app3 batch=3 canary=False before=1.0 sliding=False token=1 of=app3" in played.line
    assert service.ledger.exists()


def test_a_sliding_window_is_one_batch_after_the_canary_in_a_group_of_its_own(service: Service, tmp_path: Path) -> None:
    playbook = tmp_path / "deploy.yml"
    playbook.write_text(DEPLOY)
    played = service.play(str(playbook), rollout_mode="sliding", rollout_batch="2")
    assert "sliding window: at most 2 out at once" in played.line
    assert "app1 batch=1 canary=True before=1.0 sliding=True" in played.line
    for name in ("app2", "app3"):
        assert f"{name} batch=2 canary=False before=1.0 sliding=True" in played.line


def test_in_check_mode_nothing_is_opened_and_nobody_is_planned_for_the_next_play(
    service: Service, tmp_path: Path
) -> None:
    playbook = tmp_path / "deploy.yml"
    playbook.write_text(DEPLOY)
    played = service.play(str(playbook), "--check", rollout_plan_path=str(service.plan_file))
    assert played.exit_code == 0, played.output
    assert "plan hash" in played.line
    assert "token=" not in played.line
    assert not service.ledger.exists()
    assert not service.plan_file.exists()
