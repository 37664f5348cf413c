# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tasks are found in a checkout, and what they inherit."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.task_check.files import task_files
from ansible_collections.hybrid.rollout.tests.winhost.task_check.tasks import Found, tasks

PLAY = """
- hosts: windows
  module_defaults:
    win_service: {name: quotes}
  pre_tasks:
    - name: before
  tasks:
    - block:
        - name: inner
      module_defaults:
        win_service: {state: started}
      rescue:
        - name: rescued
      always:
        - name: always
    - include_tasks: more.yml
    - import_tasks: {file: absent.yml}
    - include_tasks: "{{ platform }}.yml"
  post_tasks:
    - name: after
  handlers:
    - name: handler
"""


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def names(found: list[Found]) -> list[str]:
    return [one.written["name"] for one in found]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    write(tmp_path / "playbooks/site.yml", PLAY)
    write(tmp_path / "playbooks/more.yml", "- name: included\n- include_tasks: more.yml\n")
    write(tmp_path / "roles/web/tasks/main.yml", "- import_tasks: sub/install.yml\n")
    write(tmp_path / "roles/web/tasks/sub/install.yml", "- name: install\n- include_tasks: prune.yml\n")
    write(tmp_path / "roles/web/tasks/prune.yml", "\n\n- name: prune\n  x: !vault |\n    00\n  y: !unsafe '{{ a }}'\n")
    write(tmp_path / "roles/web/handlers/main.yml", "- name: restart\n")
    write(tmp_path / "roles/web/defaults/main.yml", "- name: no task\n")
    return tmp_path


def test_tasks_are_found_in_blocks_handlers_and_included_files_each_once(checkout: Path) -> None:
    found = names(list(tasks(task_files([checkout]))))
    expected = "after always before handler included inner install prune rescued restart"
    assert sorted(found) == expected.split()


def test_a_task_inherits_the_defaults_of_its_play_and_its_block(checkout: Path) -> None:
    found = {one.written["name"]: one.surroundings.defaults for one in tasks(task_files([checkout]))}
    assert found["before"] == {"win_service": {"name": "quotes"}}
    assert found["inner"] == {"win_service": {"name": "quotes", "state": "started"}}
    assert found["included"] == {"win_service": {"name": "quotes"}}
    assert found["install"] == {}


def test_a_task_knows_its_file_and_line(checkout: Path) -> None:
    [prune] = [one for one in tasks(task_files([checkout])) if one.written["name"] == "prune"]
    assert prune.surroundings.file.name == "prune.yml"
    assert prune.written.line == 3


def test_a_single_file_and_a_single_role_may_be_given(checkout: Path) -> None:
    assert names(list(tasks(task_files([checkout / "roles/web/handlers/main.yml"])))) == ["restart"]
    assert sorted(names(list(tasks(task_files([checkout / "roles/web"]))))) == ["install", "prune", "restart"]
