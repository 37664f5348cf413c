# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.wire import wsman

from .conversation import request


def test_a_request_is_read_by_its_names() -> None:
    read = wsman.read(request("Receive", "<rsp:Receive/>", shell="abc", timeout="PT7S", options={"A": "TRUE"}))
    assert (read.operation, read.shell_id, read.timeout_seconds) == ("Receive", "ABC", 7.0)
    assert read.options == {"A": "TRUE"}
    assert read.body[0].tag.endswith("}Receive")


def test_an_answer_names_the_request_that_it_answers() -> None:
    asked = wsman.read(request("Create", ""))
    answer = ET.fromstring(wsman.envelope(asked, "<rsp:Shell/>"))
    assert answer.findtext("s:Header/a:RelatesTo", None, wsman.NAMES) == asked.message_id
    assert answer.findtext("s:Header/a:Action", "", wsman.NAMES).endswith("/CreateResponse")


def test_a_fault_carries_its_code_and_its_words_escaped() -> None:
    asked = wsman.read(request("Create", ""))
    answer = ET.fromstring(wsman.envelope(asked, wsman.Fault(5, "a < b & c").body()))
    detail = answer.find("s:Body/s:Fault/s:Detail/f:WSManFault", wsman.NAMES)
    assert detail is not None
    assert detail.get("Code") == "5"
    assert detail.findtext("f:Message", None, wsman.NAMES) == "a < b & c"


@pytest.mark.parametrize("content", [b"", b"<half", b"<whole/>"])
def test_what_is_no_envelope_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match="no "):
        wsman.read(content)
