# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/approval.md, word for word: who follows it is counted."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

GUIDE = (Path(__file__).parents[3] / "docs/approval.md").read_text(encoding="utf-8")


def test_who_follows_the_guide_is_counted(tmp_path: Path) -> None:
    commands = re.findall(r"^```bash\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(commands) == 5
    script = "set -eu\n" + "".join(commands)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"verdict": "passed"' in done.stdout
    assert re.search(r'"approved_by": \[\s*"carol@example.com"\s*\]', done.stdout)
