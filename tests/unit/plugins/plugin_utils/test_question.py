# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options make a question of a gate another one, and that no secret can be guessed from what is written down of it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.action import artifact_gate, health_gate
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._question import digest

SIGNED: dict[str, Any] = {
    "url": "https://store.example.net/quotes-1.1.tar.gz",
    "sha256": "a" * 64,
    "headers": {"Authorization": "planted"},
    "allowed_signers": "/etc/rollout/publishers",
    "record": {"run": "quotes-1.1-5d0c7b1e", "member": "app1", "step": "artifact_gate"},
    "occasion": "start",
}
QUIET: dict[str, Any] = {
    "targets": [{"name": "alerts", "url": "http://monitoring/quiet", "headers": {"Authorization": "planted"}}],
    "timeout_seconds": 30,
    "evidence_path": "/srv/evidence/app1.xml",
}


def asked(gate: type[GateAction], given: dict[str, Any], **other: Any) -> str:
    """The digest that goes into the ledger."""
    return digest(gate.question(gate.__new__(gate), {**given, **other}))


@pytest.mark.parametrize(
    "other",
    [
        {"url": "https://store.example.net/quotes-1.1.zip"},
        {"sha256": "b" * 64},
        {"allowed_signers": "/etc/rollout/others"},
    ],
)
def test_another_artifact_or_other_signers_are_another_question(other: dict[str, Any]) -> None:
    gate = artifact_gate.ActionModule
    assert asked(gate, SIGNED, **other) != asked(gate, SIGNED)


def test_other_targets_are_another_question() -> None:
    gate, loud = health_gate.ActionModule, {**QUIET["targets"][0], "url": "http://monitoring/loud"}
    assert asked(gate, QUIET, targets=[loud]) != asked(gate, QUIET)


def test_another_member_of_the_same_batch_asks_the_same() -> None:
    of_another = {**SIGNED["record"], "member": "app2"}
    assert asked(artifact_gate.ActionModule, SIGNED, record=of_another) == asked(artifact_gate.ActionModule, SIGNED)
    elsewhere = {"evidence_path": "/srv/evidence/app2.xml"}
    assert asked(health_gate.ActionModule, QUIET, **elsewhere) == asked(health_gate.ActionModule, QUIET)


def test_no_password_can_be_tried_on_what_is_written_down() -> None:
    others = {"headers": {"Authorization": "guess"}}
    assert asked(artifact_gate.ActionModule, SIGNED, **others) == asked(artifact_gate.ActionModule, SIGNED)
    guessed = [{**QUIET["targets"][0], **others}]
    assert asked(health_gate.ActionModule, QUIET, targets=guessed) == asked(health_gate.ActionModule, QUIET)
    in_the_url, guess = (f"https://ci:{word}@store.example.net/quotes-1.1.tar.gz" for word in ("planted", "guess"))
    gate = artifact_gate.ActionModule
    assert asked(gate, SIGNED, url=in_the_url) == asked(gate, SIGNED, url=guess)
