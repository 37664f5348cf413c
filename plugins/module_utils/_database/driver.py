# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers of databases, loaded when they are needed: the Python that runs this may have any or none. Private to hybrid.rollout."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError


class DriverMissing(RolloutError):
    """The Python that runs this has no driver for the database."""

    code = "driver_missing"


def first_driver(names: tuple[str, ...], database: str, install: str) -> ModuleType:
    """The first of these modules that is there. ``install`` says how to get one."""
    missing = []
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError as error:
            missing.append(str(error))
    raise DriverMissing(
        f"{database} needs the Python package {' or '.join(names)} where this task runs "
        f"({sys.executable} says: {'; '.join(missing)}): {install}"
    )
