# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of docs/gates.md is understood by every gate."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from ansible_collections.hybrid.rollout.tests.integration.gates.estate import Estate

GUIDE = (Path(__file__).parents[3] / "docs/gates.md").read_text(encoding="utf-8")


def test_the_example_asks_four_gates(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```yaml\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    given = {**yaml.safe_load(example), "rollout_alert_timeout_seconds": 0}
    code, output = Estate(tmp_path).play("--check", **given)
    assert code == 0, output
    assert output.count("ok: [app1]") == 4 + 1, output
