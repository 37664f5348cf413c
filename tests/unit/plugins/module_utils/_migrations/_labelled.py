# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements with the answer that a careful person gives. All but the expands are dangerous to take for one."""

from __future__ import annotations

KINDS = {"E": "expand", "C": "contract", "U": "unknown", "O": "opaque"}

POSTGRESQL = r"""
E ALTER TABLE quotes ADD COLUMN price integer
E ALTER TABLE quotes ADD price varchar(20) NULL
E ALTER TABLE quotes ADD COLUMN price numeric(10, 2) NOT NULL DEFAULT 0
E ALTER TABLE quotes ADD COLUMN IF NOT EXISTS seen timestamp with time zone DEFAULT now()
E ALTER TABLE ONLY public.quotes ADD COLUMN tags text[], ADD COLUMN kind text DEFAULT 'a;b'::text NOT NULL
E CREATE TABLE quotes (id bigserial PRIMARY KEY, body text NOT NULL CHECK (length(body) > 0))
E CREATE TABLE IF NOT EXISTS app."Quotes" ("Id" integer)
E CREATE INDEX CONCURRENTLY IF NOT EXISTS by_price ON quotes USING btree (price DESC) WHERE price > 0
E CREATE VIEW cheap AS SELECT id FROM quotes WHERE price < 10
E CREATE SEQUENCE numbers
E CREATE SCHEMA IF NOT EXISTS app
E CREATE TYPE mood AS ENUM ('sad', 'ok')
E COMMENT ON COLUMN quotes.price IS 'DROP TABLE quotes'
E ALTER TABLE quotes VALIDATE CONSTRAINT price_known
E BEGIN
E SET LOCAL lock_timeout = '5s'
C DROP TABLE quotes
C DROP VIEW cheap
C DROP INDEX CONCURRENTLY by_price
C TRUNCATE quotes
C ALTER TABLE quotes DROP COLUMN price
C ALTER TABLE quotes DROP price
C ALTER TABLE quotes ADD COLUMN a int, DROP COLUMN price
C ALTER TABLE quotes RENAME COLUMN price TO cost
C ALTER TABLE quotes RENAME TO offers
C ALTER TABLE quotes SET SCHEMA old
C ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'
C ALTER TABLE quotes ADD COLUMN price int NOT NULL
C ALTER TABLE quotes ADD COLUMN price int NOT NULL DEFAULT NULL
C ALTER TABLE quotes ALTER COLUMN price SET NOT NULL
C ALTER TABLE quotes ADD CONSTRAINT positive CHECK (price > 0) NOT VALID
C ALTER TABLE quotes ADD UNIQUE (price)
C ALTER TABLE quotes ADD CONSTRAINT owner_fk FOREIGN KEY (owner) REFERENCES owners (id)
C ALTER TABLE quotes ALTER price DROP DEFAULT
C ALTER TABLE quotes DROP CONSTRAINT positive
C CREATE UNIQUE INDEX CONCURRENTLY one_price ON quotes (price)
C DROP FUNCTION f()
C REVOKE SELECT ON quotes FROM app
O DO $$ BEGIN DROP TABLE quotes; END $$
O CALL remove_quotes()
O CREATE TABLE a (b int ${more})
O CREATE TABLE a (b int :more)
O EXECUTE remove_quotes
O PREPARE remove AS DELETE FROM quotes
O CREATE FUNCTION f() RETURNS void AS $f$ DROP TABLE quotes $f$ LANGUAGE sql
U CREATE INDEX by_price ON quotes (price)
U ALTER TABLE quotes ADD COLUMN at timestamptz DEFAULT clock_timestamp()
U ALTER TABLE quotes ALTER COLUMN price TYPE bigint
U UPDATE quotes SET price = 0
U SELECT remove_quotes()
U WITH gone AS (DELETE FROM quotes RETURNING id) SELECT id FROM gone
U ALTER TABLE quotes ALTER price DROP NOT NULL
"""

