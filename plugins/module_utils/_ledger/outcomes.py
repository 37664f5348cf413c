# SPDX-License-Identifier: GPL-3.0-or-later
"""What can become of a member in a run, and how that is said. Private to hybrid.rollout."""

from __future__ import annotations

# What a controller writes of a member that it started; ``skipped_offline`` is given by the plan, ``not_reached`` by the end of a run.
OUTCOMES = ("done", "rolled_back", "out", "unreachable")
BROKEN = ("rolled_back", "out", "unreachable")
SAY = {
    "done": "done",
    "rolled_back": "failed, back on the release before and online",
    "out": "failed and not online everywhere",
    "unreachable": "failed and cannot be reached",
    "skipped_offline": "skipped, it was offline when the plan was made",
    "not_reached": "not reached",
    None: "started and not finished",
}
