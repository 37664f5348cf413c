# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide for those who come from community.general.haproxy: every block that it calls Now runs as it stands there, on real HAProxys."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import USUAL_SUITE, HAProxy
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair, pair_of

GUIDE = (Path(__file__).parents[3] / "docs/moving_from_community_general.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in GUIDE.split("\n## ")[1:]}
PEER = "ansible_collections/community/general/plugins/modules/haproxy.py"
DRAINING, OUT = "draining", "maintenance"
MORE = """
backend quotes_api
{servers}
backend quotes_queue
  server queue1 127.0.0.1:{agent} agent-check agent-port {agent}
"""


class GuideBalancer(HAProxy):
    """The backends that the guide speaks of."""

    def _config(self, keep_state: bool) -> str:
        servers = "\n".join(f"  server {app.name} 127.0.0.1:{app.port}" for app in self.apps)
        pools, _unchecked, rest = super()._config(keep_state).partition("backend unchecked")
        door = "listen runtime_api" + rest.partition("listen runtime_api")[2] if self._pem else ""
        return pools + MORE.format(servers=servers, agent=free_port()) + door


@pytest.fixture
def pair(tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Pair]:
    with pair_of(GuideBalancer, USUAL_SUITE, tmp_path, certificates) as pair:
        yield pair


def blocks(section: str, kind: str = "Now") -> str:
    """The YAML under Before or Now of a section; without either word, all of it."""
    text = re.split(rf"^{kind}[:,]", section, maxsplit=1, flags=re.MULTILINE)[-1]
    return "".join(re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def standings(pair: Pair) -> dict[str, set[str]]:
    """The servers that are not ready, and how they stand where."""
    found: dict[str, set[str]] = {}
    for endpoint in pair.info(pools=["quotes", "quotes_api", "quotes_queue"])["endpoints"]:
        for pool in endpoint["pools"]:
            for server in pool["servers"]:
                word = (
                    OUT if server["admin_state"] == ["forced_maintenance"] else DRAINING if server["draining"] else ""
                )
                if word:
                    found.setdefault(f"{pool['pool']}/{server['server']}", set()).add(f"{endpoint['name']} {word}")
    return found


def everywhere(word: str, *servers: str) -> dict[str, set[str]]:
    return {server: {f"lb1 {word}", f"lb2 {word}"} for server in servers}


class Reader:
    """Somebody who pastes blocks of the guide into a play of their own."""

    def __init__(self, pair: Pair, home: Path) -> None:
        self.pair, self.home = pair, home
        (home / "replace_release.yml").write_text(
            "- ansible.builtin.command: touch {{ home }}/{{ inventory_hostname }}\n"
        )
        hosts = {name: {"ansible_host": "127.0.0.1", "app_port": app.port} for name, app in pair.apps.items()}
        balancers = {lb.name: {"door": str(lb.home)} for lb in (pair.lb1, pair.lb2)}
        inventory = {"quotes": {"hosts": hosts}, "load_balancers": {"hosts": balancers}}
        (home / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": inventory}}))

    def play(self, block: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        items: list[dict[str, Any]] = yaml.safe_load(self.pasted(block))
        if "hosts" not in items[0]:
            once = yaml.safe_load(self.pasted(blocks(SECTIONS["The load balancers, once"])))
            items = [{"hosts": "app1", "gather_facts": False, **once, "tasks": items}]
        (self.home / "play.yml").write_text(yaml.safe_dump(items))
        command = ["ansible-playbook", "-i", str(self.home / "hosts.yml"), "-c", "local", str(self.home / "play.yml")]
        extra = {"home": str(self.home), "ansible_python_interpreter": sys.executable}
        return subprocess.run(
            [*command, "-e", json.dumps(extra), *arguments], check=False, capture_output=True, text=True, timeout=180
        )

    def pasted(self, block: str) -> str:
        connection, lb1, lb2 = self.pair.connection, self.pair.lb1, self.pair.lb2
        stands_for = {
            "tls://lb1.example.com:9999": lb1.url,
            "tls://lb2.example.com:9999": lb2.url,
            "/etc/rollout/ca.pem": connection["ca_path"],
            "/etc/rollout/client.pem": connection["client_cert"],
            ":8080/": ":{{ app_port }}/",
            "address: 10.0.0.29": "address: 127.0.0.1",
            "port: 8080": 'port: "{{ app_port }}"',
            "unix:///run/haproxy/admin.sock": '"unix://{{ hostvars[item].door }}/admin.sock"',
        }
        for words, meaning in stands_for.items():
            block = block.replace(words, meaning)
        return block


@pytest.fixture
def reader(pair: Pair, tmp_path: Path) -> Reader:
    return Reader(pair, tmp_path)


ENDS = {
    "Disable and wait": everywhere(OUT, "quotes/app1"),
    "Drain, wait, disable": everywhere(OUT, "quotes/app1"),
    "Drain and leave it there": everywhere(DRAINING, "quotes/app1"),
    "Enable and wait": {},
    "Weight": {},
    "Shut sessions down": everywhere(OUT, "quotes/app1"),
    "Fail if it is not found": everywhere(OUT, "quotes/app1", "quotes_api/app1"),
    "Several backends": everywhere(OUT, "quotes/app1", "quotes_api/app1"),
    "Several load balancers": everywhere(OUT, "quotes/app1"),
    "Agent and health checks": {},
    "A rolling play": {},
    "Add and delete servers": {},
    "Look first": {},
}


def test_every_section_of_the_guide_is_played() -> None:
    others = {"What is different, and may surprise", "Options", "Returns", "The load balancers, once"}
    assert set(SECTIONS) - others == set(ENDS)


@pytest.mark.parametrize("section", ENDS)
def test_a_block_of_the_guide_does_what_it_says(reader: Reader, section: str) -> None:
    pair, block = reader.pair, blocks(SECTIONS[section])
    if section == "Enable and wait":
        pair.place("offline", maintenance_pool=None)
    before = standings(pair)
    foretold = reader.play(block, "--check")
    assert foretold.returncode == 0, foretold.stdout + foretold.stderr
    assert standings(pair) == before
    played = reader.play(block)
    assert played.returncode == 0, played.stdout + played.stderr
    assert standings(pair) == ENDS[section]
    if section == "A rolling play":
        assert all((reader.home / name).exists() for name in pair.apps)
    if section == "Weight":
        assert "\nchanged: [app1]" in played.stdout
        assert pair.lb2.ask("get weight quotes/app1").strip() == "100 (initial 100)"
    if section == "Add and delete servers":
        assert played.stdout.count("\nchanged: [app1]") == 2
    if section == "Agent and health checks":
        assert "enabled" in agent_of_queue1(pair)


def agent_of_queue1(pair: Pair) -> str:
    state = pair.lb1.ask("show servers state quotes_queue").splitlines()
    row = dict(zip(state[1].lstrip("# ").split(), state[2].split()))
    return "enabled" if int(row["srv_agent_state"]) & 4 else "disabled"


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_the_defaults_of_the_group_reach_action_and_module(reader: Reader, reach_from: str) -> None:
    tasks = [
        {"hybrid.rollout.haproxy_server": {"servers": ["app1"], "state": "drain", "reach_from": reach_from}},
        {"hybrid.rollout.haproxy_pool_info": {"online_pool": "quotes", "reach_from": reach_from}},
        {"hybrid.rollout.haproxy_pool": {"online_pool": "quotes", "members": ["app1"], "placement": "offline"}},
        {"hybrid.rollout.estate_check": {"online_pool": "quotes", "reach_from": reach_from}},
    ]
    played = reader.play(yaml.safe_dump(tasks))
    assert "ok=4 " in played.stdout, played.stdout + played.stderr
    assert standings(reader.pair)["quotes/app1"] == {"lb1 maintenance", "lb2 maintenance"}


def test_every_option_of_the_peer_has_a_row() -> None:
    source = next(
        (place for top in os.environ["ANSIBLE_COLLECTIONS_PATH"].split(":") if (place := Path(top, PEER)).exists()),
        None,
    )
    if source is None:
        pytest.skip("community.general is not installed: tests/tools/install_collections brings it")
    said = re.search(r'DOCUMENTATION = r"""\n(.*?)"""', source.read_text(encoding="utf-8"), re.DOTALL)
    assert said
    options = set(yaml.safe_load(said[1])["options"])
    rows = re.findall(r"^\| (`.+?) \|", SECTIONS["Options"], re.MULTILINE)
    assert options == {word.partition(":")[0] for row in rows for word in re.findall(r"`(.+?)`", row)}
    for section in ENDS:
        before = blocks(SECTIONS[section].partition("\nNow")[0], "Before")
        for used in re.findall(r"community\.general\.haproxy:\n((?: {4,}\w+:.*\n)+)", before):
            assert set(re.findall(r"^ +(\w+):", used, re.MULTILINE)) - {"loop", "delegate_to"} <= options
