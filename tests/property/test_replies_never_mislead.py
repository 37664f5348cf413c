# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred thousand answers, whole, damaged and none at all: what is read from them is true, or they are refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey, Settings, Snapshot
from ansible_collections.hybrid.rollout.tests.property import _replies

SEEDS = range(10)
REPLIES_PER_SEED = 10_000
LB1 = Endpoint("lb1", "unix:///lb1", "unix", path="/lb1")
DRAIN = Order(ServerKey("lb1", "quotes", "app1"), Action.DRAIN)
FIXTURES = Path(__file__).parents[1] / "fixtures/haproxy"
REFUSALS = [
    line
    for line in (FIXTURES / "refusals.txt").read_text(encoding="ascii").splitlines()
    if line and not line.startswith("# ")
]
RECORDED = [
    (path.relative_to(FIXTURES).as_posix(), pools)
    for path in sorted(FIXTURES.glob("*/*.txt"))
    for pools in [[pool for pool in _replies.POOLS if f" {pool} " in path.read_text(encoding="ascii")]]
    if pools
]


def read(text: str, pools: list[str]) -> Snapshot:
    return Client(LB1, lambda _endpoint, _line: text).read(pools)


def without_settings(seen: Snapshot) -> _replies.Truth:
    """The written answers carry noise in the columns of settings, which the truth does not know."""
    return {
        pool: {name: replace(server, settings=Settings()) for name, server in servers.items()}
        for pool, servers in seen.pools.items()
    }


def tell(text: str) -> None:
    Client(LB1, lambda _endpoint, _line: text).tell([DRAIN])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_read_is_true_or_refused(seed: int) -> None:
    random = Random(seed)
    outcomes: Counter[str] = Counter()
    for _reply in range(REPLIES_PER_SEED):
        truth = _replies.truth(random)
        whole = _replies.written(random, truth)
        damage = random.choice((None, *_replies.DAMAGES))
        text = damage(random, whole) if damage else whole
        try:
            seen = read(text, list(truth))
        except RolloutError:
            if damage in (None, _replies.line_ends_of_windows):
                raise
            outcomes["refused"] += 1
        else:
            assert without_settings(seen) == truth, f"{damage}\n{text}"
            outcomes["true"] += 1
    assert min(outcomes["refused"], outcomes["true"]) > REPLIES_PER_SEED // 5


@pytest.mark.parametrize("seed", SEEDS)
def test_no_bytes_at_all_make_it_stumble(seed: int) -> None:
    random = Random(seed)
    endpoints: set[Optional[str]] = set()
    for reply in range(REPLIES_PER_SEED // 10):
        if reply % 20 == 0:
            truth = _replies.truth(random)
            whole = _replies.written(random, truth)
        text = random.choice((_replies.noise, _replies.nothing_of_the_kind))(random, whole)
        for ask in (partial(read, text, list(truth)), partial(tell, text)):
            try:
                ask()
            except RolloutError as error:
                endpoints.add(error.endpoint)
    assert endpoints == {"lb1"}


@pytest.mark.parametrize(("recorded", "pools"), RECORDED, ids=[name for name, _pools in RECORDED])
def test_what_a_real_haproxy_said_is_true_or_refused_when_damaged(recorded: str, pools: list[str]) -> None:
    random = Random(recorded)
    whole = (FIXTURES / recorded).read_text(encoding="ascii")
    try:
        expected = read(whole, pools).pools
    except RolloutError:
        assert "unknown_pool" in recorded
        return
    for _reply in range(200):
        damage = random.choice(_replies.DAMAGES)
        text = damage(random, whole)
        try:
            seen = read(text, pools)
        except RolloutError:
            continue
        assert seen.pools == expected, damage


@pytest.mark.parametrize("refusal", REFUSALS)
def test_haproxys_words_are_never_swallowed(refusal: str) -> None:
    random = Random(refusal)
    for level in ("admin", "operator", "user"):
        for text in (f"{refusal}\n\n{level}\n\n", f"\n{refusal}\n{level}\n", f"{refusal}\n", refusal):
            with pytest.raises(RolloutError) as caught:
                tell(text)
            assert refusal in str(caught.value)
            assert refusal in str(caught.value.reply)
    truth = _replies.truth(random)
    blocks = _replies.written(random, truth).split("\n\n")
    for at in range(len(blocks)):
        text = "\n\n".join([*blocks[:at], refusal, *blocks[at:]])
        with pytest.raises(RolloutError, match="."):
            read(text, list(truth))
