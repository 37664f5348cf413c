# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.wire.addresses import AddressRefused, allowed


def test_loopback_is_allowed_and_so_is_a_private_address_named_as_the_labs() -> None:
    assert allowed("127.0.1.9") == "127.0.1.9"
    assert allowed("10.77.0.5", ["10.77.0.5"]) == "10.77.0.5"


@pytest.mark.parametrize("address", ["0.0.0.0", "10.77.0.5", "::", "::1", "8.8.8.8", "win1.example", ""])
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused, match="winhost listens on"):
        allowed(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "8.8.8.8"])
def test_an_address_that_the_world_could_reach_is_refused_even_if_named(address: str) -> None:
    with pytest.raises(AddressRefused):
        allowed(address, [address])
