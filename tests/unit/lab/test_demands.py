# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab needs from this machine is said before anything is made."""

from __future__ import annotations

import os
import shutil

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import system
from ansible_collections.hybrid.rollout.tests.lab.machines.system import LabError


def test_a_user_who_is_not_root_is_told_why_it_takes_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabError, match="needs root"):
        system.demand_root()


def test_missing_tools_are_named_with_the_line_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool in ("debootstrap", "systemd-nspawn") else tool)
    with pytest.raises(LabError) as refusal:
        system.demand_tools()
    assert str(refusal.value) == (
        "The lab needs debootstrap, systemd-container. "
        "Try: apt-get install -y --no-install-recommends debootstrap systemd-container"
    )


def test_a_command_that_fails_is_quoted() -> None:
    with pytest.raises(LabError, match=r"'ls /no/such/place' ended with 2: .*No such file"):
        system.run("ls", "/no/such/place")
