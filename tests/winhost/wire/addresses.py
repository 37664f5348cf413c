# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the host model may listen: loopback, and addresses of a lab's bridge that were named one by one. Its passwords are known to everybody."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

_LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


class AddressRefused(ValueError):
    pass


def allowed(address: str, lab_addresses: Collection[str] = ()) -> str:
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        raise AddressRefused(f"winhost listens on IP addresses; {address!r} is none") from None
    if given in _LOOPBACK:
        return address
    if address in lab_addresses and given.is_private and not given.is_unspecified:
        return address
    raise AddressRefused(
        f"winhost listens on 127.0.0.0/8 and on private addresses named as the lab's; {address} is neither"
    )
