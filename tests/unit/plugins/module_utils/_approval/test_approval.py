# SPDX-License-Identifier: GPL-3.0-or-later
"""Approvals with real keys and the real ssh-keygen: who counts, who does not, and what is said about it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.arguments import NAMESPACE
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._signing.people import People

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=timezone.utc)
PLAN = "a" * 64
SAID = {"plan_hash": PLAN, "service": "quotes", "version": "1.1", "approved_at": "2026-12-01T09:30:00+00:00"}


class Desk:
    """Where approvals are handed in, and the gate that reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people = People(folder)
        for name in ("alice", "bob", "carol", "dave"):
            self.people.allow(f"{name}@example.com", name)
        self.files: list[str] = []

    def hand_in(self, key: str, namespace: str = NAMESPACE, text: str = "", **other: Any) -> Path:
        path = self.folder / f"{len(self.files)}.json"
        path.write_text(text or json.dumps({**SAID, **other}), encoding="utf-8")
        self.people.sign(key, path, namespace)
        self.files.append(str(path))
        return path

    def ask(self, people: tuple[str, ...] = ("alice",), check_mode: bool = False, **options: Any) -> dict[str, Any]:
        given = {
            **{"plan_hash": PLAN, "service": "quotes", "version": "1.1", "approvals": self.files},
            **{"allowed_signers": str(self.people.allowed), "revoked_keys": None, "namespace": NAMESPACE},
            **{"required_approvals": 1, "requesters": [], "authors": []},
        }
        return run({**given, **options}, people, NOW, check_mode)

    def refused(self, verdict: str = "failed", **options: Any) -> str:
        with pytest.raises(GateNotPassed) as caught:
            self.ask(**options)
        assert caught.value.result["verdict"] == verdict
        return str(caught.value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_somebody_else_approves_this_very_plan(desk: Desk) -> None:
    desk.hand_in("carol", ticket="CHG1", expires_at="2026-12-02T00:00:00Z")
    result = desk.ask(authors=["bob@example.com"])
    assert (result["verdict"], result["approved_by"], result["reasons"]) == ("passed", ["carol@example.com"], [])
    assert result["approvals"][0]["ticket"] == "CHG1"
    assert result["approvals"][0]["key"].startswith("SHA256:")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"plan_hash": "b" * 64}, "it is for the plan bbbb"),
        ({"service": "orders"}, "it is for the service orders, not for quotes"),
        ({"version": "1.0"}, "it is for version 1.0, not for 1.1"),
        ({"expires_at": "2026-12-01T12:00:00+00:00"}, "it expired at 2026-12-01T12:00:00"),
        ({"approved_at": "2026-12-01T12:06:00+00:00"}, "which is still to come"),
        ({"approved_at": "2026-12-01T09:30:00"}, "without the offset from UTC"),
        ({"approved_at": "yesterday"}, "not a time such as"),
        ({"only_if": "the cat sleeps"}, "'only_if', which is not known here"),
        ({"ticket": 5}, "not an object whose values are texts"),
        ({"version": ""}, "does not say version"),
    ],
)
def test_an_approval_of_something_else_does_not_count(desk: Desk, other: dict[str, Any], words: str) -> None:
    desk.hand_in("carol", **other)
    assert words in desk.refused()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yes, go ahead", "it is no JSON"),
        (json.dumps(SAID)[:-1] + ', "version": "1.1"}', "a key is there twice"),
        ("[" * 20000, "it is no JSON"),
    ],
)
def test_a_file_that_is_no_strict_json_does_not_count(desk: Desk, text: str, words: str) -> None:
    desk.hand_in("carol", text=text)
    assert words in desk.refused()


def test_who_asked_for_the_rollout_does_not_approve_it(desk: Desk) -> None:
    desk.hand_in("alice")
    assert "alice@example.com requested the rollout (as ALICE)" in desk.refused(people=("ALICE",))
    assert "requested the rollout" in desk.refused(people=(), requesters=["Alice@Example.com"])
    assert desk.ask(people=(), requesters=["alice@elsewhere.example"])["verdict"] == "passed"


def test_who_made_the_release_does_not_approve_it(desk: Desk) -> None:
    desk.hand_in("bob")
    assert "bob@example.com is an author of the release (as bob)" in desk.refused(authors=["bob"])


