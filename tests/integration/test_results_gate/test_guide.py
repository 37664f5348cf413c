# SPDX-License-Identifier: GPL-3.0-or-later
"""The play of docs/test_results.md is one that Ansible takes, and its gate judges what it is given."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task

TOP = Path(__file__).parents[3]
PLAY = re.findall(r"^```yaml\n(- .*?)^```", (TOP / "docs/test_results.md").read_text(encoding="utf-8"), re.M | re.S)[0]


def test_ansible_takes_the_play_of_the_guide(tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
    command = ["ansible-playbook", "-i", "app1,", "--syntax-check", str(tmp_path / "play.yml")]
    said = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stderr


def test_the_gate_of_the_guide_judges() -> None:
    options = yaml.safe_load(PLAY)[0]["tasks"][-1]["hybrid.rollout.test_results_gate"]
    options["paths"] = [str(TOP / "tests/fixtures/test_results/nunit3/mixed.xml")]
    result = task("test_results_gate", options)
    assert result["failure"]["code"] == "gate_not_passed"
    assert any("min_tests" in reason for reason in result["reasons"]), result["reasons"]
