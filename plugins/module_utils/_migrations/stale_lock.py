# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a lock that is a row was left behind by a holder that was killed. Never certain, only suspected. Private to hybrid.rollout."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock, Reading

# Tools write the time of their own host without a zone: half of this is what zones can be apart.
LONG = timedelta(days=1)
OTHERS = """
    SELECT count(*) AS others FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def is_suspected(session: Reading, lock: Lock, now: datetime) -> bool:
    """``now`` is in UTC and without a zone. Evidence is a day that has passed, or that nobody else is connected."""
    if not (lock.held and lock.outlives_holder):
        return False
    since = _moment(lock.since)
    return (since is not None and now - since > LONG) or _nobody_is_there(session)


def _moment(text: Optional[str]) -> Optional[datetime]:
    try:
        return datetime.fromisoformat((text or "")[:19])
    except ValueError:
        return None


def _nobody_is_there(session: Reading) -> bool:
    """PostgreSQL alone tells everybody who is connected."""
    return session.kind == "postgresql" and int(session.read(OTHERS)[0]["others"]) == 0
