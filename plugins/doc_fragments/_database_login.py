# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of how a database is reached that is only read. Private to hybrid.rollout."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  engine:
    description:
      - What the database runs on. V(mysql) is MariaDB too.
      - V(postgresql) needs C(psycopg) 3 or C(psycopg2), V(mysql) needs C(PyMySQL), V(oracle) needs C(oracledb).
      - V(mssql) needs C(pymssql), C(python-tds) or C(pyodbc). Only the last two verify certificates.
      - V(sqlite) needs nothing.
    type: str
    choices: [postgresql, mysql, sqlite, mssql, oracle]
    required: true
  login_host:
    description: The host of the server. Left out, this host. PostgreSQL then looks where its own programs look.
    type: str
  login_port:
    description: The port of the server. Left out, the engine's own.
    type: int
  login_unix_socket:
    description:
      - Instead of O(login_host), a socket of a server on this host.
      - For V(postgresql) its folder, for V(mysql) its file.
    type: str
  login_user:
    description: The account. One that may only read the tables of the migration tools is enough, and is best.
    type: str
  login_password:
    description: Its password. PostgreSQL's own files and variables (C(~/.pgpass), E(PGPASSWORD)) are read where it is left out.
    type: str
  login_db:
    description: The database. For V(sqlite) the path of the file, for V(oracle) the name of the service.
    type: str
    required: true
  ssl_mode:
    description:
      - How the connection is protected. V(prefer) and V(disable) send what is read, and on some servers the password, in the clear.
      - Left out, it is V(verify-full), and V(prefer) to loopback and sockets.
    type: str
    choices: [disable, prefer, require, verify-ca, verify-full]
  ca_cert:
    description: The authorities that certificates are verified with. Left out, what the driver or the system trusts.
    type: path
  client_cert:
    description: This client's own certificate, for V(postgresql), V(mysql) and V(oracle).
    type: path
    aliases: [ssl_cert]
  client_key:
    description: The key of O(client_cert).
    type: path
    aliases: [ssl_key]
  timeout_seconds:
    description: How long to wait for the connection, and for each lock. A statement may take twice as long.
    type: int
    default: 5
"""
