# SPDX-License-Identifier: GPL-3.0-or-later
"""How many members really serve, seen from outside: what HAProxy's ``show servers state`` says, sampled over time.

It reads HAProxy by itself, not with the collection's client: a witness does not borrow the eyes of the one it watches.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock

KEPT_OUT = 0x01 | 0x02 | 0x08 | 0x10 | 0x20
SERVING_OPERATION = (1, 2)
COLUMNS = ["at", "endpoint", "serving", "problem"]


@dataclass(frozen=True)
class Sample:
    """At ``at`` (epoch seconds) the endpoint had so many members serving; None with the reason if it gave no answer."""

    at: float
    endpoint: str
    serving: int | None
    problem: str = ""


def count_serving(reply: str, pool: str) -> int:
    """Members of ``pool`` that are neither in maintenance nor draining and up, in a reply to ``show servers state``."""
    lines = [line for line in reply.splitlines() if line.strip()]
    if len(lines) < 2 or not lines[1].startswith("# "):
        raise OSError(f"show servers state was answered with {reply.strip()[:200]!r}")
    columns = lines[1][2:].split()
    servers = [dict(zip(columns, line.split(), strict=False)) for line in lines[2:]]
    return sum(
        server["be_name"] == pool
        and not int(server["srv_admin_state"]) & KEPT_OUT
        and int(server["srv_op_state"]) in SERVING_OPERATION
        for server in servers
    )


def watch(
    endpoints: Mapping[str, Callable[[], int]],
    clock: Clock,
    stop: Callable[[], bool],
    interval_seconds: float = 0.2,
) -> Iterator[Sample]:
    """Ask every endpoint every ``interval_seconds`` until ``stop``; ``clock.now`` is taken as the samples' time."""
    while not stop():
        for name, serving in endpoints.items():
            at = clock.now()
            try:
                yield Sample(at, name, serving())
            except OSError as error:
                yield Sample(at, name, None, str(error) or type(error).__name__)
        clock.sleep(interval_seconds)


def floor_seen(samples: Iterable[Sample], started: float, ended: float) -> int | None:
    """The fewest serving members that any endpoint showed in that time; None when nobody looked."""
    seen = [sample.serving for sample in samples if started <= sample.at <= ended and sample.serving is not None]
    return min(seen, default=None)


def in_words(samples: Sequence[Sample]) -> str:
    """One line on all that was seen, and on the first look that was not answered."""
    fewest = floor_seen(samples, 0, float("inf"))
    seen = "saw nothing" if fewest is None else f"fewest members serving {fewest}"
    unanswered = [sample for sample in samples if sample.serving is None]
    reason = f" (first {unanswered[0].endpoint}: {unanswered[0].problem})" if unanswered else ""
    return f"pool_sampler: {len(samples)} looks, {seen}, {len(unanswered)} not answered{reason}"


def write_sample(writer: csv.DictWriter[str], sample: Sample) -> None:
    serving = "" if sample.serving is None else sample.serving
    problem = " ".join(sample.problem.split())
    writer.writerow({"at": f"{sample.at:.3f}", "endpoint": sample.endpoint, "serving": serving, "problem": problem})


def read_samples(path: Path) -> list[Sample]:
    """The samples of a file, but not a last line that is still being written."""
    with path.open(newline="") as file:
        return [
            Sample(float(row["at"]), row["endpoint"], int(row["serving"]) if row["serving"] else None, row["problem"])
            for row in csv.DictReader(line for line in file if line.endswith("\n"))
        ]
