# SPDX-License-Identifier: GPL-3.0-or-later
"""The service control manager: services are kept by name, started as real processes, stopped by SIGTERM."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from .processes import Running, split_command_line
from .win32 import Win32Error


@dataclass
class Service:
    name: str
    path: str
    display_name: str
    start_mode: str = "auto"
    description: str = ""
    username: str = "LocalSystem"
    dependencies: list[str] = field(default_factory=list)
    running: Running | None = None
    stopping: bool = False
    last_error: int = 0
    parameters: dict[str, str] = field(default_factory=dict)
    """The values of its registry key Parameters, where NSSM keeps what it runs."""

    @property
    def command_line(self) -> str:
        """What is started: the image, or where that is NSSM, the application in its stead."""
        application = self.parameters.get("Application")
        return f'"{application}" {self.parameters.get("AppParameters", "")}' if application else self.path

    @property
    def state(self) -> str:
        if self.running is None or self.running.exit_code is not None:
            return "stopped"
        return "stop_pending" if self.stopping else "running"


@dataclass
class Services:
    start_program: Callable[[str, Sequence[str], str], Running]
    """Starts an image path with arguments, for a service name."""
    faults: Set[str]
    settle_seconds: float = 0.3
    """A program that ends sooner after its start than this did not start as a service."""
    stop_seconds: float = 30.0
    slow_stop_seconds: float = 30.0
    installed: dict[str, Service] = field(default_factory=dict)

    def find(self, name: str) -> Service | None:
        wanted = name.lower()
        by_name = (service for service in self.installed.values() if service.name.lower() == wanted)
        by_title = (service for service in self.installed.values() if service.display_name.lower() == wanted)
        return next(by_name, None) or next(by_title, None)

    def create(self, name: str, path: str) -> Service:
        self.installed[name.lower()] = service = Service(name, path, name)
        return service

    def delete(self, service: Service) -> None:
        del self.installed[service.name.lower()]

    def start(self, service: Service) -> None:
        if service.state == "running":
            return
        if service.start_mode == "disabled" or "disabled_1058" in self.faults:
            raise self._refused(service, 1058)
        for name in service.dependencies:
            needed = self.find(name)
            if needed is None:
                raise self._refused(service, 1075)
            try:
                self.start(needed)
            except Win32Error as cause:
                raise self._refused(service, 1068) from cause
        if "start_1053" in self.faults:
            raise self._refused(service, 1053)
        image, *arguments = split_command_line(service.command_line)
        try:
            running = self.start_program(image, arguments, service.name)
        except Win32Error as cause:
            raise self._refused(service, cause.number) from cause
        if running.ended_within(self.settle_seconds):
            raise self._refused(service, 1053)
        service.running, service.last_error = running, 0

    def stop(self, service: Service) -> None:
        if service.running is None or service.state == "stopped":
            service.running = None
            return
        service.stopping = True
        try:
            self._wait_while_slow()
            service.running.ask_to_stop()
            if not service.running.ended_within(self.stop_seconds):
                raise Win32Error(1053)
            service.running = None
        finally:
            service.stopping = False

    def running_dependents(self, service: Service) -> list[Service]:
        return [other for other in self.dependents(service) if other.state == "running"]

    def dependents(self, service: Service) -> list[Service]:
        wanted = service.name.lower()
        return [other for other in self.installed.values() if wanted in (name.lower() for name in other.dependencies)]

    def images(self) -> set[Path]:
        running = (service.running for service in self.installed.values() if service.state != "stopped")
        return {process.image for process in running if process is not None}

    def kill_all(self) -> None:
        for service in self.installed.values():
            if service.running is not None:
                service.running.kill()
                service.running = None

    def _wait_while_slow(self) -> None:
        end = time.monotonic() + self.slow_stop_seconds
        while "slow_stop" in self.faults and time.monotonic() < end:
            time.sleep(0.02)

    @staticmethod
    def _refused(service: Service, number: int) -> Win32Error:
        service.last_error = number
        return Win32Error(number)
