#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_run
short_description: Run a migration tool once, as a step that the ledger knows of
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Runs a program as M(ansible.builtin.command) does, and with O(record) writes its beginning to the ledger before and its end after. So a rollout whose
    controller was killed does not begin again while its migration still runs.
  - Its output is in the result and not in the ledger.
  - Which program, and how far it may go, says the filter P(hybrid.rollout.migration_commands#filter). The role P(hybrid.rollout.database_migration#role)
    runs it.
extends_documentation_fragment:
  - hybrid.rollout._record
options:
  argv:
    description: The program and its arguments, without a shell.
    type: list
    elements: str
    required: true
  chdir:
    description: Where it runs.
    type: path
  timeout_seconds:
    description: How long it may take. Then it is ended, and ten seconds later killed.
    type: int
    default: 3600
attributes:
  check_mode:
    support: full
    description: Runs nothing.
  diff_mode:
    support: none
    description: What it changes is the tool's own matter.
seealso:
  - module: hybrid.rollout.migration_gate
  - module: hybrid.rollout.migration_info
"""

EXAMPLES = r"""
- name: Run the migrations that the gate let through
  hybrid.rollout.migration_run:
    argv: [/srv/quotes/venv/bin/alembic, upgrade, "0002"]
    chdir: /srv/quotes/1.1/migrations
    timeout_seconds: 600
  delegate_to: db-runner.example.net
"""

RETURN = r"""
argv:
  description: What was run.
  returned: success, not in check mode
  type: list
  elements: str
  sample: [/srv/quotes/venv/bin/alembic, upgrade, "0002"]
rc:
  description: How the program ended; 124 where its time was over.
  returned: not in check mode
  type: int
  sample: 0
stdout:
  description: What it said.
  returned: not in check mode
  type: str
  sample: ""
stderr:
  description: What it complained of.
  returned: not in check mode
  type: str
  sample: "INFO  [alembic.runtime.migration] Running upgrade 0001 -> 0002"
failure:
  description: Code of what went wrong.
  returned: failure
  type: dict
  sample: {code: module_failed, endpoint: localhost, command: /srv/quotes/venv/bin/alembic, reply: null}
"""
