# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines are started, cut off, unplugged and removed, and nothing of them stays behind."""

from __future__ import annotations

import signal
import socket
import subprocess

import pytest
from ansible_collections.hybrid.rollout.tests.integration.lab._small_lab import CHECKOUT, SmallLab, eventually

pytestmark = pytest.mark.lab


def answers(lab: SmallLab, number: int) -> bool:
    """Whether the sshd of the host at this number does, over the network."""
    try:
        with socket.create_connection((f"{lab.network}.{number}", 22), timeout=1) as door:
            return door.recv(4) == b"SSH-"
    except OSError:
        return False


def test_a_host_is_a_machine_of_its_own(small_lab: SmallLab) -> None:
    small_lab.do("up")
    assert small_lab.do("exec", "app1", "systemctl", "is-system-running", "--wait") == "running\n"
    own = {
        name: (
            small_lab.do("exec", name, "hostname"),
            small_lab.do("exec", name, "cat", "/etc/machine-id"),
            small_lab.do("exec", name, "cat", "/etc/ssh/ssh_host_ed25519_key.pub"),
        )
        for name in ("app1", "app2")
    }
    assert all(of_one != of_two for of_one, of_two in zip(own["app1"], own["app2"], strict=True))
    assert "default" not in small_lab.do("exec", "app1", "ip", "route"), "the lab has a way out"


def test_nothing_but_sshd_was_started_for_the_user(small_lab: SmallLab) -> None:
    small_lab.do("up")
    for service in ("haproxy", "nginx"):
        assert small_lab.ask("exec", "app1", "systemctl", "is-active", service) == (3, "inactive\n")
        small_lab.do("exec", "app1", "systemctl", "start", service)


def test_a_second_up_leaves_running_machines_alone(small_lab: SmallLab) -> None:
    small_lab.do("up")
    small_lab.do("exec", "app1", "touch", "/run/still-here")
    assert "0 to start, 2 already on" in small_lab.do("up")
    small_lab.do("exec", "app1", "test", "-e", "/run/still-here")


def test_ansible_reaches_the_hosts_and_down_closes_its_connections(small_lab: SmallLab) -> None:
    small_lab.do("up")
    assert small_lab.ansible("ansible.builtin.ping").returncode == 0
    assert any("[mux]" in line for line in small_lab.ask("leftovers")[1].splitlines())
    small_lab.do("down")
    assert small_lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")


def test_down_closes_a_connection_that_would_not_notice_its_end(small_lab: SmallLab) -> None:
    patient = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ServerAliveInterval=0"
    small_lab.do("up")
    assert (
        small_lab.ansible("ansible.builtin.ping", f"--extra-vars={{ansible_ssh_common_args: '{patient}'}}").returncode
        == 0
    )
    small_lab.do("net-down", "app1")
    small_lab.do("down")
    assert small_lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")


def test_a_host_behind_a_cut_cable_is_unreachable_and_runs_on(small_lab: SmallLab) -> None:
    small_lab.do("up")
    small_lab.do("net-down", "app1")
    assert not answers(small_lab, 21)
    assert answers(small_lab, 22)
    assert small_lab.do("exec", "app1", "hostname") == "app1\n"
    status, said = small_lab.ask("status")
    assert (status, said.splitlines()[0].split()[-2:]) == (1, ["cable", "cut"])
    small_lab.do("net-up", "app1")
    assert eventually(lambda: answers(small_lab, 21))
    small_lab.do("status")


def test_ansible_notices_a_cable_cut_under_its_open_connection(small_lab: SmallLab) -> None:
    small_lab.do("up")
    assert small_lab.ansible("ansible.builtin.ping").returncode == 0
    small_lab.do("net-down", "app1")
    answer = small_lab.ansible("ansible.builtin.ping")
    assert "app1 | UNREACHABLE!" in answer.stdout
    assert "app2 | SUCCESS" in answer.stdout


