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
    asked = bench.publish("1.0")
    foretold = bench.task("staged", "--check", "--diff", **asked)
    assert not bench.root.exists()
    assert not bench.ledger.exists()
    staged = bench.task("staged", **asked)
    assert same(foretold["result"], staged["result"])
    assert f"unpack 1.0 (sha256:{asked['sha256']})" in foretold["output"]
    assert bench.task("staged", **asked)["result"]["changed"] is False

    switched = bench.task("current", version="1.0")["result"]
    assert (switched["changed"], switched["previous"], switched["restarted"]) == (True, None, False)
    assert "echo 1.0" in (bench.root / "current/bin/quotes").read_text()
    assert bench.task("current", version="1.0")["result"]["changed"] is False

    bench.task("staged", **bench.publish("1.1"))
    assert bench.task("current", version="1.1")["result"]["previous"] == "1.0"
    assert bench.task("pruned", keep=0)["result"]["removed"] == ["1.0"]
    assert [path.name for path in (bench.root / "releases").iterdir()] == ["1.1"]

    with Ledger.open(str(bench.ledger)) as ledger:
        events = ledger.events("r1")
    assert [event["kind"] for event in events] == ["step_began", "step_ended"] * 7
    assert events[0]["step"] == "staged_release"


def test_an_artifact_that_is_not_the_one_asked_for_fails_the_step_and_changes_nothing(bench: Any) -> None:
    bench.task("staged", **bench.publish("1.0"))
    bench.task("current", version="1.0")
    wrong = {**bench.publish("1.1"), "sha256": "0" * 64}
    missing = {**wrong, "url": f"{bench.url}/quotes-9.9.tar.gz"}
    device = tarfile.TarInfo("disk")
    device.type = tarfile.BLKTYPE
    for options, code, words in [
        (wrong, "checksum_mismatch", f"expected {'0' * 64}"),
        (missing, "not_found", "quotes-9.9.tar.gz could not be fetched: HTTP status 404"),
        (bench.publish("1.2", device), "bad_archive", "'disk' was refused"),
    ]:
        done = bench.task("staged", **options)
        assert done["rescued"] is True
        assert done["result"]["failure"]["code"] == code
        assert words in done["result"]["msg"]
        assert [path.name for path in (bench.root / "releases").iterdir()] == ["1.0"]
        assert (bench.root / "current").resolve().name == "1.0"
    with Ledger.open(str(bench.ledger)) as ledger:
        assert ledger.events("r1")[-1]["detail"]["failure"]["code"] == "bad_archive"


def test_the_stores_password_is_in_no_output_and_no_ledger(bench: Any) -> None:
    asked = {**bench.publish("1.0"), "headers": {"Authorization": "planted-secret"}}
    done = bench.task("staged", "-vvv", **asked)
    assert done["result"]["changed"] is True
    failed = bench.task("staged", "-vvv", **{**asked, "version": "1.1", "sha256": "0" * 64})
    assert failed["rescued"] is True
    assert "planted-secret" not in done["output"] + failed["output"]
    assert b"planted-secret" not in bench.ledger.read_bytes()


def test_a_member_that_is_lost_fails_the_step_so_that_the_rescue_runs(bench: Any) -> None:
    lost = "ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1"
    done = bench.task("pruned", variables=lost)
    assert done["rescued"] is True
    assert done["result"].get("unreachable") is None
    assert done["result"]["failure"]["code"] == "unreachable"
    assert done["result"]["msg"].startswith("app1 cannot be reached:")


def test_a_member_without_python_fails_the_step_with_a_code(bench: Any) -> None:
    without = "ansible_connection=local ansible_python_interpreter=/nowhere/python"
    done = bench.task("pruned", variables=without)
    assert done["rescued"] is True
    assert done["result"]["failure"]["code"] == "module_failed"
    assert "/nowhere/python" in done["result"]["msg"]
