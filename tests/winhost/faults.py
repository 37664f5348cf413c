# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault switches of a host: names that a test, or the host itself while it reboots, adds and takes away while everything runs."""

from __future__ import annotations

ON_THE_WIRE = {
    "down": "every connection is reset, those that are open too",
    "unreachable": "connections are accepted and never answered",
    "wrong_password": "no credentials are right",
    "dropped_connection": "the connection breaks where the answer of a command should come",
    "operation_timeout": "the first Receive of each command says that the operation timed out; the client asks again",
}
INSIDE = {
    "slow_stop": "services take long to stop",
    "start_1053": "services do not answer the start request in time",
    "disabled_1058": "services are disabled",
    "file_in_use": "files are held open by another process",
    "disk_full": "nothing more can be written",
}


class Faults(set[str]):
    def add(self, element: str) -> None:
        if element not in ON_THE_WIRE and element not in INSIDE:
            known = ", ".join([*ON_THE_WIRE, *INSIDE])
            raise ValueError(f"winhost: no fault is called {element!r}; there are {known}")
        super().add(element)
