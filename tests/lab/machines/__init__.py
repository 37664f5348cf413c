# SPDX-License-Identifier: GPL-3.0-or-later
"""Real hosts on one machine: each a systemd-nspawn machine with its own systemd, sshd, network and disk."""
