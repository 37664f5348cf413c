# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments a module of the Windows collections takes, read out of its own script, and what is wrong with given ones."""
