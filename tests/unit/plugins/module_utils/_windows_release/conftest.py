# SPDX-License-Identifier: GPL-3.0-or-later
"""A small model of a Windows member: its files, and one service, website, task and program of NSSM. It answers by module name.

It does what these modules do with the arguments that windows_release gives them, and fails on any other.
"""

from __future__ import annotations

import hashlib
import ntpath
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release import failures
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.steps import run

ROOT = r"C:\apps\quotes"
NAMES = {"service": "Quotes", "iis": "Quotes", "scheduled_task": r"\Jobs\Quotes", "console": "Quotes"}


class Killed(BaseException):
    """The controller is gone; no code of ours sees this coming."""


def digest_of(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()


class Member:
    """``stage``, ``make_current`` and ``prune`` are tasks; the rest is the world they meet."""

    def __init__(self, kind: str = "service", switch: str = "path") -> None:
        self.kind, self.switch = kind, switch
        self.files: dict[str, float] = {}
        self.folders: set[str] = set()
        self.junction: Optional[str] = None
        self.service: Optional[dict[str, Any]] = {"path": r"C:\old\Quotes.exe", "state": "stopped"}
        self.site: Optional[dict[str, Any]] = {"physical_path": r"C:\inetpub", "application_pool": "Quotes"}
        self.pool = "Started"
        self.task_actions: list[dict[str, Any]] = [{"Path": r"C:\old\Quotes.exe", "Arguments": None}]
        self.nssm: dict[str, str] = {"Application": r"C:\old\Quotes.exe", "AppStdout": r"C:\logs\quotes.log"}
        self.failing: dict[str, dict[str, Any]] = {}
        self.killed_before: Optional[int] = None
        self.calls: list[str] = []
        self.log: list[str] = []
        self.now = 0.0

    def stage(self, version: str, **more: Any) -> dict[str, Any]:
        return self.run(
            "staged",
            **{
                "version": version,
                "url": f"https://user:word@store.example.com/quotes-{version}.zip?key=1",
                "sha256": digest_of(version),
                **more,
            },
        )

    def make_current(self, version: str, **more: Any) -> dict[str, Any]:
        return self.run("current", version=version, **more)

    def prune(self, **more: Any) -> dict[str, Any]:
        return self.run("pruned", **more)

    def deploy(self, version: str, keep: int = 1) -> dict[str, Any]:
        staged = self.stage(version)
        self.make_current(version, staged=staged)
        return self.prune(version=version, staged=staged, keep=keep)

    def run(self, state: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        defaults = {name: option.get("default") for name, option in SPEC["argument_spec"].items()}
        given = {
            "service_root": ROOT,
            "state": state,
            "kind": self.kind,
            "switch": self.switch,
            "name": NAMES[self.kind],
            "executable": "Quotes.exe",
            "application_pool": "Quotes" if self.kind == "iis" else None,
        }
        return run({**defaults, **given, **more}, check_mode, self.ask)

    def ask(self, call: ModuleCall) -> dict[str, Any]:
        if self.killed_before is not None and len(self.calls) >= self.killed_before:
            raise Killed
        self.calls.append(call.module)
        result = self.failing.get(call.module) or getattr(self, call.module.rpartition(".")[2])(**call.arguments)
        if result.get("failed"):
            raise failures.failed(call, "win1", result)
        return result

    def has(self, version: str) -> bool:
        return ntpath.join(ROOT, "releases", version) in self.folders

    def runs(self) -> Optional[str]:
        """The program or folder that runs, with the junction followed; None where it is stopped."""
        where, running = {
            "service": ((self.service or {}).get("path", ""), (self.service or {}).get("state") == "started"),
            "console": (self.nssm["Application"], (self.service or {}).get("state") == "started"),
            "iis": ((self.site or {}).get("physical_path", ""), self.pool == "Started"),
            "scheduled_task": (self.task_actions[0]["Path"], True),
        }[self.kind]
        return where.replace(ntpath.join(ROOT, "current"), self.junction or "nowhere") if running else None

    def win_find(self, paths: list[str], patterns: list[str], depth: int, **rest: Any) -> dict[str, Any]:
        assert (depth, rest) == (2, {"recurse": True, "file_type": "any", "get_checksum": False})
        found: list[dict[str, Any]] = [
            {"path": path, "isdir": False, "lastwritetime": time} for path, time in self.files.items()
        ]
        found += [{"path": path, "isdir": True, "lastwritetime": 0.0} for path in self.folders]
        if self.junction:
            link = {"path": ntpath.join(ROOT, "current"), "isdir": True, "isjunction": True, "lastwritetime": 0.0}
            found.append({**link, "lnk_target": self.junction})
        return {
            "files": [
                file
                for file in sorted(found, key=lambda file: file["path"])
                if any(file["path"].startswith(path + "\\") for path in paths)
                and any(_like(ntpath.basename(file["path"]), pattern) for pattern in patterns)
            ]
        }

    def win_file(self, path: str, state: str) -> dict[str, Any]:
        if state == "directory":
            self.folders.add(path)
        elif state == "touch":
            assert ntpath.dirname(path) in self.folders
            self.now += 1
            self.files[path] = self.now
        else:
            assert state == "absent"
            self.folders = {folder for folder in self.folders if not _in(folder, path)}
            self.files = {file: time for file, time in self.files.items() if not _in(file, path)}
        return {"changed": True}

    def win_get_url(self, url: str, dest: str, checksum: str, **rest: Any) -> dict[str, Any]:
        assert rest["checksum_algorithm"] == "sha256"
        assert rest["force"]
        if ntpath.dirname(dest) not in self.folders:
            return {"failed": True, "msg": f"The path '{ntpath.dirname(dest)}' does not exist"}
        if checksum not in (digest_of(name) for name in ("1.0", "1.1", "1.2", "1.3", "2.0-RC", "rebuilt")):
            return {"failed": True, "msg": f"The checksum for {url} did not match '{checksum}', it was 'abc'"}
        self.files[dest] = 0.0
        return {"changed": True}

    def win_unzip(self, src: str, dest: str, delete_archive: bool) -> dict[str, Any]:
        assert src.endswith(".zip")
        assert delete_archive
        del self.files[src]
        self.folders.add(dest)
        self.files[ntpath.join(dest, "Quotes.exe")] = 0.0
        return {"changed": True}

    def win_service_info(self, name: str) -> dict[str, Any]:
        services = [{"name": name, **self.service}] if self.service else []
        return {"exists": bool(services), "services": services}

    def win_service(self, name: str, state: str, path: Optional[str] = None) -> dict[str, Any]:
        assert self.service is not None
        self.log.append(f"{state} {path or ''}".strip())
        if path and path != self.service["path"]:
            assert self.service["state"] == "stopped", "the image of a running service was changed"
            self.service["path"] = path
        self.service["state"] = state
        return {"changed": True}

    def win_command(self, _raw_params: str) -> dict[str, Any]:
        link, target = ntpath.join(ROOT, "current"), _raw_params.split('"')[-2]
        taken_away = f'rd "{link}" && ' if self.junction else ""
        assert _raw_params == f'cmd.exe /c {taken_away}mklink /J "{link}" "{target}"'
        if self.kind != "iis":
            assert (self.service or {})["state"] == "stopped" or self.kind == "scheduled_task"
        self.junction = target
        return {"changed": True}

    def website_info(self, name: str) -> dict[str, Any]:
        return {"exists": self.site is not None, "site": [{"name": name, **self.site}] if self.site else []}

    def website(self, name: str, physical_path: str) -> dict[str, Any]:
        assert self.site is not None
        self.log.append(f"point {physical_path}")
        self.site["physical_path"] = physical_path
        return {"changed": True}

    def web_app_pool_info(self, name: str) -> dict[str, Any]:
        return {"exists": True, "app_pools": [{"name": name, "attributes": {"name": name, "state": self.pool}}]}

    def web_app_pool(self, name: str, state: str) -> dict[str, Any]:
        self.log.append(state)
        self.pool = "Stopped" if state == "stopped" else "Started"
        return {"changed": True}

    def win_scheduled_task_stat(self, path: str, name: str) -> dict[str, Any]:
        assert (path, name) == (r"\Jobs", "Quotes")
        return {"task_exists": bool(self.task_actions), "actions": self.task_actions}

    def win_scheduled_task(self, path: str, name: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
        (action,) = actions
        assert action["working_directory"] == ntpath.dirname(action["path"])
        before = self.task_actions[0]["Arguments"]
        self.task_actions = [{"Path": action["path"], "Arguments": action.get("arguments", before)}]
        return {"changed": True}

    def win_reg_stat(self, path: str) -> dict[str, Any]:
        assert path == r"HKLM:\SYSTEM\CurrentControlSet\Services\Quotes\Parameters"
        properties = {name: {"type": "REG_SZ", "value": value} for name, value in self.nssm.items()}
        return {"exists": bool(properties), "properties": properties}

    def win_nssm(self, name: str, application: str, state: str, arguments: str, **kept: str) -> dict[str, Any]:
        assert self.service is not None
        assert self.service["state"] == "stopped"
        self.nssm = {"Application": application, "AppParameters": arguments, "AppStdout": kept.get("stdout_file", "")}
        self.service["state"] = state
        return {"changed": True}


def _like(name: str, pattern: str) -> bool:
    name, pattern = name.lower(), pattern.lower()
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _in(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(outer + "\\")


@pytest.fixture
def member() -> Member:
    """A member that runs 1.0 of its service."""
    there = Member()
    there.deploy("1.0")
    there.calls.clear()
    there.log.clear()
    return there
