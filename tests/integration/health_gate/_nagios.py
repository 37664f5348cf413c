# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Nagios Core that is told what its checks found, and the Apache with a login in front of its CGIs."""

from __future__ import annotations

import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

from ._tree import Room, login

NAGIOS = """
cfg_file=/srv/objects.cfg
object_cache_file=/srv/objects.cache
status_file=/srv/status.dat
log_file=/srv/nagios.log
temp_file=/srv/nagios.tmp
temp_path=/srv
lock_file=/srv/nagios.pid
command_file=/srv/commands/nagios.cmd
query_socket=/srv/commands/nagios.qh
check_result_path=/srv/results
state_retention_file=/srv/retention.dat
nagios_user=root
nagios_group=root
check_external_commands=1
check_result_reaper_frequency=1
status_update_interval=1
interval_length=1
check_for_updates=0
use_syslog=0
"""
CGI = """
main_config_file=/srv/nagios.cfg
url_html_path=/nagios4
use_authentication=1
authorized_for_all_services=rollout
authorized_for_all_hosts=rollout
"""
OBJECTS = """
define timeperiod {
  timeperiod_name always
  alias always
}
define command {
  command_name none
  command_line /bin/true
}
define contact {
  contact_name rollout
  host_notification_period always
  service_notification_period always
  host_notification_commands none
  service_notification_commands none
}
define host {
  host_name app1
  address 127.0.0.1
  check_command none
  check_period always
  max_check_attempts 1
  active_checks_enabled 0
  contacts rollout
}
"""
SERVICE = """
define service {{
  host_name app1
  service_description {name}
  check_command none
  check_period always
  max_check_attempts 3
  active_checks_enabled 0
  contacts rollout
}}
"""
MODULES = ("mpm_prefork", "cgi", "alias", "env", "authn_core", "authn_file", "auth_basic", "authz_core", "authz_user")
APACHE = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile /srv/apache.pid
ErrorLog /srv/apache.log
User www-data
Group www-data
SetEnv NAGIOS_CGI_CONFIG /srv/cgi.cfg
ScriptAlias /nagios4/cgi-bin /usr/lib/cgi-bin/nagios4
<Directory /usr/lib/cgi-bin/nagios4>
  AuthType Basic
  AuthName "Nagios Access"
  AuthUserFile /srv/htpasswd
  Require valid-user
</Directory>
"""


class Nagios:
    def __init__(self, home: Path, *services: str) -> None:
        self.room, self.services, self.port = Room(home), services, free_port()
        self.url = f"http://127.0.0.1:{self.port}/nagios4/cgi-bin/statusjson.cgi"
        self.headers = login("rollout", "secret")

    def start(self) -> None:
        for folder in ("commands", "results"):
            (self.room.home / folder).mkdir()
        modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in MODULES)
        self.room.write(
            nagios_cfg=NAGIOS,
            cgi_cfg=CGI,
            objects_cfg=OBJECTS + "".join(SERVICE.format(name=name) for name in self.services),
            apache_conf=modules + APACHE.format(port=self.port),
        )
        self.room.run("htpasswd", "-bc", "/srv/htpasswd", "rollout", "secret")
        self.room.start("nagios", "nagios4", "/srv/nagios.cfg")
        self.room.start("apache", "apache2", "-DFOREGROUND", "-f", "/srv/apache.conf")
        self.room.until((self.room.home / "commands/nagios.cmd").is_fifo, "Nagios takes commands")
        self.room.until(lambda: self.service(self.services[0]), "the CGI answers")

    def tell(self, command: str, *words: object, seconds_ago: int = 0) -> None:
        """One external command; Nagios does not acknowledge any."""
        line = ";".join([f"[{int(time.time()) - seconds_ago}] {command}", *map(str, words)])
        # Without waiting for a reader: where Nagios has ended, there will be none.
        fifo = os.open(self.room.home / "commands/nagios.cmd", os.O_WRONLY | os.O_NONBLOCK)
        with open(fifo, "w", encoding="utf-8") as commands:
            commands.write(f"{line}\n")

    def found(self, results: dict[str, tuple[int, str]], seconds_ago: int = 0) -> None:
        """What checks of services found, with the return codes of plugins; back when the CGI knows it."""
        began = int(time.time()) - seconds_ago
        for service, (code, words) in results.items():
            self.tell("PROCESS_SERVICE_CHECK_RESULT", "app1", service, code, words, seconds_ago=seconds_ago)
        for service in results:
            self.room.until(partial(self._knows, service, began), f"Nagios knows of a check of {service}")

    def downtime(self, *services: str) -> None:
        """A fixed downtime of ten minutes; back when the CGI knows it."""
        now = int(time.time())
        for service in services:
            self.tell("SCHEDULE_SVC_DOWNTIME", "app1", service, now, now + 600, 1, 0, 600, "me", "release 1.1")
        for service in services:
            self.room.until(partial(self._is_in_downtime, service), f"{service} is in downtime")

    def _is_in_downtime(self, service: str) -> bool:
        return bool(self.service(service)["scheduled_downtime_depth"])

    def _knows(self, service: str, began: int) -> bool:
        return bool(began <= self.service(service)["last_check"] / 1000 <= began + 5)

    def ask(self, service: str, host: str = "app1") -> str:
        """Its answer as it stands, by another client than the one that is tested."""
        asked = urlencode({"query": "service", "hostname": host, "servicedescription": service})
        try:
            with urlopen(Request(f"{self.url}?{asked}", headers=self.headers), timeout=10) as answer:
                return str(answer.read().decode())
        except URLError as error:
            return str(error)

    def service(self, name: str) -> Any:
        try:
            return json.loads(self.ask(name))["data"].get("service")
        except (ValueError, KeyError):
            return None

    def stop(self) -> None:
        self.room.stop()
