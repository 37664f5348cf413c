# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code that the estate check can report: how bad it is, why, and what to do. Private to hybrid.rollout."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    severity: str
    why: str
    cure: str


CODES = {
    "option_persist": Code(
        "danger",
        "Customers with a cookie are sent to their server even while it is in maintenance.",
        "Remove it; 'force-persist' with an ACL lets testers reach a member in maintenance.",
    ),
    "server_without_check": Code(
        "danger",
        "HAProxy takes it for well whatever it does, and it comes back from a rollout without proof that it works.",
        "Give it 'check', best with 'option httpchk' on a page that knows whether the member can work.",
    ),
    "check_paused": Code(
        "danger",
        "Its check was disabled around a maintenance and never runs again: it stays as it is whatever happens to it.",
        "Send 'enable health POOL/SERVER' to this endpoint, and find out which tool sends 'disable health'.",
    ),
    "weight_zero": Code(
        "danger",
        "It says UP and takes no new customer; the floor does not count it.",
        "Give it a weight, or take it out with haproxy_pool, which everybody can see.",
    ),
    "agent_on_low_weight": Code(
        "danger",
        "An agent's percentage is taken of the weight and rounded down: half of 1 is 0, and 0 means no customer.",
        "Set 'weight 100' on the pool's default-server.",
    ),
    "two_owners": Code(
        "danger",
        "Agent and runtime API write the same flags and the last one wins: an agent that says ready puts customers on "
        "a member that is just being replaced.",
        "Let one of them own it: no agent-check in pools that rollouts move, or an agent that never says ready, drain "
        "or maint.",
    ),
    "clear_text_admin_socket": Code(
        "danger",
        "Whoever reaches this address commands the load balancer, unencrypted and unasked. The words ssl and verify "
        "change nothing: HAProxy ignores them on a stats socket.",
        "Keep the socket on a unix path and put a TLS door with client certificates before it, as the role "
        "load_balancer does.",
    ),
    "clear_text_stats_socket": Code(
        "warning",
        "Whoever reaches this address reads what the load balancer knows, unencrypted and unasked.",
        "Bind it to a unix path or to loopback.",
    ),
    "connection_without_tls": Code(
        "danger",
        "No certificate says who answers, and unless the messages are encrypted, whoever is on the way reads and "
        "changes all that Ansible tells the member, passwords too.",
        "Set up an HTTPS listener on the member and use port 5986 with scheme https, as docs/windows.md shows.",
    ),
    "certificate_not_checked": Code(
        "danger",
        "Whoever answers at the member's address is taken for the member, and is told what the member is told.",
        "Set the validation to validate, and name the CA in ansible_winrm_ca_trust_path or ansible_psrp_ca_cert.",
    ),
    "host_key_not_checked": Code(
        "danger",
        "Whoever answers at the member's address is taken for the member, and is told what the member is told.",
        "Put the member's key into known_hosts, and leave host key checking on.",
    ),
    "host_key_taken_unseen": Code(
        "warning",
        "Whoever answers first at a new member's address is taken for it from then on.",
        "Put the keys of new members into known_hosts before Ansible goes there, and leave host key checking on.",
    ),
    "no_state_file": Code(
        "danger",
        "A reload forgets every placement: members in maintenance get customers again at once.",
        "Set 'server-state-file' in global, 'load-server-state-from-file global' in defaults, and save 'show servers "
        "state' there before every reload, as the role load_balancer does.",
    ),
    "servers_differ": Code(
        "danger",
        "A member that one load balancer does not know cannot be taken out there, or gets no customer from it.",
        "Configure the same servers under the same names on all of them.",
    ),
    "pools_differ": Code(
        "warning",
        "A member has to be in both pools, or a rollout of it is refused.",
        "List the same servers under the same names in the online and in the maintenance pool.",
    ),
    "versions_differ": Code(
        "warning",
        "Load balancers of different versions know different commands and may judge the same member differently.",
        "Bring them to one version.",
    ),
    "static_balance": Code(
        "warning",
        "Weights cannot be changed while HAProxy runs, and with a hash most customers change their server whenever one "
        "leaves.",
        "Use roundrobin, leastconn or random, or 'hash-type consistent' with a hash.",
    ),
    "balance_first": Code(
        "warning",
        "One server takes everything that fits, so that taking it out moves all customers at once. Weights do nothing.",
        "Use roundrobin, leastconn or random.",
    ),
    "tracked_server": Code(
        "warning",
        "It follows another server into maintenance and back, and may empty a pool that nobody meant.",
        "Give it a check of its own, or count its pool when the other one is taken out.",
    ),
    "no_redispatch": Code(
        "warning",
        "A request whose server refuses the connection is tried on the same server again, then fails.",
        "Set 'option redispatch 1'.",
    ),
    "no_retries": Code(
        "warning",
        "A connection that is refused or cut while it is made is at once an error for the customer.",
        "Set 'retries 3'.",
    ),
    "slow_checks": Code(
        "warning",
        "A member that breaks keeps getting customers until 'fall' checks have failed, and comes back as slowly.",
        "Set 'inter 2s' or less, with 'rise 2 fall 3'.",
    ),
    "reason_without_need": Code(
        "hint",
        "Should the way become unverified again, nobody would be asked.",
        "Take rollout_unverified_connection out of the member's variables.",
    ),
    "one_endpoint": Code(
        "hint",
        "If there is a second load balancer, rollouts do not know of it and it goes on sending customers.",
        "Name every HAProxy process that carries the service in 'endpoints'.",
    ),
}
