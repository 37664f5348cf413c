# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a sane configuration is changed, and exactly that is reported."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.check import judge
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import read_configuration
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Finding
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.rules_between import Seen

SANE = """\
global
    stats socket /run/haproxy/admin.sock mode 600 level admin
    server-state-file /run/haproxy/server-state
defaults
    mode http
    retries 3
    option redispatch 1
    no option persist
    load-server-state-from-file global
    balance roundrobin
    default-server check inter 2s fastinter 500ms rise 2 fall 3 weight 100
frontend quotes_entrance
    bind :80
    default_backend quotes
backend quotes
    server app1 10.0.0.1:80
    server app2 10.0.0.2:80
backend quotes_maintenance
    no option redispatch
    use-server app1 if { req.hdr(x-rollout-member) -m str app1 }
    server app1 10.0.0.1:80 disabled
    server app2 10.0.0.2:80 disabled
listen runtime_api
    mode tcp
    bind 10.0.0.5:9999 ssl crt /etc/door.pem ca-file /etc/clients.pem verify required
    server admin unix@/run/haproxy/admin.sock no-check weight 0
"""


def found(text: str) -> list[Finding]:
    return list(judge(Seen([], [read_configuration("lb", text)], "quotes", "quotes_maintenance")))


def codes(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in found(text)]


def changed(old: str, new: str) -> str:
    assert SANE.count(old) >= 1
    return SANE.replace(old, new, 1)


def test_a_sane_configuration_has_nothing_to_report() -> None:
    assert codes(SANE) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("no option persist", "option persist", "option_persist", 8),
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 no-check\n", "server_without_check", 16),
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 weight 0\n", "weight_zero", 16),
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 agent-check weight 1\n", "agent_on_low_weight", 16),
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 no-check track quotes/app2\n", "tracked_server", 16),
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 inter 2001\n", "slow_checks", 16),
        ("inter 2s", "inter 1m", "slow_checks", 11),
        ("/run/haproxy/admin.sock mode 600", "ipv4@10.0.0.5:9999", "clear_text_admin_socket", 2),
        ("mode 600 level admin", "level admin\nstats socket :9999 level admin", "clear_text_admin_socket", 3),
        (
            "/run/haproxy/admin.sock mode 600 level admin",
            "ipv4@10.0.0.5:9999 level admin ssl crt a.pem ca-file c.pem verify required",
            "clear_text_admin_socket",
            2,
        ),
        ("/run/haproxy/admin.sock mode 600 level admin", "ipv6@:::9999", "clear_text_stats_socket", 2),
        ("server-state-file /run/haproxy/server-state", "maxconn 100", "no_state_file", 9),
        (
            "backend quotes\n    server",
            "backend quotes\n load-server-state-from-file none\n    server",
            "no_state_file",
            15,
        ),
        ("balance roundrobin", "balance static-rr", "static_balance", 10),
        ("balance roundrobin", "balance source", "static_balance", 10),
        ("balance roundrobin", "balance hdr(x-user)", "static_balance", 10),
        ("balance roundrobin", "balance first", "balance_first", 10),
        ("backend quotes\n    server", "backend quotes\n no option redispatch\n    server", "no_redispatch", 15),
        ("retries 3", "retries 0", "no_retries", 6),
        ("server app2 10.0.0.2:80\n", "server app3 10.0.0.2:80\n", "pools_differ", 15),
    ],
)
def test_a_dangerous_line_is_found_where_it_stands_and_nothing_else_is(
    old: str, new: str, code: str, line: int
) -> None:
    assert codes(changed(old, new)) == [(code, f"lb:{line}")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 agent-check agent-port 9\n"),
        ("balance roundrobin", "balance uri\n hash-type consistent"),
        ("app1 10.0.0.1:80\n", "app1 10.0.0.1:80 weight 1\n"),
        ("balance roundrobin", "balance leastconn"),
        ("retries 3", "retries 1"),
        ("load-server-state-from-file global", "load-server-state-from-file local"),
        ("/run/haproxy/admin.sock mode 600", "ipv4@127.0.0.1:9999"),
        ("/run/haproxy/admin.sock mode 600", "ipv6@[::1]:9999"),
        ("/run/haproxy/admin.sock mode 600", "localhost:9999"),
        ("/run/haproxy/admin.sock mode 600", '"${ADDRESS}:9999"'),
        ("/run/haproxy/admin.sock mode 600", "fd@3"),
    ],
)
def test_what_looks_alike_and_is_fine_is_left_alone(old: str, new: str) -> None:
    assert codes(changed(old, new)) == []


def test_a_forgotten_maintenance_pool_is_a_difference() -> None:
    without = SANE[: SANE.index("backend quotes_maintenance")]
    assert [finding.what for finding in found(without)] == ["quotes_maintenance lacks app1, app2, which quotes has"]


def test_no_word_of_a_secret_is_repeated() -> None:
    text = SANE + "userlist staff\n user jo insecure-password hunter2\nlisten page\n stats auth jo:hunter2\n"
    assert "hunter2" not in str(found(text.replace("weight 100", "weight 0")))
