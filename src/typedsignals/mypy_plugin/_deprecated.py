"""Receivers that name a deprecated field, reported as mypy reports what else is deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy import errorcodes

from . import _messages as messages
from ._field_source import DEPRECATED
from ._fit import shown_name, signature_of
from ._marks import marked_fields

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context
    from mypy.types import Type

    from ._contract import Contract


def check_deprecated(receiver: Type, contract: Contract, place: Context, checker: TypeChecker) -> None:
    """Say which deprecated fields a receiver names, by mypy's own error code and options."""
    signature, model = signature_of(receiver), contract.payload.type
    named = {parameter.name for parameter in signature.formal_arguments()} if signature else set()
    say = checker.msg.note if checker.options.report_deprecated_as_note else checker.msg.fail
    for field, text in marked_fields(model, DEPRECATED, checker).items():
        if signature and field in named and not _is_excluded(f"{model.fullname}.{field}", checker):
            message = messages.deprecated_field(field, contract.payload_name, shown_name(signature), text)
            say(message, place, code=errorcodes.DEPRECATED)


def _is_excluded(fullname: str, checker: TypeChecker) -> bool:
    return any(f"{fullname}.".startswith(f"{excluded}.") for excluded in checker.options.deprecated_calls_exclude)
