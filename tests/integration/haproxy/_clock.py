# SPDX-License-Identifier: GPL-3.0-or-later
"""The real clock, for tests that talk to real processes."""

from __future__ import annotations

import time

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock

REAL_CLOCK = Clock(time.monotonic, time.sleep)
