#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: test_results_gate
short_description: Open only when the result files of a test run say that enough passed and nothing failed
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Reads result files of NUnit 2, NUnit 3, JUnit, TRX (MSTest and C(dotnet test)) and xUnit.net v2, in any mixture, and
    comes to one verdict over all of them. The task fails unless that is V(passed).
  - V(failed) means that tests failed beyond the thresholds, that something required is missing or did not pass, or that
    a run failed as a whole, such as NUnit's C(Invalid) or a TRX run that was aborted.
  - V(could_not_ask) means a file that is missing, unreadable, cut off or of no known format, and says nothing about the
    application.
  - V(undecided) means tests that were inconclusive, or where O(no_tests=undecided) that no test ran.
  - The verdict is the worst that holds. From worst to best that is V(failed), V(could_not_ask), V(undecided),
    V(passed). Where a file could not be read, what only that file could show, such as O(min_tests), is not judged.
  - Files with a document type (C(DOCTYPE)) are refused unread, because through one XML can read other files or fill the
    memory.
attributes:
  check_mode:
    support: full
    description: The same as without, failing included, because it only reads.
  diff_mode:
    support: none
    description: A gate never changes anything.
extends_documentation_fragment:
  - hybrid.rollout._reach_from
  - hybrid.rollout._record
  - hybrid.rollout._occasion
options:
  paths:
    description:
      - Result files, as absolute paths or as patterns with C(*), C(?), C([...]) or C(**) for any depth.
      - Each has to lead to at least one file. A file that several lead to is read once.
      - Results of an earlier run count like new ones, so remove them before the tests run.
    type: list
    elements: path
    required: true
  format:
    description:
      - What the files have to be. Left out, each file's first element tells.
      - JUnit has no categories. A property named C(category) or C(tag), of a test or a suite around it, is taken for one.
    type: str
    choices: [nunit2, nunit3, junit, trx, xunit]
  max_failed:
    description:
      - How many tests may fail. Errors, and tests that could not be run because of how they are written, are failures.
      - The default is V(0), unless O(max_failed_percent) is set. Where both are set, both have to hold.
    type: int
  max_failed_percent:
    description: How many percent of the tests that ran may fail. Skipped tests did not run.
    type: float
  max_skipped:
    description: How many tests may be skipped or ignored. Left out, any number.
    type: int
  min_tests:
    description: How many tests have to pass, at least. Failed, skipped and inconclusive ones do not count.
    type: int
    default: 1
  required_categories:
    description: Categories of which at least one test each has to pass. Categories of a suite are those of its tests.
    type: list
    elements: str
    default: []
  required_tests:
    description: Full names of tests that have to be there and to pass, in every file that has them.
    type: list
    elements: str
    default: []
  no_tests:
    description: The verdict where no test ran.
    type: str
    choices: [failed, undecided]
    default: failed
  inconclusive:
    description: The verdict where tests were inconclusive. V(allowed) lets them be, without counting them as passed.
    type: str
    choices: [undecided, failed, allowed]
    default: undecided
  max_file_mebibytes:
    description: Larger files are not read.
    type: int
    default: 32
notes:
  - Messages of failed tests are shown. If they can contain a secret, give the task C(no_log).
seealso:
  - module: hybrid.rollout.health_gate
"""

EXAMPLES = r"""
- name: Open only if every smoke test passed
  hybrid.rollout.test_results_gate:
    paths:
      - "{{ playbook_dir }}/build/smoke/*.xml"
    required_categories: [Smoke]
    min_tests: 20

- name: Judge what the tests left on the host that ran them, one percent of failures allowed
  hybrid.rollout.test_results_gate:
    paths: [/srv/tests/results/TestResult.xml]
    format: nunit3
    max_failed_percent: 1
    max_skipped: 5
    required_tests:
      - Quotes.Smoke.PriceTests.A_price_is_served
    reach_from: target
  delegate_to: tester1
"""

RETURN = r"""
verdict:
  description: One of V(passed), V(failed), V(undecided), V(could_not_ask).
  returned: unless an option is wrong
  type: str
  sample: failed
reasons:
  description: What keeps the gate shut. Empty if it is open.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["1 of 5 tests failed, max_failed is 0"]
counts:
  description: Tests of all files by outcome.
  returned: unless an option is wrong
  type: dict
  sample: {total: 5, passed: 3, failed: 1, skipped: 1, inconclusive: 0}
duration_seconds:
  description: How long the tests took by what the files say, added up.
  returned: unless an option is wrong
  type: float
  sample: 2.481
files:
  description:
    - Each file in the order of their names, with its format, its counts, what went wrong outside its tests (faults)
      and why it could not be read (error).
    - A path or pattern that led to no file is in the list too.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - path: /srv/tests/results/TestResult.xml
      format: nunit3
      counts: {total: 5, passed: 3, failed: 1, skipped: 1, inconclusive: 0}
      duration_seconds: 2.481
      faults: []
      error:
failed_tests:
  description: Tests that failed or had an error, with the beginning of their message.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - name: Quotes.Smoke.PriceTests.A_price_has_a_currency
      categories: [Smoke, Prices]
      message: "Expected: \"EUR\"  But was: <string.Empty>"
      file: /srv/tests/results/TestResult.xml
answered_before:
  description: Whether this is an answer that the ledger had for this O(occasion) already.
  returned: when O(record) is set, not in check mode
  type: bool
  sample: false
  version_added: 0.2.0
failure:
  description: The first reason with the gate's verdict (reply), and the file or the paths that it is about (endpoint).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: /srv/tests/results/TestResult.xml
    command: read /srv/tests/results/TestResult.xml
    reply: 1 of 5 tests failed, max_failed is 0
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._results.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._results.gate import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
