# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about what is modelled says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import do
from ansible_collections.hybrid.rollout.tests.winhost.faults import INSIDE
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed
from ansible_collections.hybrid.rollout.tests.winhost.models.table import MODELS, model_of
from ansible_collections.hybrid.rollout.tests.winhost.page import table

PAGE = Path(__file__).parents[4] / "docs" / "windows_tested.md"


def test_the_table_of_the_page_is_that_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert table() in text, (
        "stale: python -m ansible_collections.hybrid.rollout.tests.winhost.page prints the new table"
    )
    assert all(f"`{fault}`" in text for fault in INSIDE)


@pytest.mark.parametrize("module", sorted(MODELS))
def test_a_model_says_of_each_option_one_thing_only(module: str) -> None:
    model = MODELS[module]
    assert not model.honours & set(model.ignores)
    assert all(model.ignores.values())
    assert model.script_sha256


def test_a_module_without_a_model_has_none() -> None:
    assert model_of("ansible.windows.win_regedit") is None


def test_a_host_answers_and_names_itself(host: Host) -> None:
    assert do(host, "ansible.windows.win_ping", data="hello")["ping"] == "hello"
    with pytest.raises(ModuleFailed, match="boom"):
        do(host, "ansible.windows.win_ping", data="crash")
    facts = do(host, "ansible.windows.setup")["ansible_facts"]
    assert (facts["ansible_os_family"], facts["ansible_hostname"]) == ("Windows", "WIN01")
