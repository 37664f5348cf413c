# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import (
    Configuration,
    Section,
    read_configuration,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.servers import milliseconds, pools_of
from hypothesis import given
from hypothesis import strategies as st

TEXT = """\
# the estate
global
    log /dev/log local0   # not a socket

defaults base
    option persist
    retries 2
defaults
    retries 1
    default-server weight 50 check
backend early from base
    no option persist
    server "app 1" 10.0.0.1:80
listen late
    default-server inter 5s
    server app1 10.0.0.1:80 no-check cookie check weight 7
    server-template web 1-3 10.0.0.9:80
    default-server weight 9
    server door unix@/run/door
"""


def section(name: str, text: str = TEXT) -> Section:
    return next(seen for seen in read_configuration("lb", text).sections if seen.name == name)


def test_sections_keep_the_numbers_of_their_lines() -> None:
    seen = read_configuration("lb", TEXT)
    assert [(one.kind, one.name, one.number) for one in seen.sections] == [
        ("global", "", 2),
        ("defaults", "base", 5),
        ("defaults", "", 8),
        ("backend", "early", 11),
        ("listen", "late", 14),
    ]
    assert seen.where(seen.sections[0].lines[0].number) == "lb:3"
    assert seen.sections[0].lines[0].words == ("log", "/dev/log", "local0")


def test_a_proxy_inherits_from_the_defaults_it_names_and_otherwise_from_the_last_ones() -> None:
    for name, retries in (("early", "2"), ("late", "1")):
        line = section(name).last("retries")
        assert line is not None
        assert line.words[1] == retries


def test_an_option_that_is_taken_back_is_off() -> None:
    assert section("early").option("persist") is None
    inherited = section("early", TEXT.replace("no option", "option")).option("persist")
    assert inherited is not None
    assert inherited.number == 12


def test_servers_take_the_defaults_that_stand_before_them() -> None:
    early, late = pools_of(read_configuration("lb", TEXT))
    assert [server.name for server in early.servers] == ["app 1"]
    assert not early.servers[0].checked, "the defaults of another name are none of its own"
    app, template = late.servers
    assert (app.checked, app.values["weight"]) == (False, ("7", 16))
    assert (template.checked, template.values["weight"], template.values["inter"]) == (True, ("50", 10), ("5s", 15))


def test_what_another_word_is_called_is_no_setting() -> None:
    cookie = TEXT.replace("no-check cookie check", "no-check cookie agent-check")
    assert not next(server for pool in pools_of(read_configuration("lb", cookie)) for server in pool.servers).has_agent


def test_a_pool_that_is_switched_off_has_nothing_to_report() -> None:
    text = "backend a\n disabled\n server s 10.0.0.1:80\nbackend b\n server s 10.0.0.1:80 disabled\n"
    assert [pool.name for pool in pools_of(read_configuration("lb", text))] == ["b"]


@pytest.mark.parametrize(
    ("time", "meant"), [("1500", 1500), ("2s", 2000), ("300ms", 300), ("1m", 60000), ("$INTER", 0), ("", 0)]
)
def test_times_are_read_as_haproxy_writes_them(time: str, meant: float) -> None:
    assert milliseconds(time) == meant


@given(st.text(alphabet=st.sampled_from("abc \"'\\#$.\n\t:@"), max_size=300))
def test_no_text_makes_it_stumble(text: str) -> None:
    assert isinstance(read_configuration("lb", "backend b\n server s " + text), Configuration)
    assert list(pools_of(read_configuration("lb", "backend b\n server s " + text))) is not None
