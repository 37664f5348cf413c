# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

Gate = Callable[..., dict[str, Any]]
GREEN = '<testsuite tests="1"><testcase name="a"/></testsuite>'
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>'


@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(gate: Gate, tmp_path: Path, content: str, encoding: str) -> None:
    path = tmp_path / "bomb.xml"
    path.write_bytes(content.encode(encoding))
    result = gate(path)
    assert result["verdict"] == "could_not_ask"
    assert "it declares a document type" in result["msg"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "it is empty"),
        ("hello", "it is not whole XML, or is no XML"),
        ("<html/>", "its first element is <html>; known are test-results, test-run"),
        ("<TestRun/>", "its first element is <TestRun>"),
        ("<testsuite tests='many'/>", "the tests 'many', which is no number"),
        ("<a>" * 300, "more than 200 deep"),
        ("<test-run><test-case/></test-run>" + " " * 1024 * 1024, "it is larger than 1 MiB"),
        ("<assembly><collection><test name='a' result='Maybe'/></collection></assembly>", "the result 'Maybe'"),
    ],
)
def test_a_file_that_cannot_be_judged_says_why(gate: Gate, tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "file.xml").write_text(content)
    result = gate(tmp_path / "file.xml", max_file_mebibytes=1)
    assert result["verdict"] == "could_not_ask"
    assert words in result["msg"]
    assert result["failure"]["endpoint"] == str(tmp_path / "file.xml")


def test_a_file_that_is_missing_or_no_file_could_not_be_asked(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "green.xml").write_text(GREEN)
    os.mkfifo(tmp_path / "pipe")
    for path, words in (("gone.xml", "no such file"), ("*.trx", "no file matches"), ("pipe", "no ordinary file")):
        result = gate(tmp_path / "green.xml", tmp_path / path, min_tests=5)
        assert (result["verdict"], words in result["msg"]) == ("could_not_ask", True)
    assert gate(tmp_path)["verdict"] == "could_not_ask"


def test_a_file_that_several_patterns_find_is_read_once(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "green.xml").write_text(GREEN)
    (tmp_path / "link.xml").symlink_to("green.xml")
    assert gate(tmp_path / "*.xml", tmp_path / "green.xml")["counts"]["total"] == 1


def test_a_forced_format_refuses_another(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "green.xml").write_text(GREEN)
    assert gate(tmp_path / "green.xml", format="junit")["verdict"] == "passed"
    assert "format trx begins with TestRun" in gate(tmp_path / "green.xml", format="trx")["msg"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"paths": []}, "paths is empty"),
        ({"paths": ["results.xml"]}, "which is relative"),
        ({"min_tests": 0}, "min_tests is 0"),
        ({"max_failed": -1}, "max_failed is -1"),
        ({"max_skipped": -1}, "max_skipped is -1"),
        ({"max_failed_percent": 101.0}, "max_failed_percent is 101"),
        ({"max_failed_percent": float("nan")}, "max_failed_percent is nan"),
        ({"required_tests": [""]}, "required_tests has an empty name"),
        ({"max_file_mebibytes": 0}, "max_file_mebibytes is 0"),
    ],
)
def test_what_cannot_be_meant_is_told_before_a_file_is_read(gate: Gate, given: dict[str, Any], words: str) -> None:
    options = {"paths": ["/nowhere.xml"], **given}
    with pytest.raises(BadInput, match=words):
        gate(*options.pop("paths"), **options)
