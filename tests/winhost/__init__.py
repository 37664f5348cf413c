# SPDX-License-Identifier: GPL-3.0-or-later
"""A host model for the Windows half: what a controller says to a Windows member, and what it would hear. It is not Windows."""
