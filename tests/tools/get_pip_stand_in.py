# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts pip into the environments that ``ansible-test`` makes, from the Python itself instead of from a download.

``ansible-test`` runs this with pip's own arguments. Two of them are for the script that it would download.
"""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys

ensurepip.bootstrap()
for name in ("GET_PIP", "PIP_CONFIG_FILE"):  # ensurepip points the second at nothing; the user's settings are wanted
    os.environ.pop(name, None)
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", "--upgrade", *arguments], check=False).returncode)
