"""Receivers that name a deprecated field, reported as mypy reports whatever else is deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy import errorcodes

from .. import _messages as messages
from .._payloads.marks import marked_fields
from .._payloads.marks_in_source import DEPRECATED

if TYPE_CHECKING:
    from mypy.options import Options

    from .._payloads.contract import Contract
    from .receiver import Receiver


def check_deprecated(receiver: Receiver, contract: Contract) -> None:
    """Report the deprecated fields that a receiver names, by mypy's own error code and options."""
    options, model = receiver.checker.options, contract.payload.type
    say = receiver.note if options.report_deprecated_as_note else receiver.fail
    named = {parameter.name for parameter in receiver.signature.formal_arguments()} if receiver.signature else set()
    for field, text in marked_fields(model, DEPRECATED, receiver.checker).items():
        if field in named and not _is_excluded(f"{model.fullname}.{field}", options):
            message = messages.deprecated_field(field, contract.payload_name, receiver.name, text)
            say(message, errorcodes.DEPRECATED)


def _is_excluded(fullname: str, options: Options) -> bool:
    return any(f"{fullname}.".startswith(f"{excluded}.") for excluded in options.deprecated_calls_exclude)
