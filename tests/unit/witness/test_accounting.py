# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever becomes of a request, the witness says so: one record each, and never a failure hidden."""

from __future__ import annotations

import asyncio

import pytest
from ansible_collections.hybrid.rollout.tests.lab.witness.customers import KEPT_CONNECTIONS, Customers
from ansible_collections.hybrid.rollout.tests.lab.witness.load import Load
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import free_port
from ansible_collections.hybrid.rollout.tests.unit.witness import misbehaving_server as server
from ansible_collections.hybrid.rollout.tests.unit.witness.misbehaving_server import Behaviour, serving

PATIENCE_SECONDS = 60.0


def ask(behaviour: Behaviour, kept: bool, times: int = 1, timeout_seconds: float = PATIENCE_SECONDS) -> list[Record]:
    async def conversation() -> list[Record]:
        async with serving(behaviour) as running:
            customers = Customers(running.url, timeout_seconds)
            try:
                return [await customers.ask(f"w-{number}", 0.0, kept) for number in range(times)]
            finally:
                customers.close()

    return asyncio.run(conversation())


@pytest.mark.parametrize("kept", [True, False])
def test_a_whole_answer_with_200_is_no_failure_and_names_version_and_member(kept: bool) -> None:
    (record,) = ask(server.answers, kept)
    assert not record.failed
    assert (record.status, record.version, record.member, record.retried) == (200, "1.1", "app1", False)
    assert record.connection == ("kept" if kept else "fresh")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    ("behaviour", "error", "status"),
    [
        (server.answers_503, "status", 503),
        (server.resets, "reset", 0),
        (server.hangs_up, "closed_before_answer", 0),
        (server.sends_half_a_body, "short_body", 200),
        (server.sends_half_a_head, "short_head", 0),
        (server.speaks_another_protocol, "unreadable_answer", 0),
    ],
)
def test_every_misbehaviour_is_a_failure_with_its_own_name(
    behaviour: Behaviour, error: str, status: int, kept: bool
) -> None:
    (record,) = ask(behaviour, kept)
    assert record.failed
    assert (record.error, record.status, record.retried) == (error, status, False)


def test_a_failed_answer_still_says_which_member_gave_it() -> None:
    assert ask(server.answers_503, kept=True)[0].member == "app2"


def test_no_answer_in_time_is_a_failure() -> None:
    (record,) = ask(server.never_answers, kept=True, timeout_seconds=0.1)
    assert record.error == "timeout"


def test_a_refused_connection_is_a_failure() -> None:
    async def conversation() -> Record:
        return await Customers(f"http://127.0.0.1:{free_port()}/", PATIENCE_SECONDS).ask("w-1", 0.0, True)

    assert asyncio.run(conversation()).error == "refused"


def test_a_stale_connection_is_retried_once_and_said_apart() -> None:
    records = ask(server.drops_connections_on_their_second_request, kept=True, times=KEPT_CONNECTIONS + 1)
    assert [record.failed for record in records] == [False] * (KEPT_CONNECTIONS + 1)
    assert [record.retried for record in records] == [False] * KEPT_CONNECTIONS + [True]


def test_a_fresh_connection_that_is_dropped_is_never_retried() -> None:
    (record,) = ask(server.hangs_up, kept=False)
    assert (record.failed, record.retried) == (True, False)


def test_a_retry_that_fails_too_is_a_failure() -> None:
    async def drops_all_after_the_first_eight(visit: server.Visit) -> None:
        if visit.connection <= KEPT_CONNECTIONS and visit.nth == 1:
            visit.writer.write(server.GOOD)
        else:
            visit.writer.close()

    last = ask(drops_all_after_the_first_eight, kept=True, times=KEPT_CONNECTIONS + 1)[-1]
    assert (last.failed, last.retried, last.error) == (True, True, "closed_before_answer")


def test_connections_closed_while_idle_are_noticed_and_not_used_again() -> None:
    async def conversation() -> Record:
        async with serving(server.answers_and_closes_when_idle) as running:
            customers = Customers(running.url, PATIENCE_SECONDS)
            together = [customers.ask(f"w-{number}", 0.0, True) for number in range(2 * KEPT_CONNECTIONS)]
            assert not any(record.failed for record in await asyncio.gather(*together))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while customers.closed_while_idle < 2 * KEPT_CONNECTIONS:
                    await asyncio.sleep(0.01)
            record = await customers.ask("w-last", 0.0, True)
            customers.close()
            return record

    record = asyncio.run(conversation())
    assert (record.failed, record.retried) == (False, False)


def test_the_id_of_each_request_travels_with_it() -> None:
    async def conversation() -> list[bytes]:
        async with serving(server.answers) as running:
            customers = Customers(running.url, PATIENCE_SECONDS)
            await customers.ask("w-7", 0.0, False)
            customers.close()
            return running.requests

    assert b"x-witness-id: w-7\r\n" in asyncio.run(conversation())[0]


def test_a_url_that_is_no_balancer_is_refused() -> None:
    with pytest.raises(ValueError, match="is no address of a balancer"):
        Customers("10.77.0.11", 1.0)


def run_load(behaviour: Behaviour, enough: int, limit: int, rate: float) -> list[Record]:
    records: list[Record] = []

    async def conversation() -> None:
        stop = asyncio.Event()

        def note(record: Record) -> None:
            records.append(record)
            if len(records) >= enough:
                stop.set()

        async with serving(behaviour) as one, serving(behaviour) as two:
            customers = [Customers(each.url, 0.3) for each in (one, two)]
            await Load(customers, rate, 0.5, limit, note, "w").run(stop)
            for each in customers:
                each.close()

    asyncio.run(conversation())
    return records


def test_the_load_is_shared_between_balancers_and_kinds_of_connection_and_no_request_is_lost() -> None:
    records = run_load(server.answers, enough=200, limit=64, rate=2000)
    numbers = sorted(int(record.id.rpartition("-")[2]) for record in records)
    assert numbers == list(range(len(records)))
    first = [record for record in records if int(record.id.rpartition("-")[2]) < 200]
    shares = [(record.balancer, record.connection) for record in first]
    assert sorted(shares.count(share) for share in set(shares)) == [50, 50, 50, 50]


def test_waiting_for_a_place_counts_into_the_latency() -> None:
    records = run_load(server.never_answers, enough=6, limit=2, rate=1000)
    assert all(record.error == "timeout" for record in records)
    # Two at a time, 300 ms each: whoever was due third had to wait for the first two.
    assert max(record.latency_ms for record in records) > 500
