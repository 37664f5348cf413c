# SPDX-License-Identifier: GPL-3.0-or-later
"""T13, T14, T17, T18, T19 and T23: what cuts a play into batches, ends one, and begins again."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.filter.batch_sizes import batch_sizes
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import CLAIM, DONE, Stage

HEAD = "- hosts: fleet\n  serial: 2\n  gather_facts: false\n  tasks:\n"
GO_ON = '    - {name: Go on, ansible.builtin.debug: {msg: "went on {{ inventory_hostname }}"}}\n'
LOST = """
    - name: Lose the host
      ansible.builtin.ping:
      when: inventory_hostname == 'app1'
      vars: {ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1}
"""


def test_t13_end_batch_asks_the_first_host_alone(stage: Stage) -> None:
    end = "    - {name: End, ansible.builtin.meta: end_batch, when: inventory_hostname == '%s'}\n"
    assert stage.play(HEAD + end % "app1" + GO_ON).said("went on") == ["app3", "app4"]
    assert stage.play(HEAD + end % "app2" + GO_ON).said("went on") == ["app1", "app2", "app3", "app4"]


def test_t13_a_claim_is_asked_by_every_member_of_the_batch(stage: Stage) -> None:
    stage.open_run(("app1",), ("app3", "app4"))  # app2 is in no plan: it may not go on although app1 may
    assert stage.play(HEAD + CLAIM + GO_ON + DONE).said("went on") == ["app1", "app3", "app4"]


def test_t14_clear_host_errors_hides_a_lost_host_from_the_exit_code_and_not_from_the_ledger(stage: Stage) -> None:
    clear = "    - {name: Forgive, ansible.builtin.meta: clear_host_errors}\n"
    sprung = stage.play(HEAD.replace("  serial: 2\n", "") + LOST + clear + GO_ON)
    assert sprung.exit_code == 0
    assert "unreachable=1" in sprung.output
    stage.open_run(("app1", "app2"), ("app3", "app4"))
    ours = stage.play(HEAD + CLAIM + LOST + clear + GO_ON)
    assert ours.exit_code != 0
    assert stage.states()["app3"] == "planned"
    assert "app3" not in ours.said("went on")


def test_t17_serial_does_not_see_group_vars_and_sees_groups(stage: Stage) -> None:
    (stage.directory / "group_vars").mkdir()
    (stage.directory / "group_vars" / "fleet.yml").write_text("width: 2\n")
    sprung = stage.play(HEAD.replace("2", '"{{ width }}"') + GO_ON)
    assert sprung.exit_code != 0
    assert "'width' is undefined" in sprung.output
    ours = """
- hosts: fleet
  gather_facts: false
  tasks:
    - name: Plan
      ansible.builtin.add_host: {name: "{{ item.0 }}", groups: ["rollout_planned", "rollout_batch_{{ item.1 }}"]}
      loop: [[app1, "1"], [app2, "2"], [app3, "2"], [app4, "2"]]
"""
    rolled = ours + HEAD.replace("2", '"{{ groups | hybrid.rollout.batch_sizes }}"') + GO_ON
    assert stage.play(rolled).said("went on") == ["app1", "app2", "app3", "app4"]
    assert batch_sizes({"rollout_batch_1": ["app1"], "rollout_batch_2": ["app2", "app3", "app4"]}) == [1, 3]


def test_t19_a_retry_file_forgets_those_never_reached_and_the_same_command_again_needs_none(stage: Stage) -> None:
    env = {"ANSIBLE_RETRY_FILES_ENABLED": "1", "ANSIBLE_RETRY_FILES_SAVE_PATH": str(stage.directory)}
    fail = "    - {name: Install, ansible.builtin.command: /bin/false, when: inventory_hostname == '%s'}\n"
    fatal = HEAD.replace("  serial: 2\n", "  serial: 1\n  any_errors_fatal: true\n")
    assert stage.play(fatal + fail % "app2" + GO_ON, env=env).exit_code != 0
    assert Path(stage.directory / "play.retry").read_text().split() == ["app2"]
    stage.open_run(("app1",), ("app2",), ("app3",), ("app4",))
    assert stage.play(HEAD.replace("serial: 2", "serial: 1") + CLAIM + fail % "app2" + GO_ON + DONE).said(
        "went on"
    ) == ["app1"]
    stage.open_run(("app2",), ("app3",), ("app4",))
    again = stage.play(HEAD.replace("fleet", "app2,app3,app4").replace("serial: 2", "serial: 1") + CLAIM + GO_ON + DONE)
    assert again.said("went on") == ["app2", "app3", "app4"]


def test_t23_a_batch_wider_than_forks_goes_in_waves(stage: Stage) -> None:
    """Each host waits until all of the batch have come; with fewer forks than hosts that never happens."""
    meet = """
    - name: Meet
      ansible.builtin.shell: |
        : > {{ room }}/came-{{ inventory_hostname }}
        for turn in $(seq 40); do [ $(ls {{ room }}/came-* | wc -l) -ge 4 ] && exit 0; sleep 0.1; done; exit 1
"""
    play = HEAD.replace("serial: 2", "serial: 4") + meet + GO_ON
    assert "app1" not in stage.play(play, "--forks", "2").said("went on")
    for came in stage.directory.glob("came-*"):
        came.unlink()
    assert stage.play(play, "--forks", "4").said("went on") == ["app1", "app2", "app3", "app4"]
