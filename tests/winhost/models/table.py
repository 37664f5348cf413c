# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that the host model can carry out, by its full name."""

from __future__ import annotations

from typing import Optional

from . import (
    setup,
    web_app_pool,
    web_app_pool_info,
    website,
    website_info,
    win_command,
    win_copy,
    win_file,
    win_find,
    win_get_url,
    win_nssm,
    win_ping,
    win_reg_stat,
    win_scheduled_task,
    win_scheduled_task_stat,
    win_service,
    win_service_info,
    win_stat,
    win_unzip,
    win_wait_for,
)
from .model import Model

MODELS: dict[str, Model] = {
    room.MODEL.module: room.MODEL
    for room in (
        setup,
        win_ping,
        win_stat,
        win_find,
        win_file,
        win_get_url,
        win_unzip,
        win_service,
        win_service_info,
        win_command,
        win_wait_for,
        website,
        website_info,
        web_app_pool,
        web_app_pool_info,
        win_scheduled_task,
        win_scheduled_task_stat,
        win_nssm,
        win_reg_stat,
        win_copy,
    )
}


def model_of(fqcn: str) -> Optional[Model]:
    return MODELS.get(fqcn)
