# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role does to a load balancer, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.lab

CONFIGURATION = "/etc/haproxy/haproxy.cfg"


def test_a_second_run_changes_nothing(configured: Any) -> None:
    worker = configured.worker()
    done = configured.configure()
    assert "changed=0 " in done.stdout
    assert configured.worker() == worker


def test_check_mode_shows_the_change_and_makes_none(configured: Any) -> None:
    before = configured.run("cat", CONFIGURATION)
    done = configured.configure("--check", "--diff", load_balancer_queue_timeout_seconds=77)
    assert done.returncode == 0, done.stdout
    assert "+    timeout queue 77s" in done.stdout
    assert configured.run("cat", CONFIGURATION) == before


def test_a_broken_configuration_is_refused_and_the_old_one_stays(configured: Any) -> None:
    before, worker = configured.run("cat", CONFIGURATION), configured.worker()
    done = configured.configure(load_balancer_log_targets=["nonsense"])
    assert done.returncode != 0
    assert "HAProxy goes on with the old one" in done.stdout
    assert "log : expects <address> and <facility>" in done.stdout
    assert configured.run("cat", CONFIGURATION) == before
    assert configured.worker() == worker


def test_a_reload_that_was_lost_is_made_up_for(configured: Any) -> None:
    configured.run("cp", CONFIGURATION, "/run/old.cfg")
    assert configured.configure(load_balancer_queue_timeout_seconds=77).returncode == 0
    configured.run("cp", CONFIGURATION, "/run/new.cfg")
    configured.run("cp", "/run/old.cfg", CONFIGURATION)
    configured.run("python3", "/usr/local/lib/haproxy_runtime.py", "settle")
    configured.run("cp", "/run/new.cfg", CONFIGURATION)
    worker = configured.worker()
    done = configured.configure(load_balancer_queue_timeout_seconds=77)
    assert "changed=1 " in done.stdout, done.stdout
    assert configured.worker() != worker


def test_a_service_without_members_is_named(configured: Any) -> None:
    done = configured.configure(
        load_balancer_services=[{"name": "ghost", "online_bind": ":1", "maintenance_bind": ":2"}]
    )
    assert done.returncode != 0
    assert "the service ghost without members" in done.stdout


def test_certificates_are_for_root_only_and_never_shown(configured: Any, lab_pki: Any) -> None:
    configured.run("rm", "/etc/haproxy/runtime-api.pem")
    done = configured.configure("--diff", "-vvv")
    assert "changed=1 " in done.stdout
    assert configured.run("stat", "-c", "%a %U", "/etc/haproxy/runtime-api.pem").strip() == "600 root"
    secret = (lab_pki / f"{configured.name}.pem").read_text().splitlines()[1]
    assert secret not in done.stdout + done.stderr
