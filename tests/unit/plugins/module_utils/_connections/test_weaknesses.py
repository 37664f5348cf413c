# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.kinds import KINDS
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import Way, allowed, reason_in
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import Weakness
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

# What the plugins have where nobody says anything else.
DEFAULTS: dict[str, dict[str, Any]] = {
    "winrm": {"scheme": None, "port": 5986, "transport": None},
    "psrp": {
        "protocol": None,
        "port": None,
        "auth": "negotiate",
        "message_encryption": "auto",
        "cert_validation": "validate",
    },
    "ssh": {"StrictHostKeyChecking": "ask"},
    "paramiko_ssh": {"host_key_checking": True, "host_key_auto_add": False},
}
UNCHECKED, WITHOUT_TLS = "certificate_not_checked", "connection_without_tls"
CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("winrm", {"port": 5985}, [WITHOUT_TLS]),
    ("winrm", {"port": 5985, "scheme": "https"}, []),
    ("winrm", {"scheme": "http"}, [WITHOUT_TLS]),
    ("winrm", {"ansible_winrm_server_cert_validation": "ignore"}, [UNCHECKED]),
    ("winrm", {"ansible_winrm_server_cert_validation": None}, [UNCHECKED]),
    ("winrm", {"ansible_winrm_server_cert_validation": "validate"}, []),
    ("winrm", {"ansible_winrm_ca_trust_path": ""}, [UNCHECKED]),
    ("winrm", {"ansible_winrm_ca_trust_path": "/etc/pki/company-ca.pem"}, []),
    ("psrp", {"port": 5985}, [WITHOUT_TLS]),
    ("psrp", {"port": 5985, "protocol": "https"}, []),
    ("psrp", {"protocol": "http"}, [WITHOUT_TLS]),
    ("psrp", {"cert_validation": "ignore"}, [UNCHECKED]),
    ("ssh", {"StrictHostKeyChecking": "false"}, ["host_key_not_checked"]),
    ("ssh", {"StrictHostKeyChecking": "accept-new"}, ["host_key_taken_unseen"]),
    ("ssh", {"StrictHostKeyChecking": "true"}, []),
    ("paramiko_ssh", {"host_key_checking": False}, ["host_key_not_checked"]),
    ("paramiko_ssh", {"host_key_auto_add": True}, ["host_key_taken_unseen"]),
]


def found(kind: str, **options: Any) -> list[Weakness]:
    return list(KINDS[kind].weaknesses({**DEFAULTS[kind], **options}))


@pytest.mark.parametrize("kind", KINDS)
def test_where_nobody_says_anything_else_the_way_is_verified(kind: str) -> None:
    assert found(kind) == []


@pytest.mark.parametrize(("kind", "options", "codes"), CASES)
def test_what_is_not_verified_is_found(kind: str, options: dict[str, Any], codes: list[str]) -> None:
    assert [weakness.code for weakness in found(kind, **options)] == codes


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"transport": ["basic"]}, "the password and all else can be read"),
        ({"transport": None}, "the password and all else can be read"),
        ({"transport": ["kerberos", "plaintext"]}, "the password and all else can be read"),
        ({"transport": ["kerberos"]}, "kerberos encrypts the messages, not the headers"),
        (
            {"transport": ["ntlm"], "ansible_winrm_message_encryption": "never"},
            "ntlm keeps the connection's password to itself, all else can be read",
        ),
    ],
)
def test_http_is_told_with_what_is_protected_and_what_is_not(options: dict[str, Any], words: str) -> None:
    (weakness,) = found("winrm", port=5985, **options)
    assert weakness.what.startswith(f"http without TLS on port 5985: {words}")


def test_a_reason_has_to_be_words() -> None:
    assert reason_in("win1", None) is None
    assert reason_in("win1", " no listener yet ") == "no listener yet"
    for word in (True, "", " ", 1):
        with pytest.raises(BadInput, match="rollout_unverified_connection of win1 is .*: write the reason"):
            reason_in("win1", word)


def test_each_member_needs_its_own_reason_and_all_that_lack_one_are_named() -> None:
    lacks = [Weakness(UNCHECKED, "it is ignore")]
    ways = [Way("win1", lacks, "known"), Way("win2", lacks), Way("win3", []), Way("win4", lacks)]
    with pytest.raises(BadInput, match=r"The way to 2 of 4 members .*: win2: it is ignore; win4: it is ignore\."):
        allowed(ways)
    assert allowed([ways[0], ways[2]]) == [ways[0]]
