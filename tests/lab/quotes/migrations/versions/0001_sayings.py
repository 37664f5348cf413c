# SPDX-License-Identifier: GPL-3.0-or-later
# hybrid.rollout: phase=expand
"""Who said something."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE TABLE sayings (id text PRIMARY KEY, said_by text)")
