# SPDX-License-Identifier: GPL-3.0-or-later
"""Which arguments a script takes, as its own text shows it."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.script_spec import NoSpec, read
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.spec import RequiredIf

BOILER = """
#AnsibleRequires -CSharpUtil Ansible.Basic
$spec = @{
    options = @{
        name = @{ type = 'str'; required = $true }
        state = @{ type = 'str'; choices = 'cold', 'hot'; default = 'cold' }
        degrees = @{ type = 'int'; aliases = , 'temperature' }
        burners = @{ type = 'list'; elements = 'dict'; options = @{ side = @{ required = $true } } }
    }
    required_if = @(
        , @('state', 'hot', @('degrees'))
    )
    mutually_exclusive = @(
        , @('degrees', 'burners')
    )
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$module.ExitJson()
"""
WITH_FRAGMENT = """
$spec = @{ options = @{ fuel = @{ aliases = 'gas' } }; required_together = @(, @('fuel', 'name')) }
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec, @(Get-BoilerSpec))
"""
UTIL = """
Function Get-BoilerSpec {
    <# $module = Create($args, @{ options = @{ wrong = @{} } }) #>
    @{
        options = @{ fuel = @{ type = 'path'; aliases = 'petrol' }; pressure = @{ type = 'float' } }
        required_together = @(, @('pressure', 'fuel'))
    }
}
"""
OLDER = """
$params = Parse-Args -arguments $args -supports_check_mode $true
# $old = Get-AnsibleParam -obj $params -name "gone" -type "str"
$path = Get-AnsibleParam -obj $params -name "path" -type "path" -failifempty $true -aliases "dest", "name"
$state = Get-AnsibleParam $params "state" -type "str" -default "hot" `
    -validateset "cold", "hot"
if ($state -eq "hot") {
    $fuel = Get-AnsibleParam -obj $params -name "fuel" -failifempty $true
}
$check = Get-AnsibleParam -obj $params -name "_ansible_check_mode" -type "bool" -default $false
"""


def test_options_and_what_they_require_are_read_from_the_script() -> None:
    spec = read(BOILER, {})
    assert spec.source == "literal"
    assert spec.supports_check_mode
    assert spec.options["name"].required
    assert spec.options["state"].choices == ("cold", "hot")
    assert spec.options["state"].default == "cold"
    assert spec.options["degrees"].aliases == ("temperature",)
    assert spec.options["burners"].options["side"].required
    assert spec.requirements.required_if == (RequiredIf("state", "hot", ("degrees",), False),)
    assert spec.requirements.mutually_exclusive == (("degrees", "burners"),)


def test_a_spec_written_into_the_call_is_read_too() -> None:
    spec = read(
        "$module = [Ansible.Basic.AnsibleModule]::Create($args, @{ options = @{ a = @{ type = 'int' } } })\n", {}
    )
    assert spec.options["a"].type == "int"


def test_a_fragment_of_a_module_util_adds_what_the_module_does_not_say_itself() -> None:
    spec = read(WITH_FRAGMENT, {"Boiler.psm1": UTIL})
    assert spec.options["fuel"].type == "path"
    assert spec.options["fuel"].aliases == ("gas",)
    assert spec.options["pressure"].type == "float"
    assert "wrong" not in spec.options
    assert spec.requirements.required_together == (("fuel", "name"), ("pressure", "fuel"))


def test_a_fragment_that_was_not_shipped_is_not_guessed() -> None:
    with pytest.raises(NoSpec, match="Get-BoilerSpec is in no module_utils"):
        read(WITH_FRAGMENT, {})


def test_a_spec_that_is_computed_is_refused_with_the_place() -> None:
    with pytest.raises(NoSpec, match="line 1: a value, not 'Get-Spec'"):
        read("$spec = Get-Spec\n$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)\n", {})


def test_a_script_that_takes_no_arguments_at_all_says_so() -> None:
    with pytest.raises(NoSpec, match="neither"):
        read("Get-Date\n", {})


def test_choices_that_the_module_computes_are_known_to_be_unknown() -> None:
    spec = read(BOILER.replace("'cold', 'hot'; default", "(Get-States); default"), {})
    assert spec.options["state"].choices is None


def test_an_older_module_takes_what_it_asks_for() -> None:
    spec = read(OLDER, {})
    assert spec.source == "legacy"
    assert spec.supports_check_mode
    assert set(spec.options) == {"path", "state", "fuel"}
    assert spec.options["path"].aliases == ("dest", "name")
    assert spec.options["path"].required
    assert spec.options["state"].choices == ("cold", "hot")
    assert spec.options["state"].default == "hot"
    assert not spec.options["fuel"].required, "it is asked for behind a condition"


def test_a_script_may_name_its_module_without_the_namespace() -> None:
    script = BOILER.replace("[Ansible.Basic.AnsibleModule]", "[AnsibleModule]")
    assert read(script, {}) == read(BOILER, {})
