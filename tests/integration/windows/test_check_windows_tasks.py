# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that finds mistakes in Windows tasks, on playbooks that a user might have."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.arguments import SPEC

CHECKOUT = Path(__file__).parents[3]
COMMAND = CHECKOUT / "tests/tools/check_windows_tasks"
RELEASE = "hybrid.rollout.windows_release"
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
    done = check(CHECKOUT / "roles", CHECKOUT / "playbooks")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_of_our_own_documentation_have_no_mistake(tmp_path: Path) -> None:
    written = [example for example in examples() if isinstance(yaml.safe_load(example), list)]
    for number, example in enumerate(written):
        (tmp_path / f"{number}.yml").write_text(example)
    done = check(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(written) >= 40


def test_the_examples_of_windows_release_are_tasks_that_it_takes() -> None:
    tasks = [task for example in examples() for task in tasks_of(yaml.safe_load(example)) if RELEASE in task]
    assert len(tasks) >= 8
    for task in tasks:
        given = {**task[RELEASE], **({"staged": {}} if "staged" in task[RELEASE] else {})}
        validated = ArgumentSpecValidator(SPEC["argument_spec"], required_if=SPEC["required_if"]).validate(given)
        assert not validated.error_messages, (task, validated.error_messages)


def examples() -> list[str]:
    """The blocks of YAML in our guides, and the EXAMPLES of our modules."""
    guides = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
    blocks = [block for guide in guides for block in re.findall(r"```yaml\n(.*?)```", guide.read_text(), re.DOTALL)]
    modules = sorted((CHECKOUT / "plugins/modules").glob("[a-z]*.py"))
    return blocks + [re.findall(r'EXAMPLES = r"""\n(.*?)"""', module.read_text(), re.DOTALL)[0] for module in modules]


def tasks_of(written: Any) -> list[dict[str, Any]]:
    return [item for item in written if isinstance(item, dict)] if isinstance(written, list) else []


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
