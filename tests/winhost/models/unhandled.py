# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module does not catch itself: Ansible's wrapper tells it, and the model's own refusals begin with winhost."""

from __future__ import annotations

from functools import wraps
from typing import Any

from ..host.host import Host
from ..host.win32 import NotModelled, Win32Error
from .call import Call, ModuleFailed
from .model import CarryOut


def unhandled_is_told(carry_out: CarryOut) -> CarryOut:
    @wraps(carry_out)
    def told(host: Host, call: Call) -> dict[str, Any]:
        try:
            return carry_out(host, call)
        except Win32Error as error:
            raise ModuleFailed(f"Unhandled exception while executing module: {error.words}") from error
        except NotModelled as refusal:
            raise ModuleFailed(str(refusal)) from refusal

    return told
