# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of modelled Windows hosts for a test: listeners on 127.0.1.1 and up, an inventory for real Ansible, the journal, the fault switches."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from .engine import Engine
from .modelled_host import ModelledHost
from .wire import certificates
from .wire.authentication import Accounts
from .wire.journal import Journal
from .wire.psrp import Runspaces
from .wire.server import Listener
from .wire.shells import Shells

USER, PASSWORD = "deploy", "Of-a-test-and-no-secret"
TRIES = 20


@dataclass(frozen=True)
class Fleet:
    hosts: Mapping[str, ModelledHost]
    port: int
    journal: Journal
    connection: Mapping[str, Any] = field(repr=False)  # Ansible's variables

    def faults(self, host: str) -> set[str]:
        return self.hosts[host].faults

    def inventory(self) -> dict[str, Any]:
        """One group, windows; JSON of it is an inventory file."""
        hosts = {name: {"ansible_host": host.address} for name, host in self.hosts.items()}
        return {"windows": {"hosts": hosts, "vars": dict(self.connection)}}


@contextmanager
def windows_fleet(
    names: Sequence[str],
    folder: Path,
    engine: Engine,
    host_of: Callable[[str, str, Path], ModelledHost],
    transport: str = "basic",  # basic over HTTPS, or ntlm over HTTP
    connection: str = "winrm",  # or psrp; hosts answer both
    lab_addresses: Collection[str] = (),  # instead of loopback, one for each name
    port: int = 0,  # any that is free
) -> Iterator[Fleet]:
    addresses = list(lab_addresses) or [f"127.0.1.{number}" for number in range(1, len(names) + 1)]
    hosts = {name: host_of(name, at, folder / name) for name, at in zip(names, addresses, strict=True)}
    made = certificates.make(folder / "certificates", addresses)
    accounts = Accounts({USER: PASSWORD})
    accounts.write_ntlm_users(folder / "ntlm.users")
    os.environ["NTLM_USER_FILE"] = str(folder / "ntlm.users")
    journal = Journal(folder / "journal.jsonl")
    tls = made.context() if transport == "basic" else None

    def listener(host: ModelledHost, port: int) -> Listener:
        carry_out = partial(engine.carry_out, host)
        shells, runspaces = Shells(host, carry_out, journal), Runspaces(host, carry_out, journal)
        return Listener(host, port, shells, runspaces, accounts, tls, lab_addresses)

    listeners = _on_one_port(list(hosts.values()), listener, port)
    for one in listeners:
        one.start()
    try:
        port = listeners[0].server_port
        yield Fleet(hosts, port, journal, _VARIABLES[connection](port, transport, made.authority))
    finally:
        for one in listeners:
            one.stop()
        for host in hosts.values():
            host.close()
        journal.close()


def _on_one_port(
    hosts: Sequence[ModelledHost], listener: Callable[[ModelledHost, int], Listener], port: int
) -> list[Listener]:
    """The first host takes the port, 0 is any; the others need the same one at their own addresses."""
    for _attempt in range(TRIES):
        open_so_far = [listener(hosts[0], port)]
        try:
            for host in hosts[1:]:
                open_so_far.append(listener(host, open_so_far[0].server_port))
        except OSError:
            for one in open_so_far:
                one.server_close()
        else:
            return open_so_far
    raise OSError(f"winhost: no port was free at all of {', '.join(host.address for host in hosts)}")


def _winrm(port: int, transport: str, authority: Path) -> dict[str, Any]:
    return {
        "ansible_connection": "winrm",
        "ansible_port": port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_winrm_scheme": "https" if transport == "basic" else "http",
        "ansible_winrm_transport": transport,
        "ansible_winrm_ca_trust_path": str(authority),
        "ansible_winrm_server_cert_validation": "validate",
    }


def _psrp(port: int, transport: str, authority: Path) -> dict[str, Any]:
    return {
        "ansible_connection": "psrp",
        "ansible_port": port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_psrp_protocol": "https" if transport == "basic" else "http",
        "ansible_psrp_auth": transport,
        "ansible_psrp_ca_cert": str(authority),
        "ansible_psrp_cert_validation": "validate",
    }


_VARIABLES = {"winrm": _winrm, "psrp": _psrp}
