# SPDX-License-Identifier: GPL-3.0-or-later
"""An HAProxy whose customers stick to a member, by cookie or by stick table, or stay connected in mode tcp."""

from __future__ import annotations

from functools import cached_property

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy

MORE = """
frontend shop_door
  bind 127.0.0.1:{shop}
  default_backend shop
backend shop
  option httpchk GET /health
  http-check expect status 200
  cookie MEMBER insert indirect nocache
  timeout tunnel 1h
{shop_servers}
frontend table_door
  bind 127.0.0.1:{table}
  default_backend table
backend table
  option httpchk GET /health
  http-check expect status 200
  stick-table type string len 32 size 1k expire 30m
  stick on req.hdr(x-customer)
{servers}
frontend raw_door
  mode tcp
  bind 127.0.0.1:{raw}
  default_backend raw
backend raw
  mode tcp
  option httpchk GET /health
  http-check expect status 200
  timeout tunnel 1h
{servers}
"""
POOLS = ("shop", "table", "raw")


class StickyHAProxy(HAProxy):
    """``doors`` are the ports of the pools: shop gives cookies and passes WebSockets, table has a stick table, raw is mode tcp."""

    @cached_property
    def doors(self) -> dict[str, int]:
        return {pool: free_port() for pool in POOLS}

    def all_checked(self) -> bool:
        stat = "".join(self.ask(f"show stat {pool} 4 -1") for pool in POOLS)
        return super().all_checked() and ",UP 1/3," not in stat

    def _config(self, keep_state: bool) -> str:
        lines = [f"  server {app.name} 127.0.0.1:{app.port} check" for app in self.apps]
        cookies = [f"{line} cookie {app.name}" for line, app in zip(lines, self.apps)]
        more = MORE.format(servers="\n".join(lines), shop_servers="\n".join(cookies), **self.doors)
        return super()._config(keep_state) + more
