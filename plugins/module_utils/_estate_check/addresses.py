# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an address, as HAProxy writes it after ``stats socket``, can be reached from other machines. Private to hybrid.rollout."""

from __future__ import annotations

import ipaddress
import re

FAMILIES = ("ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@")


def reaches_the_network(address: str) -> bool:
    """A path, a descriptor and a variable do not count; a name does unless it is localhost."""
    if re.match(r"(/|unix@|abnsz?@|fd@|sockpair@)", address) or "$" in address:
        return False
    for family in FAMILIES:
        if address.startswith(family):
            address = address[len(family) :]
    host, colon, _port = address.rpartition(":")
    if not colon:
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host != "localhost"
