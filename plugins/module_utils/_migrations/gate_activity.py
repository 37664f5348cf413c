# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a migration that began now would wait behind somebody, with everybody else behind it. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Reason

NOT_SEEN = "cannot be seen. Give the account of migration_info the right to (pg_read_all_stats, PROCESS), or leave {option} out"


def in_the_way(
    database: str,
    activity: Optional[Mapping[str, Any]],
    max_transaction_seconds: Optional[float],
    max_replication_lag_seconds: Optional[float],
) -> Iterator[Reason]:
    """What is asked for and is too long, or is not known."""
    seen = activity or {}
    if max_transaction_seconds is not None:
        longest = seen.get("longest_transaction_seconds")
        if longest is None:
            words = f"how long transactions are open there {NOT_SEEN.format(option='max_transaction_seconds')}"
            yield Reason(UNDECIDED, f"{database}: {words}")
        elif longest > max_transaction_seconds:
            words = f"a transaction is open for {longest:.0f} s, max_transaction_seconds is {max_transaction_seconds:g}"
            yield Reason(
                UNDECIDED, f"{database}: {words}. A migration would wait behind it, and everybody behind the migration"
            )
    if max_replication_lag_seconds is not None and seen.get("replicas") != 0:
        lag = seen.get("replication_lag_seconds")
        if lag is None:
            words = f"how far its replicas are behind {NOT_SEEN.format(option='max_replication_lag_seconds')}"
            yield Reason(UNDECIDED, f"{database}: {words}")
        elif lag > max_replication_lag_seconds:
            words = f"a replica is {lag:.0f} s behind, max_replication_lag_seconds is {max_replication_lag_seconds:g}"
            yield Reason(UNDECIDED, f"{database}: {words}")
