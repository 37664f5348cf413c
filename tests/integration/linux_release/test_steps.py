# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import tarfile
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether check mode told what then happened."""
    keys = ("changed", "version", "previous", "current", "path", "digest", "removed", "restarted", "diff")
    return all(first[key] == second[key] for key in keys)


def test_a_release_is_staged_made_current_and_pruned_as_foretold(bench: Any) -> None:
    first, second = {"state": "staged", **bench.publish("1.0")}, {"state": "staged", **bench.publish("1.1")}
    foretold, staged, again, switched, switched_again, _staged, moved, pruned = bench.play(
        {**first, "check": True},
        first,
        first,
        {"state": "current", "version": "1.0"},
        {"state": "current", "version": "1.0"},
        second,
        {"state": "current", "version": "1.1"},
        {"state": "pruned", "keep": 0},
    )
    assert same(foretold["result"], staged["result"])
    assert staged["result"]["changed"] is True
    assert f"unpack 1.0 (sha256:{first['sha256']})" in foretold["output"]
    assert again["result"]["changed"] is False
    assert [switched["result"][key] for key in ("changed", "previous", "restarted")] == [True, None, False]
    assert switched_again["result"]["changed"] is False
    assert moved["result"]["previous"] == "1.0"
    assert pruned["result"]["removed"] == ["1.0"]
    assert [path.name for path in (bench.root / "releases").iterdir()] == ["1.1"]
    assert "echo 1.1" in (bench.root / "current/bin/quotes").read_text()

    with Ledger.open(str(bench.ledger)) as ledger:
        events = ledger.events("r1")
    assert [event["kind"] for event in events] == ["step_began", "step_ended"] * 7
    assert events[0]["step"] == "staged_release"


def test_an_artifact_that_is_not_the_one_asked_for_fails_the_step_and_changes_nothing(bench: Any) -> None:
    good, wrong = bench.publish("1.0"), {**bench.publish("1.1"), "sha256": "0" * 64}
    device = tarfile.TarInfo("disk")
    device.type = tarfile.BLKTYPE
    hostile = bench.publish("1.2", device)
    _staged, _switched, *failed = bench.play(
        {"state": "staged", **good},
        {"state": "current", "version": "1.0"},
        {"state": "staged", **wrong},
        {"state": "staged", **wrong, "url": f"{bench.url}/quotes-9.9.tar.gz"},
        {"state": "staged", **hostile},
    )
    for done, code, words in zip(
        failed,
        ["checksum_mismatch", "not_found", "bad_archive"],
        [f"expected {'0' * 64}", "quotes-9.9.tar.gz could not be fetched: HTTP status 404", "'disk' was refused"],
    ):
        assert done["rescued"] is True
        assert done["result"]["failure"]["code"] == code
        assert words in done["result"]["msg"]
    assert [path.name for path in (bench.root / "releases").iterdir()] == ["1.0"]
    assert (bench.root / "current").resolve().name == "1.0"
    with Ledger.open(str(bench.ledger)) as ledger:
        assert ledger.events("r1")[-1]["detail"]["failure"]["code"] == "bad_archive"


def test_the_stores_password_is_in_no_output_and_no_ledger(bench: Any) -> None:
    asked = {"state": "staged", **bench.publish("1.0"), "headers": {"Authorization": "planted-secret"}}
    done, failed = bench.play(asked, {**asked, "version": "1.1", "sha256": "0" * 64}, flags=("-vvv",))
    assert done["result"]["changed"] is True
    assert failed["rescued"] is True
    assert "planted-secret" not in done["output"]
    assert b"planted-secret" not in bench.ledger.read_bytes()


def test_a_member_that_is_lost_fails_the_step_so_that_the_rescue_runs(bench: Any) -> None:
    lost = "ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1"
    (done,) = bench.play({"state": "pruned"}, variables=lost)
    assert done["rescued"] is True
    assert done["result"].get("unreachable") is None
    assert done["result"]["failure"]["code"] == "unreachable"
    assert done["result"]["msg"].startswith("app1 cannot be reached:")


def test_a_member_without_python_fails_the_step_with_a_code(bench: Any) -> None:
    without = "ansible_connection=local ansible_python_interpreter=/nowhere/python"
    (done,) = bench.play({"state": "pruned"}, variables=without)
    assert done["rescued"] is True
    assert done["result"]["failure"]["code"] == "module_failed"
    assert "/nowhere/python" in done["result"]["msg"]
