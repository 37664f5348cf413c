# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration would wait for, or make others wait for: transactions that stay open, and replicas that lag. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Locked
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Reading

# An account without pg_read_all_stats sees others' sessions without their times.
POSTGRESQL_TRANSACTIONS = """
    SELECT count(*) FILTER (WHERE query = '<insufficient privilege>') AS hidden,
           coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::double precision AS longest
    FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend'
"""
POSTGRESQL_REPLICAS = """
    SELECT count(*) AS replicas, count(*) FILTER (WHERE state IS NULL) AS hidden,
           coalesce(max(extract(epoch FROM replay_lag)), 0)::double precision AS lag
    FROM pg_catalog.pg_stat_replication
"""
# trx_started is in the time zone of the system, whatever that of the session is.
MYSQL_TRANSACTIONS = """
    SELECT COALESCE(MAX(TIMESTAMPDIFF(SECOND, trx_started, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM'))), 0) AS longest
    FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> CONNECTION_ID()
"""


def activity_in(session: Reading) -> Optional[dict[str, Any]]:
    """Null values could not be seen. None where nothing of it is known on this engine."""
    if session.kind == "postgresql":
        return _of_postgresql(session)
    return _of_mysql(session) if session.kind == "mysql" else None


def _of_postgresql(session: Reading) -> dict[str, Any]:
    (open_ones,) = session.read(POSTGRESQL_TRANSACTIONS)
    (copies,) = session.read(POSTGRESQL_REPLICAS)
    return {
        "longest_transaction_seconds": None if open_ones["hidden"] else float(open_ones["longest"]),
        "replicas": int(copies["replicas"]),
        "replication_lag_seconds": None if copies["hidden"] else float(copies["lag"]),
    }


def _of_mysql(session: Reading) -> dict[str, Any]:
    """Replicas are not seen from here: each tells its own lag."""
    try:
        (open_ones,) = session.read(MYSQL_TRANSACTIONS)
    except Locked:
        raise
    except DatabaseFailed:  # the account lacks PROCESS
        open_ones = {"longest": None}
    longest = open_ones["longest"]
    return {
        "longest_transaction_seconds": None if longest is None else float(longest),
        "replicas": None,
        "replication_lag_seconds": None,
    }
