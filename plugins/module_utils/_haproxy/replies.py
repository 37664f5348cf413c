# SPDX-License-Identifier: GPL-3.0-or-later
"""HAProxy's answers to values: server states, counters, process. Private to hybrid.rollout."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    TROUBLES,
    Admin,
    Check,
    Epoch,
    Operation,
    Process,
    Server,
    Settings,
)

Row = Mapping[str, str]
LEVELS = ("admin", "operator", "user")
BACKEND_ROW = "1"
NOTHING = "-"
# Orders that HAProxy answers with a sentence, by what stands in them. Of address and port it speaks until 2.8 changed or not; 3.0
# speaks of what changed.
DONE = {
    " addr ": re.compile(
        r"((IP changed from '[^']*' to '[^']*'|no need to change the addr)"
        r"(, (port changed from '[^']*' to '[^']*'|no need to change the port))?"
        r"|port changed from '[^']*' to '[^']*') by 'stats socket command'"
        r"|nothing changed"
    ),
    " fqdn ": re.compile(
        r"(\S+ changed its FQDN from \S+ to \S+|no need to change the FDQN) by 'stats socket command'"
    ),
    "add server ": re.compile(r"New server registered\."),
    "del server ": re.compile(r"Server deleted\."),
}


def confirms(words: str, line: str) -> bool:
    """Whether this sentence says that an order in the line was carried out, or need not be."""
    return any(order in line and done.fullmatch(words) for order, done in DONE.items())


@dataclass
class Answer:
    """The parts of an answer, told apart by their header lines; ``words`` is everything that is no part of a table."""

    states: list[Row] = field(default_factory=list)
    counters: list[Row] = field(default_factory=list)
    info: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    @property
    def level(self) -> str:
        """The socket's level if the answer is whole, otherwise nothing."""
        return self.words[-1] if self.words and self.words[-1] in LEVELS else ""

    @property
    def complaints(self) -> list[str]:
        return self.words[:-1] if self.level else self.words


def read_answer(text: str) -> Answer:
    """Raises ValueError where a table in it is none."""
    answer = Answer()
    lines: list[str] = []
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            _sort_in(answer, lines)
            lines = []
    return answer


def _sort_in(answer: Answer, lines: list[str]) -> None:
    if lines[0] == "1" and len(lines) > 1 and lines[1].startswith("# be_id"):
        columns = lines[1].lstrip("# ").split()
        answer.states += [_row(columns, line.split()) for line in lines[2:]]
    elif lines[0].startswith("# pxname,"):
        columns, *rows = _table([lines[0].lstrip("# "), *lines[1:]])
        answer.counters += [_row(columns, row) for row in rows]
    elif lines[0].startswith("Name: "):
        answer.info = {key.strip(): value.strip() for key, _colon, value in (line.partition(":") for line in lines)}
        answer.words += [line.strip() for line in lines if ":" not in line]
    else:
        answer.words += [line.strip() for line in lines]


def _table(lines: Sequence[str]) -> list[list[str]]:
    try:
        return list(csv.reader(lines))
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _row(columns: Sequence[str], fields: Sequence[str]) -> Row:
    """A row that is shorter or longer than its header could have any value under the wrong name."""
    if len(fields) != len(columns):
        raise ValueError(f"a row has {len(fields)} fields under {len(columns)} columns: {fields}")
    return dict(zip(columns, fields))


def hidden_pools(answer: Answer) -> set[str]:
    """Pools whose counters were asked for by a name that a frontend has as well: HAProxy tells those of the frontend, none."""
    return {state["be_name"] for state in answer.states} - {row["pxname"] for row in answer.counters}


def read_process(info: Mapping[str, str]) -> Process:
    return Process(Epoch(int(info["Pid"]), int(info["Start_time_sec"])), info["Version"])


def read_pools(answer: Answer) -> dict[str, dict[str, Server]]:
    """The servers of every pool that the answer knows, in the order of HAProxy's configuration; a pool may have none."""
    pools: dict[str, dict[str, Server]] = {}
    counters: dict[tuple[str, str], Row] = {}
    for row in answer.counters:
        if row.get("type") == BACKEND_ROW:
            pools[row["pxname"]] = {}
        else:
            counters[row["pxname"], row["svname"]] = row
    if len(counters) != len(answer.states):
        raise ValueError(f"it tells the states of {len(answer.states)} servers and the counters of {len(counters)}")
    for state in answer.states:
        pool, server = state["be_name"], state["srv_name"]
        pools.setdefault(pool, {})[server] = _server(state, counters[pool, server])
    return pools


def _server(state: Row, counter: Row) -> Server:
    said = [text for text in (counter["check_desc"], counter["last_chk"]) if text]
    return Server(
        name=state["srv_name"],
        admin=Admin(int(state["srv_admin_state"])),
        operation=Operation(int(state["srv_op_state"])),
        status=counter["status"],
        sessions=int(counter["scur"] or 0),
        queued=int(counter["qcur"] or 0),
        backup=counter["bck"] == "1",
        tracked=counter["tracked"],
        counts={column: int(counter.get(column) or 0) for column in TROUBLES},
        check=Check(
            state=int(state["srv_check_state"]),
            rise=int(counter["check_rise"] or 0),
            fall=int(counter["check_fall"] or 0),
            health=int(counter["check_health"] or 0),
            status=counter["check_status"],
            said=", ".join(said),
        ),
        settings=_settings(state, counter),
    )


def _settings(state: Row, counter: Row) -> Settings:
    return Settings(
        weight=int(state.get("srv_uweight", 1)),
        initial_weight=int(state.get("srv_iweight", 1)),
        address=state["srv_addr"],
        port=int(state.get("srv_port", 0)),
        fqdn="" if state.get("srv_fqdn", NOTHING) == NOTHING else state["srv_fqdn"],
        maxconn=int(counter.get("slim") or 0),
        agent_state=int(state.get("srv_agent_state", 0)),
        connections=int(counter.get("used_conn_cur") or 0) + int(counter.get("idle_conn_cur") or 0),
    )
