#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_gate
short_description: Open only for migrations that every member of a service can live with
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Judges what M(hybrid.rollout.migration_info) found in the databases of a service, and says which migrations may run now.
    All databases go on, or none does. The task fails unless the verdict is V(passed).
  - With O(phase=expand) only migrations that their authors declared as expand may run. A contract waits. Where the tool of a store runs
    migrations in order and an expand stands behind a contract that waits, the gate says which one holds back which, and stays shut.
  - With O(phase=contract) both may run, and only when every member that anybody knows of runs O(release) or a newer one and the release
    before has left the rollback window. Members come from O(members), from the server lists of HAProxy on all O(endpoints), from earlier
    runs in the O(ledger) and from O(zones_pulled). Whoever is unknown keeps the gate shut.
  - With O(check=rollback) no migration is asked for, but whether O(release), an older one, can come back to the databases as they are.
  - A migration without a declared phase never runs as expand.
  - V(failed) means that something is known to stand against it, V(undecided) that something is not known, and V(could_not_ask) that an
    endpoint or a database could not be asked.
  - Nothing is changed, in a database or anywhere else. It does not run migrations.
options:
  phase:
    description: Which migrations are asked for. One of O(phase) and O(check) is required.
    type: str
    choices: [expand, contract]
  check:
    description: V(rollback) asks whether O(release) can come back.
    type: str
    choices: [rollback]
  states:
    description:
      - What M(hybrid.rollout.migration_info) returned for each database, shard or tenant of the service, compared with the migrations of the
        release that is rolled out. The result of a task that failed or was skipped keeps the gate shut.
      - Two databases of the same name need a name of their own each, which O(hybrid.rollout.migration_info#module:name) gives them.
    type: list
    elements: dict
    required: true
  target_states:
    description:
      - The same for O(check=rollback), compared with the migrations of the release to go back to.
      - Both have to be read from a database that did not move in between.
    type: list
    elements: dict
  release:
    description:
      - With O(phase=contract) the release whose contract is asked for. Every member has to run it or a newer one.
      - With O(check=rollback) the release to go back to.
    type: str
  accept:
    description:
      - What is found and does not keep the gate shut. A failed migration and one that is under way always do.
      - V(edited) is a migration whose text was changed after it ran, V(missing) one that has run and that the release does not know although it
        has newer ones, V(ahead) one that is newer than the release, V(out_of_order) one that is pending below one that has run.
      - V(undeclared) lets migrations without a declared phase count as contract.
      - V(ambiguous_tool) is bookkeeping that several tools could have written, V(no_store) a database without any, V(invalid_indexes) indexes
        that PostgreSQL calls INVALID.
    type: list
    elements: str
    choices: [ahead, ambiguous_tool, edited, invalid_indexes, missing, no_store, out_of_order, undeclared]
    default: []
  may_skip:
    description:
      - Tools that are run in a way that can leave one migration out and run a later one, such as V(flyway) with C(outOfOrder) and
        a list of scripts to pick.
      - Knex, Liquibase, Rails and Sequelize always count as such. All others run in order.
    type: list
    elements: str
    default: []
  opinions:
    description:
      - Tools that are asked on the controller about the SQL of what would run as an expand. V(squawk) knows PostgreSQL, V(sqlglot) PostgreSQL,
        MySQL with MariaDB, and SQL Server.
      - They can only hold back, by a veto or by a question, which C(reviewed) in the header of the migration answers. They open nothing.
      - O(states) have to be read with O(hybrid.rollout.migration_info#module:with_sql=true). Only O(phase=expand) asks.
    type: list
    elements: str
    choices: [sqlglot, squawk]
    default: []
    version_added: 0.2.0
  starts_when_ahead:
    description:
      - With O(check=rollback), by tool, whether the release to go back to starts where the database has newer migrations than it knows. It counts
        before what is known of the tool.
      - Set a tool to true where the service does not call it when it starts, and C(flyway) to false where it does not ignore future migrations.
    type: dict
    default: {}
  expected_fingerprints:
    description: RV(fingerprints) of an earlier call. A database that has another one now has moved, and the gate stays shut.
    type: dict
  max_transaction_seconds:
    description:
      - How long a transaction may have been open in a database. A migration that changes a table waits behind it, and everybody behind the
        migration. Not asked if left out; where it is asked for and cannot be seen, the gate stays shut.
    type: float
  max_replication_lag_seconds:
    description: How far a replica may be behind, in the same way. It can be seen on PostgreSQL alone.
    type: float
  service:
    description: Name of the service. Required with O(phase=contract).
    type: str
  ledger:
    description: Path of the ledger file, or its C(postgresql://) address. It is only read. Required with O(phase=contract).
    type: path
  rollback_window_seconds:
    description:
      - How long the release before stays a way back after the last run that had to do with it. Required with O(phase=contract).
      - While any run of the service is open but that of O(record), the gate stays shut.
    type: float
  release_order:
    description:
      - Releases from the oldest to the newest, where their order cannot be known otherwise.
      - Else the order is that in which the ledger met them, and that of their numbers where both are plain numbers with dots. Where the two
        disagree, the order is not known.
    type: list
    elements: str
    default: []
  members:
    description:
      - All members of the service, see the filter P(hybrid.rollout.service_members#filter). A C(--limit) is no reason to leave one out.
      - Required with O(phase=contract).
    type: list
    elements: dict
    suboptions:
      name:
        description: Inventory name.
        type: str
        required: true
      server:
        description: Name of the server in the HAProxy pools.
        type: str
        required: true
      health_url:
        description: Where the member tells its version, as JSON. Left out for one that only its zone can reach.
        type: str
      zone:
        description: Failure domain of the member.
        type: str
      also_in_pools:
        description: Further HAProxy backends in which this member serves customers. Their servers are looked at too.
        type: list
        elements: str
        default: []
      excluded:
        description: Why an operator keeps the member out of rollouts. It is asked all the same.
        type: str
  version_path:
    description: Where in the JSON answer of O(members[].health_url) the version stands.
    type: str
    default: version
  health_ca_path:
    description: PEM file of the authorities that C(https) addresses of members are checked against. The system's own if left out.
    type: path
  online_pool:
    description: The HAProxy backend that customers are sent to. Required with O(phase=contract).
    type: str
  maintenance_pool:
    description: The HAProxy backend of the same members that only testers reach. Required with O(phase=contract).
    type: str
  servers_of_others:
    description: Servers in these pools that are no members of the service, such as those of another service in a shared pool.
    type: list
    elements: str
    default: []
  retired_members:
    description:
      - Members of earlier runs that are gone for good. Somebody vouches for each by its name.
      - One that HAProxy, a zone or the inventory still knows counts all the same.
    type: list
    elements: str
    default: []
  zones_pulled:
    description: What zones that pull their releases have reported of their members. These belong into O(members) too.
    type: list
    elements: dict
    default: []
    suboptions:
      member:
        description: Inventory name.
        type: str
        required: true
      version:
        description: What it runs. Left out, it is unknown.
        type: str
      seen_at:
        description: When that was seen, in seconds since 1970 or as a time with its offset from UTC.
        type: str
  pulled_max_age_seconds:
    description: How old a report may be. An older one says nothing.
    type: float
    default: 3600.0
  endpoints:
    description: The runtime API of every HAProxy process that carries the service. Required with O(phase=contract).
    type: list
    elements: dict
    suboptions:
      name:
        description: What the endpoint is called in messages and results.
        type: str
      url:
        description: As in M(hybrid.rollout.rollout_plan), such as V(unix:///run/haproxy/admin.sock) or V(tls://lb1.example.com:9999).
        type: str
        required: true
      allow_clear_text:
        description: Allow a C(tcp) URL that leads to another machine.
        type: bool
        default: false
      may_be_down:
        description: It makes no difference here. An endpoint that does not answer may have servers that nobody knows of.
        type: bool
        default: false
extends_documentation_fragment:
  - hybrid.rollout._haproxy_endpoints
  - hybrid.rollout._record
  - hybrid.rollout._occasion
attributes:
  check_mode:
    support: full
    description: Asks and judges in the same way, and writes nothing into the ledger.
  diff_mode:
    support: none
    description: A gate never changes anything.
seealso:
  - module: hybrid.rollout.migration_info
  - module: hybrid.rollout.rollout_plan
"""

EXAMPLES = r"""
- name: Read the database, compared with the migrations of release 1.3
  hybrid.rollout.migration_info:
    engine: postgresql
    login_host: db1.example.net
    login_db: quotes
    tool: flyway
    folder: /srv/releases/quotes-1.3/migrations
  delegate_to: db1.example.net
  register: state

- name: May the expand migrations of 1.3 run before its rollout?
  hybrid.rollout.migration_gate:
    phase: expand
    states: ["{{ state }}"]
  register: expand

# After the migrations ran and were read again, `after` being the gate's answer then. Each batch asks with a reading of its own.
- name: Stop before a batch where somebody else has migrated meanwhile
  hybrid.rollout.migration_gate:
    phase: expand
    states: ["{{ state }}"]
    expected_fingerprints: "{{ after.fingerprints }}"
    record: "{{ rollout_record | combine({'step': 'migration_gate'}) }}"
    occasion: batch 2

- name: May the contract migrations of 1.3 run, because nobody needs the old shape any more?
  hybrid.rollout.migration_gate:
    phase: contract
    release: "1.3"
    states: ["{{ state }}"]
    service: quotes
    ledger: /var/lib/rollout/ledger.sqlite3
    rollback_window_seconds: 86400
    members: "{{ groups.quotes | hybrid.rollout.service_members(hostvars) }}"
    endpoints:
      - name: lb1
        url: tls://lb1.example.net:9999
      - name: lb2
        url: tls://lb2.example.net:9999
    online_pool: quotes
    maintenance_pool: quotes_maintenance
    zones_pulled:
      - member: shop1
        version: "1.3"
        seen_at: "2026-12-01T09:30:00+00:00"

- name: Can 1.2 come back? Several tenants, each read twice
  hybrid.rollout.migration_gate:
    check: rollback
    release: "1.2"
    states: "{{ compared_with_1_3.results }}"
    target_states: "{{ compared_with_1_2.results }}"
"""

RETURN = r"""
verdict:
  description: One of V(passed), V(failed), V(undecided), V(could_not_ask).
  returned: unless an option is wrong
  type: str
  sample: failed
reasons:
  description: What keeps the gate shut, each with its database or its member. Empty if it is open.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["app3 runs 1.2 (it says), which is older than 1.3"]
apply:
  description:
    - For each store of each database the migrations that may run, in the order of the tool. Whoever runs the tool has to stop it behind the last.
    - Empty unless the verdict is V(passed).
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - {database: quotes, tool: flyway, table: public.flyway_schema_history, migrations: ["1.4"]}
held:
  description: Pending migrations that may not run, each with why, and with the one that it would have to pass (C(behind)), if it waits for that only.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - database: quotes
      tool: flyway
      table: public.flyway_schema_history
      migration: "1.5"
      why: "contract: the release before may need what it takes away"
      behind:
fleet:
  description: With O(phase=contract), every member that anybody knows of, where it was seen, its versions and why it is unknown, if it is.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - member: app1
      where: [inventory, lb1 pool quotes, lb1 pool quotes_maintenance, ledger]
      versions: [{version: "1.3", from: it says}]
      unknown:
window:
  description: With O(phase=contract), the run since whose end the rollback window counts, and when it ends, in seconds since 1970. Null where unknown.
  returned: unless an option is wrong
  type: dict
  sample: {last_run: quotes-1.3-5d0c7b1e, ends_at: 1764667800.0}
rollback:
  description:
    - With O(check=rollback), the answer for each store. One of V(safe), V(blocked_by_contract), V(old_version_will_refuse_to_start) and V(unknown).
    - Null otherwise.
  returned: unless an option is wrong
  type: dict
  sample: {release: "1.2", answers: {"quotes (flyway, public.flyway_schema_history)": blocked_by_contract}}
fingerprints:
  description: The fingerprint of each database by its name, for O(expected_fingerprints) of a later call.
  returned: unless an option is wrong
  type: dict
  sample: {quotes: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae}
notes:
  description: What keeps no gate shut and has to be known, above all what a tool's bookkeeping cannot tell.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["quotes (alembic, public.alembic_version): whether a migration is under way cannot be seen"]
answered_before:
  description: Whether this is an answer that the ledger had for this O(occasion) already.
  returned: when O(record) is set, not in check mode
  type: bool
  sample: false
failure:
  description: The first reason (reply), the databases (endpoint) and what was asked for (command).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: quotes
    command: contract
    reply: app3 runs 1.2 (it says), which is older than 1.3
"""