MSSQL = r"""
E ALTER TABLE quotes ADD price int
E ALTER TABLE [dbo].[Quotes] ADD [Price] [decimal](10, 2) NULL
E ALTER TABLE quotes ADD price int NULL CONSTRAINT df_price DEFAULT ((0))
E ALTER TABLE quotes ADD a nvarchar(max) NULL, b datetime2(7) NULL
E CREATE TABLE [Quotes] ([Id] int NOT NULL IDENTITY, CONSTRAINT [PK_Quotes] PRIMARY KEY ([Id]))
E CREATE TABLE quotes (id int) ON [PRIMARY]
E CREATE VIEW cheap AS SELECT id FROM quotes
E CREATE SCHEMA app
E CREATE SEQUENCE dbo.numbers
E BEGIN TRANSACTION
U BEGIN TRAN remove_quotes
E COMMIT TRAN
E SET LOCK_TIMEOUT 5000
E SET XACT_ABORT ON
E PRINT N'DROP TABLE quotes'
E INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion]) VALUES (N'2026_A', N'8.0.0')
E IF NOT EXISTS (SELECT * FROM [__EFMigrationsHistory] WHERE [MigrationId] = N'A') BEGIN ALTER TABLE [Quotes] ADD [Price] int NULL; END
E IF COL_LENGTH('quotes', 'price') IS NULL ALTER TABLE quotes ADD price int NULL
C DROP TABLE quotes
C DROP INDEX by_price ON quotes
C TRUNCATE TABLE quotes
C ALTER TABLE quotes DROP COLUMN price
C ALTER TABLE quotes DROP CONSTRAINT df_price
C EXEC sp_rename 'quotes.price', 'cost', 'COLUMN'
C EXEC sys.sp_rename @newname = N'cost', @objname = N'quotes.price'
C EXECUTE [dbo].[sp_rename] N'quotes', N'offers'
C sp_rename 'quotes', 'offers'
C ALTER TABLE quotes ADD price int NOT NULL
C ALTER TABLE quotes ADD a int NULL, price int NOT NULL
C ALTER TABLE quotes ALTER COLUMN price int NOT NULL
C ALTER TABLE quotes WITH NOCHECK ADD CONSTRAINT positive CHECK (price > 0)
C ALTER TABLE quotes ADD CONSTRAINT owner_fk FOREIGN KEY (owner) REFERENCES owners (id)
C ALTER TABLE quotes ADD CONSTRAINT one UNIQUE (price)
C CREATE UNIQUE NONCLUSTERED INDEX one ON quotes (price)
C ALTER SCHEMA old TRANSFER dbo.quotes
C ALTER TABLE quotes SWITCH TO old
C ALTER TABLE quotes ADD price int NULL DROP TABLE owners
C CREATE TABLE a (b int) DROP TABLE quotes
C IF EXISTS (SELECT 1 FROM quotes) DROP TABLE quotes
C IF NOT EXISTS (SELECT 1 FROM h) BEGIN ALTER TABLE a ADD b int NULL; DROP TABLE quotes; END
C DENY SELECT ON quotes TO app
O EXEC(N'DROP TABLE quotes')
O IF @v IS NOT NULL EXEC(N'DROP TABLE quotes')
O IF NOT EXISTS (SELECT 1 FROM h) BEGIN EXEC(N'DROP TABLE quotes') END
O EXECUTE sp_executesql N'DROP TABLE quotes'
O EXEC dbo.remove_quotes
O CREATE TABLE a (b int $(more))
O DECLARE @s nvarchar(100) = N'DROP TABLE quotes'
O CREATE PROCEDURE p AS DROP TABLE quotes
U ALTER TABLE quotes ADD price int NOT NULL DEFAULT 0
U CREATE INDEX by_price ON quotes (price)
U ALTER TABLE quotes ALTER COLUMN price bigint NULL
U UPDATE quotes SET price = 0
U DELETE FROM quotes
U CREATE TABLE a (b int REFERENCES quotes (id))
U remove_quotes
"""

