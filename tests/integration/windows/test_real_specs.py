# SPDX-License-Identifier: GPL-3.0-or-later
"""The specs of the installed collections, and the examples of their own documentation held against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.check import ArgumentError, checked
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.installed import (
    COLLECTIONS,
    NoModule,
    documentation,
    modules,
    spec_of,
)
from ansible_collections.hybrid.rollout.tests.winhost.task_check.findings import report

# Modules whose script shows no spec. win_reboot and win_template are action plugins, psexec runs on the controller,
# win_dsc asks the host, and win_dotnet_ngen takes nothing.
DOCUMENTED_ONLY = {
    "ansible.windows.win_dsc",
    "ansible.windows.win_reboot",
    "ansible.windows.win_template",
    "community.windows.psexec",
    "community.windows.win_dotnet_ngen",
}
# Mistakes in the collections' own documentation, as of ansible.windows 3.3.0 and community.windows 3.1.0.
WRONG_EXAMPLES = {
    ("ansible.windows.win_certificate_store", "Export certificate as der encoded file"): "missing: thumbprint",
    ("ansible.windows.win_certificate_store", "Export certificate and key as pfx encoded file"): "missing: thumbprint",
    ("ansible.windows.win_dsc", "Setup the xWebAdministration module"): "no installed collection has a module",
    (
        "ansible.windows.win_file_compression",
        "Compress reports directory and all subdirectories (quick)",
    ): "module: compressed",
    ("community.windows.psexec", "Run the process as a different user"): "module: connection_user",
    ("community.windows.psexec", "Disable encryption to work with WIndows 7/Server 2008 (R2)"): "hostname",
}


def test_every_module_shows_its_spec_but_the_few_that_have_none() -> None:
    specs = {name: spec_of(name) for collection in COLLECTIONS for name in modules(collection)}
    assert {name for name, spec in specs.items() if spec.source == "documentation"} == DOCUMENTED_ONLY
    sources = Counter(spec.source for spec in specs.values())
    assert sources["literal"] >= 80
    assert sources["legacy"] >= 40


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_documented_options_of_a_readable_spec_are_the_real_ones(collection: str) -> None:
    for name in modules(collection):
        spec = spec_of(name)
        if spec.source == "literal":
            said = {*(documentation(name)[0].get("options") or {})} - {"free_form"}
            assert public(spec.options) == public(said), name


def public(options: Iterable[str]) -> set[str]:
    return {name for name in options if not name.startswith("_")}


def test_the_examples_of_the_documentation_pass_but_for_its_own_mistakes(tmp_path: Path) -> None:
    seen, wrong = 0, {}
    for collection in COLLECTIONS:
        for name in modules(collection):
            file = tmp_path / f"{name}.yml"
            file.write_text(documentation(name)[1])
            said = report([file])
            seen += len(said.places)
            for finding in said.findings:
                wrong[name, finding.split(": ")[1]] = finding
    assert seen >= 600
    assert wrong.keys() == WRONG_EXAMPLES.keys(), "\n".join(wrong.values())
    for place, words in WRONG_EXAMPLES.items():
        assert words in wrong[place]


def test_options_that_come_from_a_shared_fragment_are_known() -> None:
    assert spec_of("ansible.windows.win_get_url").options["url_timeout"].aliases == ("timeout",)
    assert spec_of("ansible.windows.win_get_url").options["url_timeout"].type == "int"


def test_choices_that_a_script_computes_are_taken_from_its_documentation() -> None:
    assert spec_of("ansible.windows.win_package").source == "literal"
    with pytest.raises(ArgumentError, match="value of provider must be one of: auto, msi,"):
        checked(
            spec_of("ansible.windows.win_package"),
            "win_package",
            {"path": "C:\\a.exe", "product_id": "a", "provider": "zip"},
        )


def test_a_resource_of_dsc_takes_options_that_only_the_host_knows() -> None:
    given = {"resource_name": "File", "DestinationPath": "C:\\a"}
    assert checked(spec_of("ansible.windows.win_dsc"), "win_dsc", given)["DestinationPath"] == "C:\\a"


def test_a_module_that_nobody_has_is_no_module() -> None:
    with pytest.raises(NoModule, match="win_sevice"):
        spec_of("ansible.windows.win_sevice")
