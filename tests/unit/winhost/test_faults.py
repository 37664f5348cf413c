# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.faults import Faults


def test_a_fault_is_switched_on_and_off_by_its_name() -> None:
    faults = Faults()
    faults.add("down")
    assert "down" in faults
    faults.discard("down")
    assert not faults


def test_a_fault_that_nobody_would_carry_out_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault is called 'slow'; there are down, "):
        Faults().add("slow")
