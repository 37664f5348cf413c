# SPDX-License-Identifier: GPL-3.0-or-later
"""What squawk finds in SQL for PostgreSQL. Private to hybrid.rollout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions.opinion import Opinion

SECONDS = 30.0
# Rules that are off by themselves, and speak of what the old release may need.
ALSO = ("ban-drop-index", "ban-drop-type", "ban-drop-view", "ban-revoke", "ban-set-schema", "renaming-object")
VETO = {
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-required-field",
    "ban-revoke",
    "ban-set-schema",
    "ban-truncate-cascade",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
}
VETO_BEGINS = ("ban-drop-", "renaming-")
# Style, and limits that the role sets by itself. Rules that are not named here, also those of a later squawk, ask.
NOTHING = {
    *("ban-char-field", "identifier-too-long", "require-enum-value-ordering", "require-lock-timeout"),
    *("require-statement-timeout", "require-table-schema", "require-timeout-settings", "unused-ignore"),
}
NOTHING_BEGINS = ("prefer-",)


def opinions(sql: str, _engine: str) -> list[Opinion]:
    try:
        done = _run(sql)
    except subprocess.TimeoutExpired:
        return [_no_answer(f"did not answer within {SECONDS:g} s")]
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return [_no_answer(f"ended with {done.returncode} and no JSON: {done.stderr.strip()[:200]}")]
    return [opinion for opinion in map(_opinion, found) if opinion]


def _opinion(finding: dict[str, object]) -> Optional[Opinion]:
    rule = str(finding["rule_name"])
    if rule in NOTHING or rule.startswith(NOTHING_BEGINS):
        return None
    vetoes = rule in VETO or (rule.startswith(VETO_BEGINS) and rule != "ban-drop-not-null")
    return Opinion(vetoes, int(str(finding["line"])) + 1, f"{rule}: {finding['message']}")


def _run(sql: str) -> subprocess.CompletedProcess[str]:
    """The SQL goes in as text, and no configuration that happens to lie around counts."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "squawk.toml"
        settings.write_text("", encoding="utf-8")
        command = [_program(), "--config", str(settings), "--reporter", "json", "--stdin-filepath", "migration.sql"]
        command += [word for rule in ALSO for word in ("--include", rule)]
        return subprocess.run(command, input=sql, capture_output=True, text=True, check=False, timeout=SECONDS)


def _no_answer(why: str) -> Opinion:
    return Opinion(False, 1, f"no-answer: squawk {why}")


def _program() -> str:
    """That of PATH, or the one beside the Python of Ansible."""
    beside = Path(sys.executable).with_name("squawk")
    found = shutil.which("squawk") or (str(beside) if beside.exists() else None)
    if not found:
        raise BadInput(
            "opinions names squawk, and it is not on the controller. Try: pip install squawk-cli, into the Python of Ansible."
        )
    return found
