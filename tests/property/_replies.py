# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of HAProxys that never were: what is true, how a version would write it down, and what may happen to it on the way.

Seeded and without hypothesis: a hundred thousand of them in seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, Check, Operation, Server

POOLS = ("quotes", "quotes_maintenance")
Truth = dict[str, dict[str, Server]]
STATE_COLUMNS = ("srv_id", "srv_uweight", "srv_iweight", "srv_check_status", "bk_f_forced_id", "srv_port")
STATE_NEEDED = ("be_name", "srv_name", "srv_op_state", "srv_admin_state", "srv_check_state", "srv_addr")
STAT_COLUMNS = (
    "qmax",
    "smax",
    "slim",
    "econ",
    "eresp",
    "wretr",
    "wredis",
    "weight",
    "hrsp_5xx",
    "addr",
    "cookie",
    "mode",
)
STAT_NEEDED = (
    *("svname", "qcur", "scur", "status", "bck", "tracked"),
    *("check_status", "check_desc", "last_chk", "check_rise", "check_fall", "check_health"),
)
SAYS = ("", "Connection refused", 'HTTP status "500", not 200', "a, b", "\x0c\x1c\u2028\u0085", "admin", "# be_id")


def truth(random: Random) -> Truth:
    servers = [f"app{number}" for number in range(random.randint(1, 3))]
    return {pool: {name: _server(random, name) for name in servers} for pool in POOLS[: random.randint(1, 2)]}


def _server(random: Random, name: str) -> Server:
    check = Check(
        state=random.choice((0, 6, 7, 14, 22)),
        rise=random.randint(1, 3),
        fall=random.randint(1, 3),
        health=random.randint(0, 5),
        status=random.choice(("", "L7OK", "L4CON", "* L7STS")),
        said=random.choice(SAYS),
    )
    return Server(
        name=name,
        admin=Admin(random.choice((0, 0, 1, 2, 5, 8, 16, 32, 64))),
        operation=Operation(random.randint(0, 3)),
        status=random.choice(("UP", "DOWN", "MAINT (via quotes/app1)", "UP 1/3", "no check", "DRAIN (agent)")),
        sessions=random.choice((0, 1, 250)),
        queued=random.choice((0, 0, 7)),
        check=check,
        backup=random.random() < 0.2,
        tracked=random.choice(("", "", "quotes/app9")),
    )


def written(random: Random, servers: Truth, level: str = "admin") -> str:
    """As a version might write it: known columns in any order, further ones among them."""
    states, counters = _columns(random, STATE_NEEDED, STATE_COLUMNS), _columns(random, STAT_NEEDED, STAT_COLUMNS)
    blocks = ["1\n" + "\n".join(_states(pool, servers[pool], states)) for pool in servers]
    blocks += ["\n".join(_counters(pool, servers[pool], counters)) for pool in servers]
    blocks += ["Name: HAProxy\nVersion: 3.2.1\nPid: 100\nStart_time_sec: 1763900000\nnode: lb:1", level]
    return "\n\n".join(blocks) + "\n\n"


def _columns(random: Random, needed: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    columns = [*needed, *random.sample(others, random.randint(1, len(others))), f"new_in_{random.randint(4, 9)}"]
    random.shuffle(columns)
    return columns


def _states(pool: str, servers: dict[str, Server], columns: list[str]) -> list[str]:
    lines = ["# be_id " + " ".join(columns)]
    for server in servers.values():
        known = {
            "be_name": pool,
            "srv_name": server.name,
            "srv_op_state": int(server.operation),
            "srv_admin_state": int(server.admin),
            "srv_check_state": server.check.state,
            "srv_addr": "10.0.0.1",
            "srv_port": 80,
            "srv_uweight": 1,
            "srv_iweight": 1,
        }
        lines.append("4 " + " ".join(str(known.get(column, "-")) for column in columns))
    return lines


def _counters(pool: str, servers: dict[str, Server], columns: list[str]) -> list[str]:
    lines = [f"# pxname,{','.join(columns)},"]
    for server in servers.values():
        known = {
            "svname": server.name,
            "qcur": server.queued,
            "scur": server.sessions,
            "status": server.status,
            "bck": int(server.backup),
            "tracked": server.tracked,
            "check_status": server.check.status,
            "check_desc": "",
            "last_chk": '"' + server.check.said.replace('"', '""') + '"',
            "check_rise": server.check.rise,
            "check_fall": server.check.fall,
            "check_health": server.check.health,
        }
        lines.append(f"{pool}," + ",".join(str(known.get(column, "")) for column in columns) + ",")
    return lines


def cut_off(random: Random, text: str) -> str:
    return text[: random.randrange(len(text))]


def line_lost(random: Random, text: str) -> str:
    lines = text.split("\n")
    del lines[random.randrange(len(lines))]
    return "\n".join(lines)


def line_twice(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    return "\n".join([*lines[: at + 1], *lines[at:]])


def lines_swapped(random: Random, text: str) -> str:
    lines = text.split("\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def field_lost(random: Random, text: str) -> str:
    """One separator of a table goes, and with it the border between two fields; one before a quote would be found again
    in what is quoted."""
    borders: list[int] = []
    quoted = spaced = False
    for at, letter in enumerate(text):
        if at == 0 or text[at - 1] == "\n":
            spaced = text.startswith(("4 ", "# be_id"), at)
        quoted ^= letter == '"'
        if not quoted and letter == (" " if spaced else ",") and text[at + 1] != '"':
            borders.append(at)
    at = random.choice(borders)
    return text[:at] + text[at + 1 :]


def line_ends_of_windows(_random: Random, text: str) -> str:
    return text.replace("\n", "\r\n")


DAMAGES: tuple[Callable[[Random, str], str], ...] = (
    *(cut_off, line_lost, line_twice, lines_swapped, field_lost, line_ends_of_windows),
)


def noise(random: Random, text: str) -> str:
    """Any bytes anywhere: what is left need not mean anything."""
    raw = bytearray(text.encode())
    for _change in range(random.randint(1, 8)):
        at = random.randrange(len(raw))
        raw[at : at + random.randint(0, 3)] = random.randbytes(random.randint(0, 3))
    return raw.decode("utf-8", "replace")


def nothing_of_the_kind(random: Random, _text: str) -> str:
    text = random.choice(
        ("", "\n", "\n\n", "\0", "admin", "\n\nadmin\n\n", "1", '"', "HTTP/1.1 400 Bad Request\r\n\r\n")
    )
    return text + random.choice(("", random.randbytes(random.randint(0, 60)).decode("utf-8", "replace")))
