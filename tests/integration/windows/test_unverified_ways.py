# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement of a way agrees with what Ansible does: it is verified exactly where a host with a stranger's certificate gets no call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.plugin_utils._ways import ways_to
from ansible_collections.hybrid.rollout.tests.winhost.fleet import windows_fleet
from ansible_collections.hybrid.rollout.tests.winhost.wire import certificates

from .small_hosts import SmallHost, ansible, small_engine

SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("winrm", {}),
    ("winrm", {"ansible_winrm_server_cert_validation": "validate"}),
    ("winrm", {"ansible_winrm_server_cert_validation": "ignore"}),
    ("winrm", {"ansible_winrm_server_cert_validation": None}),
    ("winrm", {"ansible_winrm_ca_trust_path": ""}),
    ("winrm", {"ansible_winrm_ca_trust_path": False}),
    ("psrp", {}),
    ("psrp", {"ansible_psrp_cert_validation": "ignore"}),
    ("psrp", {"ansible_psrp_ca_cert": ""}),
    ("psrp", {"ansible_psrp_ca_cert": None}),
]


@pytest.mark.parametrize(("connection", "settings"), SETTINGS)
def test_a_way_is_judged_as_verified_exactly_where_a_stranger_is_refused(
    tmp_path: Path, connection: str, settings: dict[str, Any]
) -> None:
    stranger = str(certificates.make(tmp_path / "stranger", ["127.0.1.1"]).authority)
    trust = {"ansible_winrm_ca_trust_path": stranger} if connection == "winrm" else {"ansible_psrp_ca_cert": stranger}
    with windows_fleet(["win1"], tmp_path, small_engine(), SmallHost, connection=connection) as fleet:
        variables: dict[str, Any] = {**fleet.inventory()["windows"]["vars"], **trust, **settings}
        ansible(fleet, tmp_path, "-m", "ansible.windows.win_ping", **variables)
        spoken_to = bool(fleet.journal.calls())
    (way,) = ways_to(["win1"], {"win1": variables})
    assert bool(way.lacks) == spoken_to
