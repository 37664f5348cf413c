# SPDX-License-Identifier: GPL-3.0-or-later
"""A package, so that its fixture ends with its last test: the lab without a database is what the others expect."""
