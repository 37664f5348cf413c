# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that use Windows modules, checked against the specs of the installed collections; no host is needed."""
