# SPDX-License-Identifier: GPL-3.0-or-later
"""A server is removable when nothing is attached to it, and when HAProxy says so where it can."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.removal import (
    check_removable,
    delete,
    wait_until_removable,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._haproxy.conftest import (
    FakeClock,
    StandIn,
    estate_of,
)

KEY = ServerKey("lb1", "quotes", "app1")


ATTACHED = "Server still has connections attached to it, cannot remove it."


class Versioned(StandIn):
    """A stand-in of another version, which answers ``wait`` with its verdict, and ``del`` with one after the other."""

    version, verdict = "3.0.5", "Done."
    to_delete: Sequence[str] = ("Server deleted.",)

    def exchange(self, endpoint: object, line: str) -> str:
        if line.startswith("del "):
            self.told.append(line)
            said, self.to_delete = self.to_delete[0], self.to_delete[1:]
            if said == "Server deleted.":
                del self.admin["app1"]
            return f"{said}\n\nadmin\n\n"
        if line.startswith("wait "):
            self.told.append(line)
            return f"{self.verdict}\n\nadmin\n\n"
        return super().exchange(endpoint, line).replace("2.6.12", self.version)  # type: ignore[arg-type]


def maintained(version: str, verdict: str = "Done.") -> tuple[Versioned, Estate]:
    lb1 = Versioned("app1")
    lb1.version, lb1.verdict, lb1.admin["app1"] = version, verdict, 1
    estate = estate_of(lb1=lb1)
    estate.read()
    return lb1, estate


def test_a_version_that_knows_it_is_asked_for_its_verdict(time: FakeClock) -> None:
    lb1, estate = maintained("3.0.5")
    assert wait_until_removable(estate, [KEY], Deadline(5, time.clock), 0.1) == []
    assert lb1.told == ["wait 1s srv-removable quotes/app1;show cli level"]
    words = "Failed. This server cannot be removed at runtime due to other configuration elements pointing to it."
    _lb1, refusing = maintained("3.2.0", words)
    with pytest.raises(EndpointFailed, match="pointing to it"):
        wait_until_removable(refusing, [KEY], Deadline(5, time.clock), 0.1)


def test_one_that_haproxy_still_counts_connections_of_is_late_and_not_broken(time: FakeClock) -> None:
    words = "Wait delay expired. Server still has connections attached to it, cannot remove it."
    _lb1, waiting = maintained("3.0.5", words)
    assert wait_until_removable(waiting, [KEY], Deadline(5, time.clock), 0.1) == [KEY]


def test_an_older_one_is_polled(time: FakeClock) -> None:
    lb1, estate = maintained("2.6.12")
    lb1.sessions["app1"] = 1
    assert wait_until_removable(estate, [KEY], Deadline(5, time.clock), 0.1) == [KEY]
    lb1.sessions["app1"] = 0
    assert wait_until_removable(estate, [KEY], Deadline(5, time.clock), 0.1) == []
    assert lb1.told == []


def test_one_to_which_a_customer_came_in_the_last_moment_is_deleted_a_moment_later(time: FakeClock) -> None:
    lb1, estate = maintained("2.6.12")
    lb1.to_delete = (ATTACHED, ATTACHED, "Server deleted.")
    assert delete(estate, [KEY], Deadline(5, time.clock), 0.1) == []
    assert lb1.told == ["del server quotes/app1;show cli level"] * 3


def test_one_that_keeps_its_customers_is_still_there_at_the_deadline(time: FakeClock) -> None:
    lb1, estate = maintained("2.6.12")
    lb1.to_delete = (ATTACHED,) * 100
    assert delete(estate, [KEY], Deadline(1, time.clock), 0.1) == [KEY]


def test_one_that_haproxy_will_never_delete_is_told_in_its_words(time: FakeClock) -> None:
    lb1, estate = maintained("2.6.12")
    lb1.to_delete = ("This server cannot be removed at runtime due to other configuration elements pointing to it.",)
    with pytest.raises(EndpointFailed, match="pointing to it"):
        delete(estate, [KEY], Deadline(1, time.clock), 0.1)


def test_one_that_cannot_count_connections_is_refused_by_version() -> None:
    _lb1, estate = maintained("2.0.14")
    with pytest.raises(Refused, match=r"HAProxy lb1 is version 2.0.14: the counters of .* came with 2.2"):
        check_removable(estate, [KEY])