def test_a_host_without_power_comes_back_with_its_disk(small_lab: SmallLab) -> None:
    small_lab.do("up")
    small_lab.do("exec", "app1", "sh", "-c", "echo kept >/srv/disk; echo lost >/run/memory")
    small_lab.do("kill", "app1")
    assert not answers(small_lab, 21)
    assert small_lab.ask("status")[0] == 1
    assert "app1 is off. Try: lab start app1" in small_lab.ask("exec", "app1", "true")[1]
    small_lab.do("start", "app1")
    assert small_lab.do("exec", "app1", "cat", "/srv/disk") == "kept\n"
    assert small_lab.ask("exec", "app1", "test", "-e", "/run/memory")[0] == 1


def test_a_host_survives_a_reboot_from_inside(small_lab: SmallLab) -> None:
    small_lab.do("up")
    small_lab.do("exec", "app1", "touch", "/run/before")
    small_lab.do("exec", "app1", "systemctl", "reboot")
    assert eventually(
        lambda: small_lab.ask("exec", "app1", "test", "-e", "/run/before")[0] == 1 and answers(small_lab, 21)
    )


@pytest.mark.parametrize("things_made", [1, 4, 8, 14, 15])
def test_whatever_a_killed_up_had_started_is_found_and_removed(small_lab: SmallLab, things_made: int) -> None:
    records = small_lab.state / "run" / "records"
    up = small_lab.begin("up")
    assert eventually(lambda: records.exists() and len(records.read_text().splitlines()) >= things_made)
    up.send_signal(signal.SIGKILL)
    up.communicate()
    small_lab.do("down")
    assert small_lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")
    small_lab.do("down")


def test_up_goes_on_where_a_killed_up_stopped(small_lab: SmallLab) -> None:
    records = small_lab.state / "run" / "records"
    up = small_lab.begin("up")
    assert eventually(lambda: records.exists() and '"machine"' in records.read_text())
    up.send_signal(signal.SIGKILL)
    up.communicate()
    small_lab.do("up")
    small_lab.do("status")


def test_a_machine_whose_nspawn_was_killed_is_removed_too(small_lab: SmallLab) -> None:
    small_lab.do("up")
    around = [
        line.split()[1].rstrip(":")
        for line in small_lab.ask("leftovers")[1].splitlines()
        if "systemd-nspawn --" in line
    ]
    assert len(around) == 2
    subprocess.run(["kill", "-KILL", *around], check=True)
    small_lab.do("down")
    assert small_lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")


def test_a_killed_build_of_a_base_stops_building_and_is_not_taken_for_whole(empty_lab: SmallLab) -> None:
    build = empty_lab.begin("base")
    assert eventually((empty_lab.state / "base" / "bookworm.unfinished" / "debootstrap").is_dir)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert eventually(lambda: "process" not in empty_lab.ask("leftovers")[1])
    assert "unfinished" in empty_lab.ask("leftovers")[1]
    assert not (empty_lab.state / "base" / "bookworm").exists()


def test_a_range_that_is_in_use_is_refused(small_lab: SmallLab) -> None:
    small_lab.do("up")
    other = small_lab.inventory.with_name("other.yml")
    other.write_text(small_lab.inventory.read_text().replace(small_lab.bridge, "hrother0"))
    small_lab.inventory, own = other, small_lab.inventory
    status, said = small_lab.ask("up")
    small_lab.inventory = own
    assert (status, f"{small_lab.bridge} has {small_lab.network}.1/24, inside the lab's" in said) == (1, True)


def test_a_bridge_of_somebody_else_is_refused_and_left(small_lab: SmallLab) -> None:
    subprocess.run(["ip", "link", "add", small_lab.bridge, "type", "bridge"], check=True)
    try:
        status, said = small_lab.ask("up")
        assert (status, f"A link {small_lab.bridge} exists that this lab did not make" in said) == (1, True)
        small_lab.do("down")
        assert f"link {small_lab.bridge}" in small_lab.ask("leftovers")[1]
    finally:
        subprocess.run(["ip", "link", "delete", small_lab.bridge], check=True)


def test_it_works_with_every_standard_stream_closed(small_lab: SmallLab) -> None:
    line = 'exec <&- >&- 2>&-; exec "$@"'
    subprocess.run(
        ["sh", "-c", line, "sh", str(CHECKOUT / "tests/lab/lab"), f"--inventory={small_lab.inventory}", "up"],
        env=small_lab.environment,
        check=True,
    )
    small_lab.do("status")
