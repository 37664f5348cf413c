# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file of the core can be imported where there is no Ansible and nothing else but Python's own library.

Run as ``python -I -S check_core_imports.py TREE`` (-S: nothing installed is seen), with the oldest Python of
targets too.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

CORE = "ansible_collections/hybrid/rollout/plugins/module_utils"
OUTER = "ansible_collections.hybrid.rollout.plugins."


def core_modules(tree: Path) -> Iterator[str]:
    for path in sorted((tree / CORE).rglob("*.py")):
        parts = path.relative_to(tree).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def outsiders(loaded: set[str]) -> list[str]:
    """What of our outer rings was pulled in by the core."""
    return sorted(name for name in loaded if name.startswith(OUTER) and not name.startswith(OUTER + "module_utils"))


def main(tree: Path) -> int:
    sys.path.insert(0, str(tree))
    sys.dont_write_bytecode = True
    names = list(core_modules(tree))
    faulty = 0
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            faulty += 1
            print(f"{name} cannot be imported without Ansible:\n{traceback.format_exc(limit=-1)}")
    for name in outsiders(set(sys.modules)):
        faulty += 1
        print(f"{name} was imported by the core: imports go inwards only")
    print(f"core imports on Python {sys.version.split()[0]} without Ansible: {len(names)} files, {faulty} at fault")
    return 1 if faulty or not names else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