def test_one_person_is_not_two_whatever_the_case_and_the_key(desk: Desk) -> None:
    desk.people.allow("Carol@Example.com", "carols-other-key")
    desk.people.allow("deputy@example.com", "carol")
    desk.hand_in("carol")
    desk.hand_in("carol")
    desk.hand_in("carols-other-key")
    words = desk.refused(required_approvals=2)
    assert "1 of 2 count" in words
    assert words.count("approved already") == 2
    desk.hand_in("dave")
    assert desk.ask(required_approvals=2)["approved_by"] == ["carol@example.com", "dave@example.com"]


def test_no_approval_at_all_tells_what_to_sign(desk: Desk) -> None:
    words = desk.refused()
    assert "there is no approval" in words
    assert f"To be approved is plan {PLAN} of quotes 1.1, by somebody other than alice" in words
    assert f"ssh-keygen -Y sign -f KEY -n {NAMESPACE} FILE" in words


def test_a_file_that_was_changed_after_it_was_signed_does_not_count(desk: Desk) -> None:
    path = desk.hand_in("carol", version="1.0")
    path.write_text(json.dumps(SAID), encoding="utf-8")
    assert "it was changed after carol@example.com signed it" in desk.refused()


def test_a_signature_that_is_missing_or_rubbish_does_not_count(desk: Desk) -> None:
    path = desk.hand_in("carol")
    Path(f"{path}.sig").write_text("rubbish", encoding="ascii")
    assert "the signature cannot be read" in desk.refused()
    Path(f"{path}.sig").unlink()
    assert "its signature is missing" in desk.refused()
    path.unlink()
    assert "there is no file" in desk.refused()


def test_a_stranger_does_not_count(desk: Desk) -> None:
    desk.hand_in("mallory")
    assert "it was signed by nobody of" in desk.refused()


def test_a_signature_made_for_another_purpose_does_not_count(desk: Desk) -> None:
    desk.hand_in("carol", namespace="git")
    assert f"for another purpose than {NAMESPACE}" in desk.refused()


def test_a_revoked_key_counts_no_more(desk: Desk, tmp_path: Path) -> None:
    desk.hand_in("carol")
    revoked = tmp_path / "revoked"
    revoked.write_text(desk.people.public("carol"), encoding="ascii")
    assert "the key of carol@example.com is revoked" in desk.refused(revoked_keys=str(revoked))


def test_a_key_whose_time_is_over_does_not_count(desk: Desk) -> None:
    desk.people.allow("erin@example.com", "erin", 'valid-before="20200101"')
    desk.hand_in("erin")
    words = desk.refused()
    assert "nobody of" in words
    assert "expired" in words


def test_a_pattern_among_the_allowed_signers_is_nobody(desk: Desk) -> None:
    desk.people.allow("*@example.com", "frank")
    desk.hand_in("frank")
    assert "no name of a person" in desk.refused()


def test_one_bad_file_spoils_no_good_one(desk: Desk) -> None:
    desk.hand_in("mallory")
    desk.hand_in("carol")
    assert desk.ask()["approved_by"] == ["carol@example.com"]


def test_without_ssh_keygen_nothing_is_said_about_approvals(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hand_in("carol")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    words = desk.refused("could_not_ask")
    assert "ssh-keygen, of OpenSSH 8.2 or newer, cannot be used" in words
    assert "This says nothing about the approvals" in words


def test_a_list_of_signers_that_cannot_be_read_says_nothing_about_approvals(desk: Desk) -> None:
    desk.hand_in("carol")
    assert "cannot be read" in desk.refused("could_not_ask", allowed_signers="/nowhere/approvers")


def test_check_mode_tells_and_stops_nobody(desk: Desk) -> None:
    assert desk.ask(check_mode=True)["verdict"] == "failed"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"plan_hash": "abc"}, "64 characters"),
        ({"required_approvals": 0}, "1 or more"),
        ({"approvals": ["here.json"]}, "relative"),
        ({"authors": [" "]}, "empty name"),
        ({"namespace": "-n x"}, "The namespace"),
        ({"allowed_signers": "approvers"}, "relative"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(desk: Desk, options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        desk.ask(**options)