MYSQL = r"""
E ALTER TABLE quotes ADD COLUMN price int
E ALTER TABLE `quotes` ADD `price` decimal(10,2) NULL DEFAULT NULL
E ALTER TABLE quotes ADD COLUMN price int unsigned NOT NULL DEFAULT 0 AFTER id
E ALTER TABLE quotes ADD a varchar(20) CHARACTER SET utf8mb4 NULL COMMENT 'DROP TABLE', ADD b json FIRST, ALGORITHM=INSTANT, LOCK=NONE
E ALTER TABLE quotes ADD INDEX by_price (price)
E ALTER TABLE app.quotes ADD COLUMN seen datetime DEFAULT CURRENT_TIMESTAMP
E ALTER TABLE quotes ADD kind enum('a', 'b') NULL
E CREATE TABLE quotes (id int AUTO_INCREMENT PRIMARY KEY, body text) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
E CREATE TABLE IF NOT EXISTS `quotes` (`id` int)
E CREATE INDEX by_price ON quotes (price)
E CREATE INDEX by_price ON quotes (price) ALGORITHM=INPLACE LOCK=NONE
E CREATE VIEW cheap AS SELECT id FROM quotes
E START TRANSACTION
E COMMIT
E SET NAMES utf8mb4
E SET SESSION lock_wait_timeout = 5
C DROP TABLE quotes
C DROP VIEW cheap
C DROP INDEX by_price ON quotes
C TRUNCATE quotes
C RENAME TABLE quotes TO offers
C ALTER TABLE quotes DROP COLUMN price
C ALTER TABLE quotes DROP price, ADD cost int
C ALTER TABLE quotes ADD cost int, DROP price
C ALTER TABLE quotes RENAME COLUMN price TO cost
C ALTER TABLE quotes CHANGE price cost int
C ALTER TABLE quotes RENAME offers
C ALTER TABLE quotes ADD price int NOT NULL
C ALTER TABLE quotes MODIFY price int NOT NULL
C ALTER TABLE quotes ADD UNIQUE KEY one (price)
C ALTER TABLE quotes ADD CONSTRAINT owner_fk FOREIGN KEY (owner) REFERENCES owners (id)
C ALTER TABLE quotes ADD CONSTRAINT CHECK (price > 0)
C ALTER TABLE quotes DROP PRIMARY KEY
C ALTER TABLE quotes DROP FOREIGN KEY owner_fk
C ALTER TABLE quotes ALTER price DROP DEFAULT
C CREATE UNIQUE INDEX one ON quotes (price)
C REVOKE SELECT ON quotes FROM app
O PREPARE s FROM 'DROP TABLE quotes'
O EXECUTE s
O CALL remove_quotes()
O /*!50000 DROP TABLE quotes */
O CREATE TABLE a (b int) /*! AS SELECT 1 */
O ALTER TABLE quotes ADD a int /*!, DROP b */
O CREATE TABLE a (b int /*! REFERENCES quotes (id) */)
O DELIMITER //
O DO remove_quotes()
U ALTER TABLE quotes MODIFY price bigint
U ALTER TABLE quotes CONVERT TO CHARACTER SET utf8mb4
U ALTER TABLE quotes ADD FULLTEXT KEY words (body)
U UPDATE quotes SET price = 0
U INSERT INTO quotes VALUES (1)
U SET sql_mode = 'ANSI_QUOTES'
U ALTER TABLE quotes ALTER price SET DEFAULT 5
"""


def labelled(block: str) -> list[tuple[str, str]]:
    """The statement and its answer."""
    return [(line[2:], KINDS[line[0]]) for line in block.strip().splitlines()]


SETS = {"postgresql": labelled(POSTGRESQL), "mssql": labelled(MSSQL), "mysql": labelled(MYSQL)}
EVERY = [(engine, statement, kind) for engine, found in SETS.items() for statement, kind in found]
