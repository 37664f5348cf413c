# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that finds mistakes in Windows tasks, on playbooks that a user might have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(__file__).parents[2] / "tools/check_windows_tasks"
MISTAKES = r"""---
- name: Replace the service
  hosts: windows
  gather_facts: false
  tasks:
    - name: Start it with a wrong parameter
      ansible.windows.win_service:
        name: quotes
        stat: started

    - name: Start it with a wrong choice
      ansible.windows.win_service:
        name: quotes
        start_mode: automatic

    - name: Fetch it without a place
      ansible.windows.win_get_url:
        url: http://store.example/quotes.zip

    - name: Install it without saying what
      ansible.windows.win_package:
        state: present
"""
SPELLINGS = r"""---
- name: Every spelling
  hosts: windows
  collections:
    - microsoft.iis
  module_defaults:
    ansible.windows.win_service:
      name: quotes
  tasks:
    - win_service:
        start_mode: "{{ mode }}"
    - action: ansible.windows.win_file path=C:\apps stat=directory
    - action:
        module: ansible.windows.win_file
        state: folder
        path: C:\apps
    - website:
        name: quotes
        state: running
    - ansible.builtin.win_ping:
      args:
        date: pong
    - ansible.windows.win_sevice:
        name: quotes
    - ansible.windows.win_command: whoami /all
    - ansible.windows.win_service: "{{ everything }}"
    - ansible.windows.win_get_url:
        url: http://store.example/quotes.zip
        dest: C:\apps
        checksum: "{{ checksum | default(omit) }}"
        checksum_url: "{{ checksum_url | default(omit) }}"
    - ansible.builtin.command: "true"
    - no.such.module:
"""


def check(*paths: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(COMMAND), *map(str, paths)],
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    file = tmp_path / "site.yml"
    file.write_text(MISTAKES)
    return file


def test_each_mistake_is_named_with_its_place_and_what_is_allowed(playbook: Path) -> None:
    done = check(playbook)
    assert done.returncode == 1, done.stdout + done.stderr
    parameter, choice, place, what, summary = done.stdout.splitlines()
    module = "ansible.windows.win_service"
    assert parameter.startswith(
        f"{playbook}:6: Start it with a wrong parameter: {module}: Unsupported parameters for ({module}) module: stat. "
    )
    assert "Supported parameters include: dependencies, " in parameter
    assert choice.endswith("start_mode must be one of: auto, manual, disabled, delayed. Got no match for: automatic")
    assert place.endswith("Fetch it without a place: ansible.windows.win_get_url: missing required arguments: dest")
    assert what.endswith("state is present but all of the following are missing: path")
    assert summary == "Windows tasks: 4 in 1 files, 4 findings"


def test_the_linter_passes_the_same_mistakes(playbook: Path) -> None:
    done = subprocess.run(
        ["ansible-lint", "--nocolor", "--offline", "--profile", "production", playbook.name],
        cwd=playbook.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed: 0 failure(s), 0 warning(s)" in done.stderr


def test_every_spelling_that_ansible_reads_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text(SPELLINGS)
    done = check(file)
    lines = [line.removeprefix(f"{file}:").partition(": ")[0] for line in done.stdout.splitlines()[:-1]]
    assert lines == ["12", "13", "17", "20", "23"], done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == (
        "Windows tasks: 9 in 1 files, 5 findings, 1 with all arguments in a variable"
    )


def test_a_role_without_mistakes_passes(tmp_path: Path) -> None:
    tasks = tmp_path / "roles/quotes/tasks/main.yml"
    tasks.parent.mkdir(parents=True)
    tasks.write_text("- name: Start\n  ansible.windows.win_service:\n    name: quotes\n    state: started\n")
    done = check(tmp_path / "roles/quotes")
    assert (done.returncode, done.stdout) == (0, "Windows tasks: 1 in 1 files, 0 findings\n")


def test_our_own_roles_and_playbooks_have_no_mistake() -> None:
    checkout = COMMAND.parents[2]
    done = check(checkout / "roles", checkout / "playbooks")
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_the_collections_the_command_says_how_to_get_them(tmp_path: Path, playbook: Path) -> None:
    done = check(playbook, ANSIBLE_COLLECTIONS_PATH=str(tmp_path))
    assert done.returncode == 2
    assert "ansible-galaxy collection install ansible.windows community.windows microsoft.iis" in done.stdout


def test_a_path_that_is_not_there_is_not_taken_for_a_pass(tmp_path: Path) -> None:
    done = check(tmp_path / "rolse")
    assert done.returncode == 1
    assert "no such file or folder" in done.stdout


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "site.yml").write_text("- hosts: [windows\n")
    done = check(tmp_path)
    assert done.returncode == 1
    assert f'"{tmp_path}/site.yml", line 2' in done.stdout
