# SPDX-License-Identifier: GPL-3.0-or-later
"""T10 to T12 and T20: what `run_once` means in a rolling play, and the claim, which each member asks for itself."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.tests.integration.traps._plays import CLAIM, DONE, Stage

HEAD = "- hosts: fleet\n  serial: 2\n  gather_facts: false\n  tasks:\n"
MIGRATE = '    - {name: Migrate, ansible.builtin.debug: {msg: "migrated on {{ inventory_hostname }}"}, run_once: true'


def test_t10_the_condition_of_run_once_is_that_of_the_first_host_of_each_batch(stage: Stage) -> None:
    sprung = stage.play(HEAD + MIGRATE + ", when: \"inventory_hostname in ['app2', 'app3']\"}\n")
    assert sprung.exit_code == 0
    assert sprung.said("migrated on") == ["app3"]  # app2 was never asked, because app1 stands before it
    advised = stage.play(HEAD + MIGRATE.replace(", run_once: true", "") + ", when: inventory_hostname == 'app2'}\n")
    assert advised.said("migrated on") == ["app2"]


def test_t10_run_once_runs_again_in_every_batch_and_a_play_of_its_own_runs_once(stage: Stage) -> None:
    assert stage.play(HEAD + MIGRATE + "}\n").said("migrated on") == ["app1", "app3"]
    assert stage.play(HEAD.replace("  serial: 2\n", "") + MIGRATE + "}\n").said("migrated on") == ["app1"]


def test_t11_a_failing_run_once_fails_the_whole_batch_and_claims_fail_one_member(stage: Stage) -> None:
    fail = "    - {name: Migrate, ansible.builtin.fail: {msg: broken}%s}\n"
    after = '    - {name: Go on, ansible.builtin.debug: {msg: "went on {{ inventory_hostname }}"}}\n'
    assert stage.play(HEAD + fail % ", run_once: true" + after).said("went on") == []
    stage.open_run(("app1", "app2"), ("app3", "app4"))
    ours = stage.play(HEAD + CLAIM + fail % ", when: inventory_hostname == 'app1'" + after + DONE)
    assert ours.said("went on") == ["app2"]
    assert stage.states() == {"app1": "claimed", "app2": "finished", "app3": "planned", "app4": "planned"}


def test_t12_what_run_once_registers_is_unknown_in_later_batches(stage: Stage) -> None:
    ask = "    - {name: Ask, ansible.builtin.command: echo 7, run_once: true, register: asked, when: %s}\n"
    use = '    - {name: Use, ansible.builtin.debug: {msg: "knows {{ asked.stdout }} {{ inventory_hostname }}"}}\n'
    sprung = stage.play(HEAD + ask % "inventory_hostname == 'app1'" + use)
    assert sprung.said("knows 7") == ["app1", "app2"]
    first = "- hosts: fleet\n  gather_facts: false\n  tasks:\n" + ask % "true"
    assert stage.play(first + HEAD + use).said("knows 7") == ["app1", "app2", "app3", "app4"]


def test_t20_host_pinned_runs_run_once_for_everybody(stage: Stage) -> None:
    pinned = HEAD.replace("  serial: 2\n", "  strategy: ansible.builtin.host_pinned\n")
    sprung = stage.play(pinned + MIGRATE + "}\n")
    assert sprung.said("migrated on") == ["app1", "app2", "app3", "app4"]


def test_t20_host_pinned_ignores_max_fail_percentage_and_a_claim_stops_it(stage: Stage) -> None:
    pinned = HEAD.replace("serial: 2", "strategy: ansible.builtin.host_pinned\n  max_fail_percentage: 0")
    broken = """
    - name: Install
      ansible.builtin.command: /bin/false
      when: inventory_hostname == 'app1'
    - {name: Go on, ansible.builtin.debug: {msg: "went on {{ inventory_hostname }}"}}
"""
    assert stage.play(pinned + broken, "--forks", "1").said("went on") == ["app2", "app3", "app4"]
    stage.open_run(("app1",), ("app2", "app3", "app4"), window=1)
    ours = stage.play(pinned + CLAIM + broken + DONE, "--forks", "1")
    assert ours.exit_code != 0
    assert ours.said("went on") == []
    assert stage.states() == {"app1": "claimed", "app2": "planned", "app3": "planned", "app4": "planned"}
