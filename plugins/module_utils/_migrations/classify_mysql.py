# SPDX-License-Identifier: GPL-3.0-or-later
"""What the statements of MySQL and MariaDB are to the release that still runs. Private to hybrid.rollout."""

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
    r"(?:TINYINT|SMALLINT|MEDIUMINT|INT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL|NUMERIC|CHAR|VARCHAR|BINARY|VARBINARY|DATETIME|TIMESTAMP|TIME|DATE|YEAR"
    r"|TINYTEXT|TEXT|MEDIUMTEXT|LONGTEXT|BLOB|LONGBLOB|JSON|BOOLEAN|BOOL|(?:ENUM|SET) GROUP)SIZE(?: UNSIGNED)?(?: CHARACTER SET ONE)?(?: COLLATE ONE)?"
)
VALUE = r"(?:'s'|(?:- )?0|TRUE|FALSE|CURRENT_TIMESTAMP(?: \( 0? ?\))?|NOW \( \))"
TAIL = r"(?: COMMENT 's')?(?: FIRST| AFTER ONE)?"
COLUMN = rf"ADD(?: COLUMN)?(?: IF NOT EXISTS)? ONE {TYPE}"
OPTIONS = r"(?:,? ?(?:DEFAULT )?(?:ENGINE|CHARSET|CHARACTER SET|COLLATE|COMMENT|ROW_FORMAT|AUTO_INCREMENT)(?: =)? (?:\w+|'s'))*"
INDEX = r"(?:INDEX|KEY)(?: IF NOT EXISTS)? ONE"
RETYPES = Kind(
    UNKNOWN,
    "it may copy the whole table while nobody can write, or narrow what the old release writes",
    rewrites=True,
    blocks_writes=True,
)
BLOCKS = Kind(UNKNOWN, "the index is built while nobody can write", blocks_writes=True)

RULES = Rules(
    statements=[
        rule(NEW_TABLE + f"(?: {OPTIONS})?"),
        rule(NEW_TABLE_THAT_REFERS + f"(?: {OPTIONS})?", REFERS),
        rule(NEW_VIEW),
        rule(
            r"CREATE INDEX(?: IF NOT EXISTS)? ONE ON NAME GROUP(?: ALGORITHM = (?:INPLACE|NOCOPY|DEFAULT))?(?: LOCK = (?:NONE|DEFAULT))?"
        ),
        rule(r"CREATE (?:FULLTEXT |SPATIAL )?INDEX .*", BLOCKS),
        rule(r"CREATE UNIQUE INDEX .*", TIGHTENS),
        rule(r"(?:BEGIN|COMMIT|START TRANSACTION)"),
        rule(r"SET (?:SESSION )?(?:LOCK_WAIT_TIMEOUT|INNODB_LOCK_WAIT_TIMEOUT) = 0|SET NAMES ONE"),
        rule(r"(?:INSERT|UPDATE|DELETE|REPLACE)\b.*", DATA),
        rule(r"(?:DROP|TRUNCATE|RENAME|REVOKE)\b.*", TAKES_AWAY),
    ],
    alter=pattern(r"ALTER(?: ONLINE)? TABLE(?: IF EXISTS)? NAME "),
    changes=[
        rule(r"ALGORITHM(?: =)? (?:INSTANT|INPLACE|NOCOPY|DEFAULT)|LOCK(?: =)? (?:NONE|DEFAULT)"),
        rule(rf"ADD {INDEX} GROUP"),
        rule(rf"{COLUMN}(?: NULL| DEFAULT (?:NULL|{VALUE}))*{TAIL}"),
        rule(rf"{COLUMN}(?: NOT NULL DEFAULT {VALUE}| DEFAULT {VALUE} NOT NULL){TAIL}"),
        rule(NOT_NULL, NO_DEFAULT),
        rule(STRICTER, TIGHTENS),
        rule(r"ADD (?:FULLTEXT|SPATIAL) .*", BLOCKS),
        rule(r"(?:MODIFY|CHANGE)(?: COLUMN)? .* NOT NULL\b.*", TIGHTENS),
        rule(r"MODIFY(?: COLUMN)? .*|CONVERT TO .*", RETYPES),
        rule(r"ALTER(?: COLUMN)? ONE SET DEFAULT .*", CHANGES),
        rule(r"(?:DROP|RENAME|CHANGE|EXCHANGE|DISCARD)\b.*", TAKES_AWAY),
    ],
)
