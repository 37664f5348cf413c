# SPDX-License-Identifier: GPL-3.0-or-later
"""Specs of the modules of an installed collection, by name; no host is asked."""

from __future__ import annotations

import dataclasses
import functools
import sys
from pathlib import Path
from typing import Any, Optional

from ansible import constants
from ansible.plugins.loader import fragment_loader, init_plugin_loader, module_loader
from ansible.utils.plugin_docs import get_plugin_docs

from . import script_spec
from .documentation import completed, documented
from .spec import Spec

COLLECTIONS = ("ansible.windows", "community.windows", "microsoft.iis")
# The options of a DSC resource are read from the member at run time.
TAKES_OTHERS = {"ansible.windows.win_dsc"}


class NoModule(Exception):
    """No installed collection has a module of that name."""


def folder(collection: str) -> Optional[Path]:
    for place in (*constants.COLLECTIONS_PATHS, *sys.path):
        found = Path(place) / "ansible_collections" / collection.replace(".", "/")
        if (found / "plugins").is_dir():
            return found
    return None


def modules(collection: str) -> list[str]:
    home = folder(collection)
    return sorted({f"{collection}.{file.stem}" for file in home.glob("plugins/modules/[!_]*.*")} if home else ())


def documentation(fqcn: str) -> tuple[dict[str, Any], str]:
    """What is documented, and the examples."""
    load_plugins()
    said, examples, _returned, _metadata = get_plugin_docs(
        fqcn, "module", module_loader, fragment_loader, verbose=False
    )
    return said or {}, examples or ""


@functools.cache
def load_plugins() -> None:
    """Ansible looks for collections where Python already found some, which is by sys.path."""
    sys.path += [place for place in constants.COLLECTIONS_PATHS if place not in sys.path]
    init_plugin_loader()


@functools.cache
def spec_of(fqcn: str) -> Spec:
    collection, _dot, name = fqcn.rpartition(".")
    home = folder(collection)
    if home is None or not list(home.glob(f"plugins/modules/{name}.*")):
        raise NoModule(f"no installed collection has a module {fqcn}")
    said = documented(documentation(fqcn)[0])
    # An action plugin takes options of its own, and keeps them from the script.
    has_action = (home / f"plugins/action/{name}.py").exists()
    try:
        shown = shown_by(home, name)
    except (script_spec.NoSpec, FileNotFoundError):
        spec = said
    else:
        spec = completed(shown, said, names=shown.source == "legacy" or has_action)
    return dataclasses.replace(spec, takes_others=fqcn in TAKES_OTHERS)


def shown_by(home: Path, name: str) -> Spec:
    script = (home / f"plugins/modules/{name}.ps1").read_text("utf-8-sig")
    utils = {file.name: file.read_text("utf-8-sig") for file in sorted(home.glob("plugins/module_utils/*.psm1"))}
    return script_spec.read(script, utils)
