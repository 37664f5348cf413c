# SPDX-License-Identifier: GPL-3.0-or-later
"""IIS as far as a rollout sees it: sites, application pools, and one worker process for each started site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .processes import Running
from .win32 import Win32Error

STARTED, STOPPED = "Started", "Stopped"


@dataclass
class Pool:
    name: str
    state: str = STARTED
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    port: int
    ip: str = "*"
    hostname: str = ""
    protocol: str = "http"

    @property
    def information(self) -> str:
        return f"{self.ip}:{self.port}:{self.hostname}"


@dataclass
class Site:
    name: str
    site_id: int
    physical_path: str
    application_pool: str = "DefaultAppPool"
    bindings: list[Binding] = field(default_factory=list)
    state: str = STARTED
    worker: Running | None = None


@dataclass
class Iis:
    start_program: Callable[[str, Sequence[str], str, Mapping[str, str]], Running]
    program: str = "app.exe"
    """The file in a site's folder that answers its requests."""
    stop_seconds: float = 30.0
    pools: dict[str, Pool] = field(default_factory=lambda: {"defaultapppool": Pool("DefaultAppPool")})
    sites: dict[str, Site] = field(default_factory=dict)

    def pool(self, name: str) -> Pool | None:
        return self.pools.get(name.lower())

    def site(self, name: str) -> Site | None:
        return self.sites.get(name.lower())

    def add_pool(self, name: str) -> Pool:
        self.pools[name.lower()] = pool = Pool(name)
        return pool

    def add_site(self, name: str, physical_path: str) -> Site:
        highest = max((site.site_id for site in self.sites.values()), default=0)
        self.sites[name.lower()] = site = Site(name, highest + 1, physical_path)
        return site

    def remove_pool(self, pool: Pool) -> None:
        del self.pools[pool.name.lower()]
        self.settle()

    def remove_site(self, site: Site) -> None:
        site.state = STOPPED
        self.settle()
        del self.sites[site.name.lower()]

    def recycle(self, pool: Pool) -> None:
        for site in self.sites.values():
            if site.application_pool.lower() == pool.name.lower():
                self._stop_worker(site)
        self.settle()

    def renew(self, site: Site) -> None:
        """Its folder or its bindings changed: the next request meets a new worker."""
        self._stop_worker(site)
        self.settle()

    def settle(self) -> None:
        """Workers run for the sites that are started in a pool that is, and for no other."""
        for site in self.sites.values():
            pool = self.pool(site.application_pool)
            wanted = site.state == STARTED and pool is not None and pool.state == STARTED and bool(site.bindings)
            if not wanted:
                self._stop_worker(site)
            elif site.worker is None or site.worker.exit_code is not None:
                site.worker = self._start_worker(site)

    def images(self) -> set[Path]:
        workers = (site.worker for site in self.sites.values())
        return {worker.image for worker in workers if worker is not None and worker.exit_code is None}

    def kill_all(self) -> None:
        for site in self.sites.values():
            if site.worker is not None:
                site.worker.kill()
                site.worker = None

    def _start_worker(self, site: Site) -> Running | None:
        """A site whose program is missing or broken stays "Started", as in IIS; nobody answers there."""
        image = f"{site.physical_path}\\{self.program}"
        try:
            return self.start_program(image, [], f"iis-{site.name}", {"WINHOST_PORT": str(site.bindings[0].port)})
        except Win32Error:
            return None

    def _stop_worker(self, site: Site) -> None:
        if site.worker is None:
            return
        site.worker.ask_to_stop()
        if not site.worker.ended_within(self.stop_seconds):
            site.worker.kill()
        site.worker = None
