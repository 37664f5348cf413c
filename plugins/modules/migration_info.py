#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_info
short_description: Read what migration tools wrote down in a database, and compare it with a release
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Reads the tables in which migration tools keep what they applied. A tool is recognised by the columns of its table,
    never by the table's name alone. Several tools in one database are all shown.
  - With O(folder) or O(manifest) it says of each migration of the release whether it is applied, pending, edited and so
    on. Without, it says what the database has, and nothing is said to be pending (RV(compared) is V(false)).
  - It never says that a database is well. Many tools write nothing when a migration fails half-way.
    RV(stores[].failure_detectable) says for each whether a failure would show at all.
  - Nothing is written, and nothing waits longer than O(timeout_seconds) says. The session is read-only by the server's
    own means where it has any (PostgreSQL, MariaDB, MySQL, SQLite). SQL Server and Oracle have none that hold for every
    statement, so nothing but questions is sent to them.
  - The task runs on the host that it is for, and that host has to reach the database and have the driver.
    Use C(delegate_to) for another one.
attributes:
  check_mode:
    support: full
    description: The same as without, because it only reads.
  diff_mode:
    support: none
    description: Nothing is ever changed.
extends_documentation_fragment:
  - hybrid.rollout._database_login
options:
  name:
    description: What the answer calls the database, where several of a service have the same name. Its own name if left out.
    type: str
  tool:
    description:
      - Read the bookkeeping of this tool only. Left out, whatever is recognised.
      - An unknown name fails the task, and the message has the names that there are.
    type: str
  table:
    description:
      - Read this table only, as C(name) or C(schema.name). It fails if the table is not there, or is no such bookkeeping.
      - On V(mysql) a schema is a database. O(login_db) and those that Sqitch and Atlas make for themselves are looked
        through, and the one that is named here.
    type: str
  folder:
    description:
      - The migrations of the release, on the host that runs the task. Needs O(tool).
    type: path
  manifest:
    description:
      - A JSON file that lists the migrations of the release, for tools whose list is only in a compiled program.
      - It has the keys C(tool) and C(migrations). Each entry has a C(name), and can have C(version), C(checksum),
        C(description), C(phase) (V(expand) or V(contract)), C(repeatable) and C(needs), a list of names.
    type: path
  with_sql:
    description:
      - With the SQL of each migration that would run and whose author calls it an expand, for O(hybrid.rollout.migration_gate#module:opinions).
      - Only C(.sql) files have any. A verbose run shows it.
    type: bool
    default: false
    version_added: 0.2.0
notes:
  - No SQL Server and no Oracle was at hand when this was written. Their sessions are tested up to the driver.
"""

EXAMPLES = r"""
- name: What do the migration tools say of this database
  hybrid.rollout.migration_info:
    engine: postgresql
    login_host: db1.example.net
    login_user: reader
    login_password: "{{ database_password }}"
    login_db: quotes
  register: state

- name: What would Flyway still have to do for this release
  hybrid.rollout.migration_info:
    engine: mysql
    login_host: db2.example.net
    login_user: reader
    login_password: "{{ database_password }}"
    login_db: quotes
    ca_cert: /etc/ssl/certs/databases.pem
    tool: flyway
    folder: /srv/quotes/1.1/migrations
  register: state

- name: Stop where a migration is under way, may be, or has failed
  ansible.builtin.assert:
    that:
      - state.stores | rejectattr('in_progress', 'sameas', false) | list | length == 0
      - state.stores | map(attribute='counts') | select('contains', 'failed') | list | length == 0

- name: Compare with what the build wrote down, because Entity Framework keeps its list in the program alone
  hybrid.rollout.migration_info:
    engine: sqlite
    login_db: /srv/quotes/quotes.db
    manifest: /srv/quotes/1.1/migrations.json
"""

RETURN = r"""
engine:
  description: As in the options.
  returned: success
  type: str
  sample: postgresql
name:
  description: As in the options, or else RV(database).
  returned: success
  type: str
  sample: quotes
database:
  description: The name of the database, as it says itself.
  returned: success
  type: str
  sample: quotes
compared:
  description: Whether there was a release to compare with. If not, nothing is known to be pending or not.
  returned: success
  type: bool
  sample: true
stores:
  description: Each table of a migration tool.
  returned: success
  type: list
  elements: dict
  contains:
    tool:
      description: Whose table it is.
      type: str
      sample: flyway
    schema:
      description: Where it lies. Null where a release is compared with a database that has no such table yet.
      type: str
      sample: public
    table:
      description: Its name.
      type: str
      sample: flyway_schema_history
    alternatives:
      description: Other tools that could have made the same table. If there are any, name the right one with O(tool).
      type: list
      elements: str
      sample: []
    failure_detectable:
      description: Whether a migration that failed half-way would show here at all.
      type: bool
      sample: false
    why_not:
      description: Why it would not, or why nothing could be read.
      type: str
      sample: "Flyway writes no row for a failed migration on PostgreSQL"
    lock:
      description:
        - Whether somebody holds the tool's lock (held, null where it cannot be seen), who (holder) and since when, in the
          database's own words.
        - With outlives_holder it is a row that stays when its holder is killed.
      type: dict
      sample: {held: false, holder: "", since: null, outlives_holder: false}
    in_progress:
      description:
        - Whether a migration is under way. A table that is locked counts as one.
        - Null means that it cannot be told from here. It never means no.
      type: bool
      sample: false
    stale_lock_suspected:
      description: Whether a lock that is a row is older than a day, or is held while nobody else is connected.
      type: bool
      sample: false
    migrations:
      description:
        - Each migration with its name, state, version, the phase that its author declared, whether it is repeatable, and
          the tool's own word (detail).
        - A doubt says why the author's word for expand is not taken, with vetoed where its SQL takes something away.
      type: list
      elements: dict
      sample:
        - name: "2"
          state: pending
          version: "2"
          phase: expand
          repeatable: false
          detail: ""
          doubt: "2 is an expand by its header (line 1), and line 2 (DROP TABLE OLD): it takes away what the old release may use."
          vetoed: true
    counts:
      description: How many migrations are in each state.
      type: dict
      sample: {pending: 1}
leftovers:
  description:
    - For V(postgresql) its indexes that are invalid (invalid_indexes) and its constraints that were never validated
      (not_validated). Null for other engines.
    - A failed C(CREATE INDEX CONCURRENTLY) leaves such an index, and so does one that is still running.
  returned: success
  type: dict
  sample:
    invalid_indexes: [orders_number on public.orders]
    not_validated: []
activity:
  description:
    - What a migration would wait for. How long the oldest transaction of anybody else has been open in this database
      (longest_transaction_seconds), how many replicas there are, and how far the last of them is behind
      (replication_lag_seconds).
    - Each is null where it cannot be seen, because the account lacks C(pg_read_all_stats) or C(PROCESS), or because it is
      not told there. Null as a whole for engines other than V(postgresql) and V(mysql).
  returned: success
  type: dict
  sample: {longest_transaction_seconds: 0.4, replicas: 1, replication_lag_seconds: 0.02}
fingerprint:
  description:
    - A SHA-256 over all that the bookkeeping says. It changes when somebody migrates, and not by being read.
    - Null where a table was locked. Compare only what was read with the same options.
  returned: success
  type: str
  sample: 0f5fd6b5b3b1d2a9a6b4f8ac0e0f9c2a9d0b5b0c2a1f64b6f2f4f3f0e9d8c7b6
failure:
  description: The code of what went wrong, the database (endpoint), and what it said in its own words (reply).
  returned: on failure
  type: dict
  sample:
    code: database_failed
    endpoint: "postgresql at db1.example.net, database quotes"
    command:
    reply: 'FATAL: password authentication failed for user "reader"'
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.info import SPEC, run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
