# SPDX-License-Identifier: GPL-3.0-or-later
"""A DACPAC, of which only the reports of SqlPackage tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import EDITED, PENDING
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    history,
    release_of,
    standings,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

DAC = "http://schemas.microsoft.com/sqlserver/dac"
DEPLOY = f"""<?xml version="1.0" encoding="utf-8"?>
<DeploymentReport xmlns="{DAC}/DeployReport/2012/02">
  <Alerts>
    <Alert Name="DataIssue"><Issue Value="The column [dbo].[Quote].[Text] is being dropped, data loss could occur." Id="1" /></Alert>
  </Alerts>
  <Operations>
    <Operation Name="Create"><Item Value="[dbo].[Author]" Type="SqlTable" /></Operation>
    <Operation Name="Alter"><Item Value="[dbo].[Quote]" Type="SqlTable"><Issue Id="1" /></Item></Operation>
  </Operations>
</DeploymentReport>
"""
DRIFT = f"""<DriftReport xmlns="{DAC}/DriftReport/2012/02">
  <Additions><Object Name="[dbo].[HotFix]" Parent="" Type="SqlIndex" /></Additions>
  <Removals><Object Name="[dbo].[Old]" Parent="" Type="SqlView" /></Removals>
  <Modifications />
</DriftReport>
"""


def test_reports_tell_what_a_deployment_would_do_and_what_somebody_else_did(tmp_path: Path) -> None:
    found = standings(
        "dacpac", Schemas(TABLES["dacpac"]), release_of(tmp_path, {"deploy.xml": DEPLOY, "drift.xml": DRIFT})
    )
    assert {name: (standing.state, standing.detail) for name, standing in found.items()} == {
        "Create [dbo].[Author]": (PENDING, "SqlTable"),
        "Alter [dbo].[Quote]": (
            PENDING,
            "SqlTable; The column [dbo].[Quote].[Text] is being dropped, data loss could occur.",
        ),
        "Drift: added [dbo].[HotFix]": (EDITED, "SqlIndex changed since the DACPAC was registered"),
        "Drift: removed [dbo].[Old]": (EDITED, "SqlView changed since the DACPAC was registered"),
    }


def test_a_report_without_operations_says_that_nothing_is_left_to_do(tmp_path: Path) -> None:
    empty = f'<DeploymentReport xmlns="{DAC}/DeployReport/2012/02"><Alerts /></DeploymentReport>'
    assert READERS["dacpac"].migrations(release_of(tmp_path, {"DeployReport.XML": empty})) == []


def test_the_database_itself_is_never_taken_for_a_witness() -> None:
    told = history("dacpac", Schemas(TABLES["dacpac"], "INSERT INTO __RefactorLog VALUES ('a')", kind="mssql"))
    assert (list(told.records), told.failure_detectable, told.lock.held) == ([], False, None)
    assert "only a DeployReport or DriftReport of SqlPackage" in told.why_not


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html/>", "begins with <html>; a report of SqlPackage begins with"),
        ("<DeploymentReport>", "cannot be read as a report of SqlPackage"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><DeploymentReport/>', "declares a document type"),
    ],
)
def test_a_file_that_is_no_report_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        READERS["dacpac"].migrations(release_of(tmp_path, {"deploy.xml": text}))
