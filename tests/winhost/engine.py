# SPDX-License-Identifier: GPL-3.0-or-later
"""One call, decoded and carried out: whose script it is, whether its arguments are right, and what the model of the module answers.
What the model does not know is refused, never guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Protocol

from . import asynchronous, no_log
from .modelled_host import ModelledHost
from .models.call import Call, ModuleFailed
from .no_log import ArgumentOption
from .wire import core_scripts, known_text, payload
from .wire.journal import Record
from .wire.known_text import KnownText
from .wire.outcome import Outcome, refused, result


class ModelledModule(Protocol):
    @property
    def honours(self) -> frozenset[str]: ...

    @property
    def ignores(self) -> Mapping[str, str]: ...

    @property
    def script_sha256(self) -> Collection[str]: ...

    @property
    def carry_out(self) -> Callable[[Any, Call], dict[str, Any]]: ...


class ArgumentSpec(Protocol):
    @property
    def options(self) -> Mapping[str, ArgumentOption]: ...

    @property
    def supports_check_mode(self) -> bool: ...


@dataclass(frozen=True)
class Engine:
    spec_of_script: Callable[[str, Mapping[str, str]], ArgumentSpec]
    check: Callable[[Any, str, Mapping[str, Any]], dict[str, Any]]
    argument_error: type[Exception]
    model_of: Callable[[str], Optional[ModelledModule]]
    core: Mapping[str, Collection[str]]  # file name -> digests
    texts: Sequence[KnownText]

    def carry_out(self, host: ModelledHost, command_line: str, stdin: bytes, record: Record) -> Outcome:
        try:
            return self._carry_out(host, command_line, stdin, record)
        except Exception as broken:  # or it would look like a defect of the product
            return _refusal(f"the host model broke: {broken!r}")

    def _carry_out(self, host: ModelledHost, command_line: str, stdin: bytes, record: Record) -> Outcome:
        try:
            asked = payload.read(command_line, stdin)
        except payload.UnreadablePayload:
            return refused("a payload that ansible-core is not known to send")
        if isinstance(asked, payload.Text):
            record.kind = "powershell" if asked.powershell else "command"
            record.module, outcome = known_text.answer(host, asked.script, self.texts)
            return outcome
        unknown = core_scripts.unknown(asked.scripts, self.core)
        if isinstance(asked, payload.CoreCall):
            record.kind, record.module = "core script", asked.name
            return _not_installed(unknown) if unknown else core_scripts.carry_out(host, asked)
        record.kind, record.module = "module", asked.module
        record.become_user, record.asynchronous = asked.become_user, bool(asked.asynchronous)
        return _not_installed(unknown) if unknown else self._module(host, asked, record)

    def _module(self, host: ModelledHost, asked: payload.ModuleCall, record: Record) -> Outcome:
        model = self.model_of(asked.module)
        if model is None:
            return _refusal(f"there is no model of {asked.module}")
        record.needs_review = hashlib.sha256(asked.script_bytes).hexdigest() not in model.script_sha256
        spec = self.spec_of_script(asked.script, asked.utilities)
        unread = model.ignores.keys() - spec.options.keys()  # an action plugin may hand on what the script never reads
        given = {
            name: value
            for name, value in asked.arguments.items()
            if not name.startswith("_ansible_") and name not in unread
        }
        try:
            arguments = self.check(spec, asked.module, given)
        except self.argument_error as wrong:
            return result("bad arguments", {"changed": False, "failed": True, "msg": str(wrong)})
        named = frozenset(_own_name(name, spec) for name, value in given.items() if value is not None)
        unmodelled = sorted(named - model.honours - model.ignores.keys())
        if unmodelled:
            return _refusal(f"the model of {asked.module} does not know what to do with {', '.join(unmodelled)}")
        call = _call(asked, arguments, named)
        if call.check and not spec.supports_check_mode:
            words = f"remote module ({asked.module}) does not support check mode"
            return result("skipped", {"changed": False, "skipped": True, "msg": words})
        hidden = frozenset(no_log.secrets(spec.options, arguments))
        if asked.asynchronous:
            started = asynchronous.start(host, asked.asynchronous, lambda: _answer(host, model, call, hidden))
            return result("started", started)
        answer = _answer(host, model, call, hidden)
        return result("failed" if answer.get("failed") else "ok", answer)


def _answer(host: ModelledHost, model: ModelledModule, call: Call, hidden: frozenset[str]) -> dict[str, Any]:
    try:
        answer = model.carry_out(host, call)
    except ModuleFailed as failure:
        answer = {"changed": False, **failure.result, "failed": True, "msg": failure.message}
    except Exception as broken:  # a defect of the model must be seen as the model's
        answer = {"changed": False, "failed": True, "msg": f"winhost: the model of {call.module} broke: {broken!r}"}
    answer.setdefault("invocation", {"module_args": dict(call.arguments)})
    cleaned: dict[str, Any] = no_log.without(hidden, answer)
    return cleaned


def _call(asked: payload.ModuleCall, arguments: dict[str, Any], named: frozenset[str]) -> Call:
    return Call(
        module=asked.module,
        arguments=arguments,
        given=named,
        check=bool(asked.arguments.get("_ansible_check_mode")),
        diff=bool(asked.arguments.get("_ansible_diff")),
        become_user=asked.become_user,
        environment=dict(asked.environment),
    )


def _own_name(name: str, spec: ArgumentSpec) -> str:
    """Aliases are the caller's; models know an option by its own name."""
    lower = name.lower()
    for own, option in spec.options.items():
        if lower in (own.lower(), *(alias.lower() for alias in option.aliases)):
            return own
    return name


def _refusal(message: str) -> Outcome:
    return result("refused", {"changed": False, "failed": True, "msg": f"winhost: {message}"})


def _not_installed(names: Sequence[str]) -> Outcome:
    return _refusal(f"not the text of the installed ansible-core: {', '.join(names)}")
