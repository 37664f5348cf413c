# SPDX-License-Identifier: GPL-3.0-or-later
# hybrid.rollout: phase=contract
"""Nobody older than 1.3 is left to read the old column."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE sayings DROP COLUMN said_by")
