# SPDX-License-Identifier: GPL-3.0-or-later
"""T15, T16, T18 and T22: handlers, `throttle`, percentages of a play, and strategies of one's own."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, make_plan
from ansible_collections.hybrid.rollout.tests.integration.rollout.fleet import TOP
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import CLAIM, DONE, Stage

CONFIGURE = """
- hosts: app1
  gather_facts: false
  handlers:
    - {name: Restart, ansible.builtin.debug: {msg: "restarted {{ inventory_hostname }}"}}
  tasks:
    - {name: Configure, ansible.builtin.copy: {content: new, dest: "{{ room }}/conf", mode: "0600"}, notify: Restart}
"""
HEALTH = "    - {name: Ask for health, ansible.builtin.command: /bin/false, when: sick | default(true)}\n"


def test_t15_a_failure_drops_notifications_for_good(stage: Stage) -> None:
    assert stage.play(CONFIGURE + HEALTH).said("restarted") == []
    again = stage.play(CONFIGURE + HEALTH, sick=False)
    assert (again.exit_code, again.said("restarted")) == (0, [])


def test_t15_handlers_that_are_flushed_before_the_health_gate_have_run(stage: Stage) -> None:
    flush = "    - {name: Restart now, ansible.builtin.meta: flush_handlers}\n"
    assert stage.play(CONFIGURE + flush + HEALTH).said("restarted") == ["app1"]


def test_t15_no_role_of_the_collection_has_handlers() -> None:
    roles = [path.name for path in (TOP / "roles").glob("*/handlers")]
    assert "deploy_release" not in roles
    assert "load_balancer" not in roles or roles == ["load_balancer"]


SECTION = """
    - throttle: 1
      block:
        - {name: Drain, ansible.builtin.debug: {msg: "drained {{ inventory_hostname }}"}}
        - {name: Undrain, ansible.builtin.debug: {msg: "undrained {{ inventory_hostname }}"}}
"""


def test_t16_throttle_drains_everybody_before_anybody_is_back_and_a_claim_waits(stage: Stage) -> None:
    head = "- hosts: app1,app2\n  gather_facts: false\n  tasks:\n"
    sprung = stage.play(head + SECTION).output
    assert sprung.index("drained app2") < sprung.index("undrained app1")
    stage.open_run(("app1", "app2"), window=1)
    ours = stage.play(head + CLAIM + SECTION)
    assert ours.said("drained") == ["app1"]
    assert "1 of at most 1 members of this run are at work: app1" in ours.output


def test_t16_under_host_pinned_a_member_waits_for_its_turn_and_goes(stage: Stage) -> None:
    head = "- hosts: app1,app2\n  strategy: ansible.builtin.host_pinned\n  gather_facts: false\n  tasks:\n"
    stage.open_run(("app1", "app2"), window=1)
    waits = CLAIM.replace("member:", "wait_seconds: 60, member:")
    ours = stage.play(head + waits + SECTION.replace("throttle: 1\n      ", "") + DONE)
    assert ours.exit_code == 0, ours.output
    assert ours.said("undrained") == ["app1", "app2"]
    assert ours.output.index('"undrained app1"') < ours.output.index('"drained app2"') or (
        ours.output.index('"undrained app2"') < ours.output.index('"drained app1"')
    )


def test_t18_a_quarter_of_the_play_is_a_whole_zone_and_a_plan_takes_a_share_of_each(stage: Stage) -> None:
    names = [f"app{number}" for number in range(1, 9)]
    go_on = "    - {name: Go on, ansible.builtin.debug: {msg: \"{{ ansible_play_batch | join('+') }} {{ inventory_hostname }}\"}}\n"
    sprung = stage.play("- hosts: fleet\n  serial: 25%\n  gather_facts: false\n  tasks:\n" + go_on, hosts=tuple(names))
    zone = {"app1", "app2"}
    assert sprung.said("app1+app2") == ["app1", "app2"]
    members = [Member(name, name, "a" if name in zone else "b", "1.0", "online", {"lb1": True}) for name in names]
    wish = Wish("quotes", "1.1", 0, "25%", "50%", max_out_per_zone="50%")
    made = make_plan(wish, members, [OnlinePool("lb1", "quotes", 8, 8)])
    batches = [{member["name"] for member in batch["members"]} for batch in made["batches"]]
    assert sorted(name for batch in batches for name in batch) == names
    assert all(len(batch & zone) <= 1 for batch in batches)


def test_t22_a_strategy_of_ones_own_is_deprecated_and_the_collection_has_none(stage: Stage) -> None:
    (stage.directory / "strategies").mkdir()
    (stage.directory / "strategies" / "mine.py").write_text(
        "from ansible.plugins.strategy.linear import StrategyModule as Linear\nclass StrategyModule(Linear):\n    pass\n"
    )
    env = {"ANSIBLE_STRATEGY_PLUGINS": str(stage.directory / "strategies"), "ANSIBLE_DEPRECATION_WARNINGS": "1"}
    play = "- hosts: app1\n  strategy: mine\n  gather_facts: false\n  tasks: [{ansible.builtin.meta: noop}]\n"
    sprung = stage.play(play, env=env)
    if "DEPRECATION" not in sprung.output:
        pytest.skip("this ansible-core says nothing yet")
    assert "strategy" in sprung.output.partition("DEPRECATION")[2]
    assert not (TOP / "plugins" / "strategy").exists()
