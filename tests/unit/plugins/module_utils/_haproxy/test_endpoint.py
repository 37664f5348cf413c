# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoint, read_endpoints


def test_an_endpoint_is_called_after_its_host_or_its_path_unless_it_has_a_name() -> None:
    assert read_endpoint("tls://lb1.example.com:9999").name == "lb1.example.com"
    assert read_endpoint("unix:///run/haproxy/admin.sock").name == "/run/haproxy/admin.sock"
    assert read_endpoint("tcp://[::1]:9999", "lb1").name == "lb1"


def test_host_and_port_of_an_ipv6_address_are_told_apart() -> None:
    endpoint = read_endpoint("tcp://[::1]:9999")
    assert (endpoint.host, endpoint.port) == ("::1", 9999)


def test_clear_text_to_another_machine_is_refused_unless_the_user_insists() -> None:
    with pytest.raises(BadInput, match="clear text"):
        read_endpoint("tcp://10.77.0.11:9999")
    assert read_endpoint("tcp://10.77.0.11:9999", allow_clear_text=True).host == "10.77.0.11"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "lb1:9999",
        "/run/haproxy.sock",
        "unix://run/haproxy.sock",
        "http://lb1:80",
        "tls://lb1",
        "tls://lb1:x",
        "tls://lb1:9/a",
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_with_the_forms_there_are(url: str) -> None:
    with pytest.raises(BadInput, match="unix:///run/haproxy/admin.sock"):
        read_endpoint(url)


def test_two_endpoints_of_one_name_and_no_endpoint_at_all_are_refused() -> None:
    with pytest.raises(BadInput, match="two endpoints are called lb1"):
        read_endpoints([{"url": "tls://lb1:1"}, {"url": "tls://lb1:2"}])
    with pytest.raises(BadInput, match="endpoints is empty"):
        read_endpoints([])
