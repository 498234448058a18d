"""Sending: names that are not fields, fields that are missing, and signals whose annotation names only the payload.

Besides fields, a send takes a wrapper for receivers, of which a `ParamSpec` can say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_POS, ARG_STAR, ARG_STAR2, CallExpr, MemberExpr
from mypy.types import AnyType, CallableType, Instance, NoneType, TypeOfAny, UnionType, get_proper_type

from .._suggestion import closest
from . import _messages as messages
from . import _names as names
from ._mypy.expressions import type_of
from ._payloads.contract import Field, contract_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy.plugin import CheckerPluginInterface, MethodSigContext
    from mypy.types import FunctionLike

    from ._payloads.contract import Contract


def check_send(context: MethodSigContext) -> FunctionLike:
    """Hook for ``signal.send(sender, ...)`` and its variants."""
    contract, signature = contract_of(context.type, context.api), context.default_signature
    if contract is None:
        return signature
    if not isinstance(context.context, CallExpr):
        return _taking(contract, contract.fields, signature)
    send = _Send(context.context, contract, context.api)
    if problem := send.misplaced():
        send.fail(problem)
        return _taking_anything(signature)
    return _taking(contract, send.checked_fields(), signature)


def _taking(contract: Contract, fields: Sequence[Field], default: CallableType) -> CallableType:
    """Return the signature that the payload means, whatever the parameters of the signal's type are."""
    by_position, extra = contract.by_position, [] if contract.extra is None else [contract.extra]
    return default.copy_modified(
        arg_types=[*by_position, *(field.type for field in fields), *extra],
        arg_kinds=[*(ARG_POS for _ in by_position), *(field.kind for field in fields), *(ARG_STAR2 for _ in extra)],
        arg_names=[*(None for _ in by_position), *(field.name for field in fields), *(None for _ in extra)],
    )


def _taking_anything(signature: CallableType) -> CallableType:
    anything = AnyType(TypeOfAny.from_error)
    return signature.copy_modified(
        arg_types=[anything, anything], arg_kinds=[ARG_STAR, ARG_STAR2], arg_names=[None, None]
    )


@dataclass(frozen=True, slots=True)
class _Send:
    """A send, and what it may send."""

    call: CallExpr
    contract: Contract
    checker: CheckerPluginInterface

    @property
    def method(self) -> str:
        return self.call.callee.name if isinstance(self.call.callee, MemberExpr) else "send"

    @property
    def wrappers(self) -> list[str]:
        """The keyword for a wrapper that the method takes; none if it calls no receivers."""
        if self.method == names.PREPARE:
            return []
        return [names.SYNC_WRAPPER if self.method in names.AWAITING else names.ASYNC_WRAPPER]

    def fail(self, message: str) -> None:
        self.checker.fail(message, self.call, code=messages.SEND)

    def misplaced(self) -> str | None:
        """Say what is wrong if the payload is sent as an object, or a bound signal is given a sender."""
        if meant := self._meant():
            return messages.sends_payload(self.method, self.contract.payload_name, meant)
        is_given_sender = self.contract.is_bound and ARG_POS in self.call.arg_kinds
        return messages.sends_to_bound(self.method) if is_given_sender else None

    def _meant(self) -> str | None:
        """Return the method that takes what is sent, if it is the payload as an object."""
        if self.call.arg_kinds != [ARG_POS] * (len(self.contract.by_position) + 1):
            return None
        sent = get_proper_type(type_of(self.call.args[-1], self.checker))
        is_payload = isinstance(sent, Instance) and sent.type.has_base(self.contract.payload.type.fullname)
        return names.SENDING_PAYLOAD.get(self.method) if is_payload else None

    def checked_fields(self) -> list[Field]:
        """Report names that are not fields and fields that are missing, and return what is left for mypy to compare.

        Without a sender by position, or with arguments that are unpacked, mypy says what is wrong.
        """
        kinds, fields = self.call.arg_kinds, [*self._sent_wrappers(), *self.contract.fields]
        if kinds.count(ARG_POS) != len(self.contract.by_position) or any(kind.is_star() for kind in kinds):
            return fields
        unknown, missing = self._unknown(), self._missing()
        self._report(unknown, missing)
        ignored = [Field(name, ARG_NAMED_OPT, AnyType(TypeOfAny.from_error)) for name in unknown]
        return [replace(field, kind=ARG_NAMED_OPT) if field.name in missing else field for field in fields] + ignored

    def _report(self, unknown: list[str], missing: list[str]) -> None:
        """Report at the call, as mypy does without the plugin, so that what ignores that ignores this."""
        sent_names = self.contract.sent_names
        for name in unknown:
            self.fail(messages.sends_unknown(self.method, name, sent_names, self.wrappers))
        suggested = {closest(name, sent_names) for name in unknown}
        if lacking := [name for name in missing if name not in suggested]:
            self.fail(messages.sends_too_little(self.method, lacking, self.contract.payload_name))

    def _unknown(self) -> list[str]:
        """Return what is sent but is not a field."""
        known = {*self.contract.sent_names, *self.wrappers}
        return [name for name in self.call.arg_names if name and name not in known and self.contract.extra is None]

    def _missing(self) -> list[str]:
        required = [field.name for field in self.contract.fields if field.kind is ARG_NAMED]
        return [name for name in required if name not in self.call.arg_names]

    def _sent_wrappers(self) -> list[Field]:
        """Return the wrapper if it is sent; in the signature of other sends, it would get its share of ``**fields``."""
        sent = [name for name in self.wrappers if name in self.call.arg_names]
        if not sent:
            return []
        anything, function = AnyType(TypeOfAny.special_form), self.checker.named_generic_type("builtins.function", [])
        receiver = CallableType(
            [anything, anything], [ARG_STAR, ARG_STAR2], [None, None], anything, function, is_ellipsis_args=True
        )
        # Blinker's takes None too.
        taken = UnionType([CallableType([receiver], [ARG_POS], [None], receiver, function), NoneType()])
        return [Field(name, ARG_NAMED_OPT, taken) for name in sent]
