# SPDX-License-Identifier: GPL-3.0-or-later
"""What T-SQL statements are to the release that still runs; the edition of the server decides some. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import UNKNOWN, Kind
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_rules import (
    CHANGES,
    DATA,
    HARMLESS,
    HIDDEN,
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

ONLINE_EDITIONS = ("enterprise", "developer", "azure")
NAMED = r"BIT|TINYINT|SMALLINT|INT|BIGINT|REAL|FLOAT|MONEY|DATE|DATETIME|UNIQUEIDENTIFIER"
SIZED = r"DECIMAL|NUMERIC|CHAR|VARCHAR|NCHAR|NVARCHAR|BINARY|VARBINARY|DATETIME2|DATETIMEOFFSET|TIME"
TYPE = rf"\"?\b(?:{NAMED}|{SIZED})\b\"?SIZE"
CALLS = r"(?:GETDATE|GETUTCDATE|SYSDATETIME|SYSUTCDATETIME|SYSDATETIMEOFFSET) [({] [)}]"
PLAIN = rf"(?:(?:N )?'s'|(?:- )?0|{CALLS})"
VALUE = rf"(?:{PLAIN}|\( (?:\{{ )?{PLAIN} (?:\}} )?\))"
DEFAULT = rf"(?:CONSTRAINT ONE )?DEFAULT {VALUE}"
COLUMN = rf"ADD ONE {TYPE}"
OPTIONS = r"(?: WITH \( (?:(?!ONLINE )[^()])*\))?(?: ON ONE)?"
REWRITES = Kind(
    UNKNOWN,
    "only the Enterprise and Developer editions and Azure add it without writing the whole table anew; say the edition",
    rewrites=True,
    blocks_writes=True,
)
BLOCKS = Kind(
    UNKNOWN,
    "the index is built while nobody can write; ONLINE = ON lets them, on Enterprise, Developer and Azure",
    blocks_writes=True,
)
RETYPES = Kind(
    UNKNOWN,
    "it may write the table anew under a lock, or narrow what the old release writes",
    rewrites=True,
    blocks_writes=True,
)


def rules(edition: str = "") -> Rules:
    online = edition.lower().startswith(ONLINE_EDITIONS)
    return Rules(
        statements=[
            rule(NEW_TABLE + r"(?: ON ONE)?"),
            rule(NEW_TABLE_THAT_REFERS + r"(?: ON ONE)?", REFERS),
            rule(NEW_VIEW),
            rule(
                r"CREATE(?: NONCLUSTERED)? INDEX ONE ON NAME GROUP(?: INCLUDE GROUP)? WITH \( ONLINE = ON \)",
                HARMLESS if online else BLOCKS,
            ),
            rule(rf"CREATE(?: NONCLUSTERED)? INDEX ONE ON NAME GROUP(?: INCLUDE GROUP)?{OPTIONS}", BLOCKS),
            rule(r"CREATE UNIQUE .*INDEX .*", TIGHTENS),
            rule(r"(?:CREATE(?: OR ALTER)?|ALTER) (?:PROC|PROCEDURE|FUNCTION|TRIGGER)\b.*", HIDDEN),
            rule(r"CREATE SCHEMA ONE"),
            rule(r"CREATE SEQUENCE NAME"),
            rule(r"(?:BEGIN|COMMIT)(?: (?:TRAN|TRANSACTION))?"),
            rule(
                r"SET LOCK_TIMEOUT (?:- )?0|SET (?:ANSI_NULLS|QUOTED_IDENTIFIER|NOCOUNT|XACT_ABORT|ANSI_PADDING) (?:ON|OFF)"
            ),
            rule(r"PRINT (?:N )?'s'"),
            rule(
                r'INSERT INTO (?:ONE \. )?"?__EFMIGRATIONSHISTORY"? GROUP VALUES \( (?:N )?\'s\' , (?:N )?\'s\' \)',
                Kind(HARMLESS.kind, "the bookkeeping of Entity Framework"),
            ),
            rule(r"(?:INSERT|UPDATE|DELETE|MERGE|BULK)\b.*", DATA),
            rule(r"(?:DROP|TRUNCATE|DENY|REVOKE)\b.*|ALTER SCHEMA .*", TAKES_AWAY),
        ],
        alter=pattern(r"ALTER TABLE NAME (?:WITH (?:NO)?CHECK (?=ADD ))?"),
        changes=[
            rule(rf"{COLUMN}(?: NULL)?(?: {DEFAULT})?(?: NULL)?"),
            rule(rf"{COLUMN} (?:NOT NULL {DEFAULT}|{DEFAULT} NOT NULL)", HARMLESS if online else REWRITES),
            rule(NOT_NULL, NO_DEFAULT),
            rule(STRICTER, TIGHTENS),
            rule(r"ADD(?: CONSTRAINT ONE)? DEFAULT .*", CHANGES),
            rule(r"ALTER COLUMN ONE .* NOT NULL", TIGHTENS),
            rule(r"ALTER COLUMN ONE .*", RETYPES),
            rule(r"(?:DROP|SWITCH)\b.*", TAKES_AWAY),
        ],
        whole_change=_whole,
    )


def _whole(change: str) -> str:
    """``ADD A INT, B INT`` says ADD once."""
    return change if change.split(" ", 1)[0] in ("ADD", "ALTER", "DROP", "SWITCH") else f"ADD {change}"
