# SPDX-License-Identifier: GPL-3.0-or-later
"""What Alembic does with the migrations: LAB_DATABASE_URL_FILE names a file with the address of the database, which has a password."""

import os
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine

URL = Path(os.environ["LAB_DATABASE_URL_FILE"]).read_text(encoding="utf-8").strip()

if context.is_offline_mode():  # only writes the SQL
    context.configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(URL.replace("postgresql:", "postgresql+psycopg:", 1)).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
