# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as a user has it, and the command that qualifies a Windows host with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.installed import COLLECTIONS, folder
from ansible_collections.hybrid.rollout.tests.winhost.fleet import Fleet

CHECKOUT = Path(__file__).parents[3]
TARGETS = "tests/integration/targets"
ROLE = f"{TARGETS}/qualify"
OF_THE_CHECKOUT = ("PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_CONFIG")

# In the place of Qualify.exe: a script that the host model starts as a service, and as what answers for a website.
PROGRAM = """#!{python}
import http.server, os, pathlib, signal

home = pathlib.Path(__file__).parent
(home / "started.txt").touch()
if "WINHOST_PORT" not in os.environ:
    signal.pause()
os.chdir(home)
at = os.environ["WINHOST_ADDRESS"], int(os.environ["WINHOST_PORT"])
http.server.HTTPServer(at, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@dataclass(frozen=True)
class Installed:
    """``hybrid.rollout`` beside the collections that it calls, in one ansible_collections as ansible-test wants it."""

    folder: Path

    @classmethod
    def into(cls, place: Path) -> Installed:
        ours = place / "ansible_collections/hybrid/rollout"
        subprocess.run([str(CHECKOUT / "tests/tools/copy_checkout"), str(ours)], check=True)
        for name in COLLECTIONS:
            there = place / "ansible_collections" / name.replace(".", "/")
            there.parent.mkdir(exist_ok=True)
            there.symlink_to(folder(name) or "")
        return cls(ours)

    def qualify(
        self, fleet: Fleet, program: Path, *targets: str, **variables: object
    ) -> subprocess.CompletedProcess[str]:
        """The real command, with the inventory that the template becomes for the fleet's one host."""
        (host,) = fleet.hosts.values()
        inventory = filled_in(
            self.template(),
            {
                "NAME": host.name,
                "ADDRESS": host.address,
                "USER": fleet.connection["ansible_user"],
                "PASSWORD": fleet.connection["ansible_password"],
                "TRANSPORT": fleet.connection["ansible_winrm_transport"],
                "CA": fleet.connection["ansible_winrm_ca_trust_path"],
                "PROGRAM": str(program),
            },
        )
        more = {"ansible_port": fleet.port, "qualify_seconds": 5, **variables}
        lines = [inventory, *(f"{name}={value}" for name, value in more.items()), ""]
        (self.folder / "tests/integration/inventory.winrm").write_text("\n".join(lines), encoding="utf-8")
        # ansible-test makes a key in the user's home: two that begin at the same moment would make the same one.
        home = self.folder.parents[2] / "home"
        home.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if name not in OF_THE_CHECKOUT}
        return subprocess.run(
            ["ansible-test", "windows-integration", "--color", "no", *targets],
            cwd=self.folder,
            env={**environment, "HOME": str(home)},
            check=False,
            capture_output=True,
            text=True,
            timeout=240,
        )

    def processes(self) -> list[str]:
        """Command lines of what was started out of this folder and still runs."""
        listed = subprocess.run(["ps", "-ewwo", "args"], check=True, capture_output=True, text=True)
        return [line for line in listed.stdout.splitlines() if str(self.folder) in line]

    def template(self) -> str:
        return (self.folder / "tests/integration/inventory.winrm.template").read_text(encoding="utf-8")


def filled_in(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        assert f"@{name}" in template
        template = template.replace(f"@{name}", value)
    return template


def stand_in(place: Path) -> Path:
    file = place / "Qualify.exe"
    file.write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
    return file
