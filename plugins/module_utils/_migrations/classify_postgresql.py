# SPDX-License-Identifier: GPL-3.0-or-later
"""What PostgreSQL's statements are to the release that still runs. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import UNKNOWN, Kind
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_rules import (
    CHANGES,
    DATA,
    NEW_TABLE,
    NEW_TABLE_THAT_REFERS,
    NEW_VIEW,
    NO_DEFAULT,
    NOT_NULL,
    REFERS,
    STRICTER,
    TAKES_AWAY,
    TIGHTENS,
    Rules,
    rule,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_shape import pattern

TYPE = (
    r"(?:SMALLINT|INT|INTEGER|BIGINT|INT2|INT4|INT8|REAL|DOUBLE PRECISION|FLOAT4|FLOAT8|TEXT|BOOLEAN|BOOL|DATE|INTERVAL|UUID|JSONB?|BYTEA|INET"
    r"|(?:NUMERIC|DECIMAL|VARCHAR|CHARACTER VARYING|CHARACTER|CHAR)SIZE|(?:TIMESTAMPTZ|(?:TIMESTAMP|TIME)SIZE(?: WITH(?:OUT)? TIME ZONE)?))(?: \[ \])?"
)
VALUE = rf"(?:'s'|(?:- )?0|TRUE|FALSE|CURRENT_TIMESTAMP|CURRENT_DATE|NOW \( \))(?: :: {TYPE})?"
COLUMN = rf"ADD(?: COLUMN)?(?: IF NOT EXISTS)? ONE {TYPE}"
BLOCKS = Kind(
    UNKNOWN, "the index is built while nobody can write; CREATE INDEX CONCURRENTLY lets them", blocks_writes=True
)
REWRITES = Kind(
    UNKNOWN,
    "it may write the whole table anew while nobody reads or writes, or narrow what the old release writes",
    rewrites=True,
    blocks_writes=True,
)

RULES = Rules(
    statements=[
        rule(NEW_TABLE),
        rule(NEW_TABLE_THAT_REFERS, REFERS),
        rule(NEW_VIEW),
        rule(
            r"CREATE INDEX CONCURRENTLY(?: IF NOT EXISTS)?(?: ONE)? ON(?: ONLY)? NAME(?: USING ONE)? GROUP(?: INCLUDE GROUP)?(?: WHERE .*)?"
        ),
        rule(r"CREATE INDEX .*", BLOCKS),
        rule(r"CREATE UNIQUE INDEX .*", TIGHTENS),
        rule(r"CREATE SEQUENCE(?: IF NOT EXISTS)? NAME"),
        rule(r"CREATE SCHEMA(?: IF NOT EXISTS)? ONE"),
        rule(r"CREATE TYPE NAME AS ENUM GROUP"),
        rule(r"COMMENT ON (?:TABLE|COLUMN|INDEX|VIEW|SCHEMA) NAME IS (?:'s'|NULL)"),
        rule(r"(?:BEGIN|COMMIT|END|START TRANSACTION)(?: TRANSACTION| WORK)?"),
        rule(r"SET (?:LOCAL |SESSION )?(?:LOCK_TIMEOUT|STATEMENT_TIMEOUT) (?:=|TO) (?:'s'|0)"),
        rule(r"(?:INSERT|UPDATE|DELETE|MERGE|COPY)\b.*", DATA),
        rule(r"(?:DROP|TRUNCATE)\b.*|ALTER .* (?:RENAME|SET SCHEMA)\b.*|REVOKE\b.*", TAKES_AWAY),
    ],
    alter=pattern(r"ALTER TABLE(?: IF EXISTS)?(?: ONLY)? NAME "),
    changes=[
        rule(rf"{COLUMN}(?: NULL| DEFAULT (?:NULL|{VALUE}))*"),
        rule(rf"{COLUMN}(?: NOT NULL DEFAULT {VALUE}| DEFAULT {VALUE} NOT NULL)"),
        rule(NOT_NULL, NO_DEFAULT),
        rule(r"ADD(?: COLUMN)?(?: IF NOT EXISTS)? ONE .*(?:SERIAL|DEFAULT|GENERATED).*", REWRITES),
        rule(STRICTER, TIGHTENS),
        rule(r"VALIDATE CONSTRAINT ONE"),
        rule(r"ALTER(?: COLUMN)? ONE SET NOT NULL", TIGHTENS),
        rule(r"ALTER(?: COLUMN)? ONE (?:DROP NOT NULL|SET DEFAULT .*)", CHANGES),
        rule(r"ALTER(?: COLUMN)? ONE (?:SET DATA )?TYPE .*", REWRITES),
        rule(r"(?:DROP|RENAME|SET SCHEMA|DETACH)\b.*", TAKES_AWAY),
    ],
)
