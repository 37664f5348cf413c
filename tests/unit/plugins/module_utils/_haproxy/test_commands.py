# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import (
    LONGEST_LINE,
    Action,
    Order,
    order_lines,
    read_line,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey

APP1 = ServerKey("lb1", "quotes", "app1")


def test_one_line_asks_everything_and_its_last_question_proves_that_the_answer_is_whole() -> None:
    assert read_line(["quotes", "spare"]) == (
        "show servers state quotes;show servers state spare;show stat quotes 6 -1;show stat spare 6 -1;"
        "show info;show cli level"
    )


@pytest.mark.parametrize(
    ("action", "command"),
    [
        (Action.DRAIN, "set server quotes/app1 state drain"),
        (Action.MAINT, "set server quotes/app1 state maint"),
        (Action.READY, "set server quotes/app1 state ready"),
        (Action.GATE, "set server quotes/app1 state drain;set server quotes/app1 health down"),
        (Action.SHUTDOWN_SESSIONS, "shutdown sessions server quotes/app1"),
    ],
)
def test_an_order_is_one_command(action: Action, command: str) -> None:
    assert list(order_lines([Order(APP1, action)])) == [f"{command};show cli level"]


def test_many_orders_go_in_lines_that_fit_haproxys_buffer_and_a_gate_is_never_split() -> None:
    keys = [ServerKey("lb1", "quotes", f"member{number}") for number in range(200)]
    lines = list(order_lines(Order(key, Action.GATE) for key in keys))
    assert len(lines) > 1
    assert max(map(len, lines)) < LONGEST_LINE + 200
    assert all(line.startswith("set server quotes/member") and " state drain" in line.split(";")[0] for line in lines)
    assert sum(line.count("health down") for line in lines) == 200


@pytest.mark.parametrize("bad", ["a b", "a;b", "a\nb", "a/b", "", "ä", "a\\"])
def test_a_name_that_could_be_a_command_is_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="is not a name"):
        Order(ServerKey("lb1", "quotes", bad), Action.DRAIN).command()
    with pytest.raises(BadInput, match="is not a name"):
        Order(ServerKey("lb1", bad, "app1"), Action.DRAIN).command()
    with pytest.raises(BadInput, match="is not a name"):
        read_line([bad])
