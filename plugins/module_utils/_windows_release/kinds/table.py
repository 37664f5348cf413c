# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of service by the word that the user writes. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.console import CONSOLE
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.iis import IIS
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.kind import Kind
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.scheduled_task import SCHEDULED_TASK
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.service import SERVICE

KINDS: dict[str, Kind] = {"service": SERVICE, "iis": IIS, "scheduled_task": SCHEDULED_TASK, "console": CONSOLE}
