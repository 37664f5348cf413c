# SPDX-License-Identifier: GPL-3.0-or-later
# hybrid.rollout: phase=expand
"""A new column, which 1.1 writes beside the old one."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE sayings ADD COLUMN author text")
