# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as a file, and the plan that was approved. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import (
    FORMAT,
    approved_part,
    canonical,
    differences,
    hash_of,
)


class PlanFileFailed(RolloutError):
    """The plan's file could not be written."""

    code = "plan_file_failed"


def write_plan(plan: Mapping[str, Any], path: str) -> bool:
    """Write what the hash is of, for its owner alone, whole or not at all; say whether the file was another before."""
    file, content = Path(path).expanduser(), canonical(approved_part(plan))
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists() and file.read_bytes() == content and file.stat().st_mode & 0o777 == 0o600:
            return False
        fresh.touch(mode=0o600)
        try:
            fresh.write_bytes(content)
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise PlanFileFailed(
            f"The plan cannot be written to {path}: {error}. Check the path in rollout_plan_path: its directory must be there.",
            reply=str(error),
        ) from error
    return True


def check_approval(plan: Mapping[str, Any], approved: str, path: Optional[str]) -> None:
    """Refuse every plan but the approved one."""
    made = hash_of(plan)
    wanted = approved.strip().lower()
    if made == wanted:
        return
    if path is None:
        why = "Give its file in rollout_approved_plan_path to read what differs."
    else:
        found = differences(_read(path, wanted), approved_part(plan))
        why = (
            f"What differs: {'; '.join(found)}." if found else f"Its file {path} has the same content in another form."
        )
    raise Refused(
        f"The plan made now has the hash {made}, approved was {wanted}: nothing is started. {why} "
        "Have the plan of now approved, or bring back what changed."
    )


def _read(path: str, wanted: str) -> dict[str, Any]:
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        raise BadInput(f"rollout_approved_plan_path {path} cannot be read: {error}.") from error
    own = hashlib.sha256(content).hexdigest()
    if own != wanted:
        raise BadInput(
            f"rollout_approved_plan_path {path} is not the plan that rollout_approved_plan names: its SHA-256 is {own}, not {wanted}."
        )
    try:
        plan = json.loads(content)
    except ValueError:
        plan = None
    if not isinstance(plan, dict):
        raise BadInput(f"rollout_approved_plan_path {path} is no plan: it was not written by rollout_plan_path.")
    if plan.get("format") != FORMAT:
        raise BadInput(
            f"{path} is a plan of format {plan.get('format')}, this version of hybrid.rollout writes {FORMAT}."
        )
    return plan
