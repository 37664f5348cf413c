#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: change_window_gate
short_description: Open only within change windows and outside of freezes
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Looks at the clock, at change windows and at freezes. The task fails unless it is allowed to change something now, and
    says when the next time is.
  - V(passed) means that a window is open, if there are any O(windows), and that no freeze holds, and that both will be so
    for O(minutes_before_end) more. V(failed) means that this is not so. V(could_not_ask) means a time zone without data
    or a calendar file that cannot be read, where nothing else is known to speak against it. V(undecided) does not occur.
  - A window opens the first time that the local clock shows its beginning, and shuts the first time after that that the clock
    shows its end. Where the clock jumps over one of the two, the jump counts. So in the night in which an hour comes twice, a
    window from 00:30 to 01:30 shuts when 01:30 comes for the first time, and one from 01:30 to 02:30 opens then and lasts two hours.
    In the night in which the hour from 01:00 is missing, a window from 01:15 to 01:45 does not open.
  - Windows that touch are one window.
requirements:
  - Time zones, in the system's package C(tzdata) or the Python package C(tzdata), where the gate runs.
attributes:
  check_mode:
    support: full
    description: Reports the verdict and never fails because of it.
  diff_mode:
    support: none
    description: A gate never changes anything.
extends_documentation_fragment:
  - hybrid.rollout._reach_from
  - hybrid.rollout._record
  - hybrid.rollout._occasion
options:
  windows:
    description: When changes are allowed. Left out, always, but for freezes.
    type: list
    elements: dict
    default: []
    suboptions:
      days:
        description: Weekdays on which the window opens. Left out, every day.
        type: list
        elements: str
        choices: [mon, tue, wed, thu, fri, sat, sun]
        default: [mon, tue, wed, thu, fri, sat, sun]
      from:
        description: Local time at which it opens, in quotes, for example V("22:00").
        type: str
        required: true
      to:
        description: Local time at which it shuts, on the next day where it is before O(windows[].from). V("24:00") is midnight.
        type: str
        required: true
      time_zone:
        description: IANA time zone, for example V(Europe/London). By default O(time_zone).
        type: str
  freezes:
    description: When nothing may be changed.
    type: list
    elements: dict
    default: []
    suboptions:
      from:
        description: A date, or a date and time, with or without an offset from UTC.
        type: str
        required: true
      to:
        description: The same. A date is the last day of the freeze, a time its end.
        type: str
        required: true
      reason:
        description: Why. Shown to whoever is held up by it.
        type: str
        required: true
      time_zone:
        description: IANA time zone of dates, and of times without an offset. By default O(time_zone).
        type: str
  freeze_calendars:
    description:
      - iCalendar files, as absolute paths, of which each event is a freeze.
      - Read are C(DTSTART), C(DTEND), C(SUMMARY) and C(STATUS). Cancelled events are left out. A file with an event that repeats, a time
        zone that is not of IANA, or anything else that is not understood, is V(could_not_ask).
    type: list
    elements: path
    default: []
  time_zone:
    description: IANA time zone for all that names none.
    type: str
    default: UTC
  minutes_before_end:
    description: How many minutes have to be left before the window shuts or a freeze begins.
    type: float
    default: 0
  override_reason:
    description:
      - Go on whatever the verdict is, for this reason, of 10 characters or more.
      - Written to the result and the ledger, with O(override_by) and the verdict that it went against.
    type: str
  override_by:
    description: Who answers for it. Goes with O(override_reason).
    type: str
seealso:
  - module: hybrid.rollout.approval_gate
  - module: hybrid.rollout.artifact_gate
  - module: hybrid.rollout.health_gate
"""

EXAMPLES = r"""
- name: Go on only at night, and not over the holidays
  hybrid.rollout.change_window_gate:
    time_zone: Europe/London
    windows:
      - {days: [mon, tue, wed, thu], from: "22:00", to: "04:00"}
      - {days: [sat], from: "00:00", to: "24:00"}
    freezes:
      - {from: "2026-12-19", to: "2027-01-03", reason: Year-end closing}
    freeze_calendars:
      - "{{ playbook_dir }}/files/freezes.ics"
    minutes_before_end: 45

- name: Go on in spite of it
  hybrid.rollout.change_window_gate:
    windows:
      - {from: "22:00", to: "04:00"}
    override_reason: "INC0012345: prices are wrong, customers are affected"
    override_by: alice@example.com
"""

RETURN = r"""
verdict:
  description: One of V(passed), V(failed), V(could_not_ask).
  returned: unless an option is wrong
  type: str
  sample: failed
verdict_without_override:
  description: What it would be without O(override_reason).
  returned: unless an option is wrong
  type: str
  sample: failed
reasons:
  description: What speaks against it, also where it is overridden.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["frozen until 2027-01-04 00:00 UTC: Year-end closing (freezes[0])", no change window is open]
asked_at:
  description: What the clock said, in UTC.
  returned: unless an option is wrong
  type: str
  sample: "2026-12-23T12:00:00+00:00"
open_until:
  description: When the window shuts or a freeze begins. Null where nothing is open, or nothing shuts within 400 days.
  returned: unless an option is wrong
  type: str
  sample:
next_opening:
  description: From when on it would pass. Null where that is more than 400 days ahead, or something could not be read.
  returned: unless an option is wrong
  type: str
  sample: "2027-01-04T22:00:00+00:00"
frozen_by:
  description: The freezes that hold now.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - {reason: Year-end closing, source: "freezes[0]", until: "2027-01-04T00:00:00+00:00"}
overridden:
  description: Whether the gate is open only because of O(override_reason).
  returned: unless an option is wrong
  type: bool
  sample: false
override:
  description: The reason and who gave it, whether it was needed or not. Null where none was given.
  returned: unless an option is wrong
  type: dict
  sample: {reason: "INC0012345: prices are wrong, customers are affected", by: alice@example.com}
answered_before:
  description: Whether this is an answer that the ledger had for this O(occasion) already.
  returned: when O(record) is set, not in check mode
  type: bool
  sample: false
failure:
  description: The first reason (reply), and what was looked into (command).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: the calendar
    command: look into 1 windows, 1 freezes
    reply: "frozen until 2027-01-04 00:00 UTC: Year-end closing (freezes[0])"
"""

from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params, datetime.now(timezone.utc), module.check_mode))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
