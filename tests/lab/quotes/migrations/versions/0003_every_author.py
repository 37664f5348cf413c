# SPDX-License-Identifier: GPL-3.0-or-later
# hybrid.rollout: phase=expand
"""Rows that 1.0 wrote have their author in the old column alone; 1.3 reads the new one."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("UPDATE sayings SET author = said_by WHERE author IS NULL")
