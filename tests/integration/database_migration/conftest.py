# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stories of the role stand on: the service of the gate's own stories, behind two real HAProxys."""

from ansible_collections.hybrid.rollout.tests.integration.migration_gate.conftest import certificates, service

__all__ = ["certificates", "service"]
