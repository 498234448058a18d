"""Sends: names that are no fields, fields that are missing, and signals whose annotation names only the payload.

Besides fields, a send takes a wrapper for receivers, of which a `ParamSpec` can say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_POS, ARG_STAR, ARG_STAR2, CallExpr, MemberExpr
from mypy.types import AnyType, CallableType, Instance, NoneType, TypeOfAny, UnionType, get_proper_type

from .._suggestion import closest
from . import _messages as messages
from . import _names as names
from ._connecting import own_type_of
from ._contract import contract_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context
    from mypy.plugin import MethodSigContext
    from mypy.types import FunctionLike

    from ._contract import Contract


def check_send(context: MethodSigContext) -> FunctionLike:
    """Hook for ``signal.send(sender, ...)`` and its variants."""
    checker = cast("TypeChecker", context.api)
    contract = contract_of(context.type, checker)
    if contract is None:
        return context.default_signature
    call, wrapper = context.context, _wrapper(context.context)
    signature = _signature(contract, context.default_signature)
    if isinstance(call, CallExpr) and wrapper in call.arg_names:
        signature = _with_wrapper(signature, wrapper, checker)
    if isinstance(call, CallExpr) and (meant := _meant(call, contract, checker)):
        told = messages.sends_payload(_method(call), contract.payload_name, meant)
        checker.fail(told, call, code=messages.SEND)
        return _taking_anything(signature)
    if not isinstance(call, CallExpr) or not _can_be_told(call):
        return signature
    unknown, missing = _unknown(call, contract, wrapper), _missing(call, contract)
    _tell(call, contract, unknown, missing, wrapper, checker)
    return _without_complaint(signature, unknown, missing)


def _can_be_told(call: CallExpr) -> bool:
    """Whether it has a sender by position and all else by keyword; otherwise mypy says what is wrong."""
    return call.arg_kinds.count(ARG_POS) == 1 and not any(kind.is_star() for kind in call.arg_kinds)


def _method(call: Context) -> str:
    return call.callee.name if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) else "send"


def _wrapper(call: Context) -> str:
    """The keyword for a wrapper that a send takes."""
    return names.SYNC_WRAPPER if _method(call) in names.AWAITING else names.ASYNC_WRAPPER


def _with_wrapper(signature: CallableType, wrapper: str, checker: TypeChecker) -> CallableType:
    """The signature of a send that names a wrapper; in that of others, it would get its share of what is unpacked."""
    anything, function = AnyType(TypeOfAny.special_form), checker.named_type("builtins.function")
    receiver = CallableType(
        [anything, anything], [ARG_STAR, ARG_STAR2], [None, None], anything, function, is_ellipsis_args=True
    )
    # Blinker's takes None too.
    taken = UnionType([CallableType([receiver], [ARG_POS], [None], receiver, function), NoneType()])
    return signature.copy_modified(
        arg_types=[signature.arg_types[0], taken, *signature.arg_types[1:]],
        arg_kinds=[signature.arg_kinds[0], ARG_NAMED_OPT, *signature.arg_kinds[1:]],
        arg_names=[signature.arg_names[0], wrapper, *signature.arg_names[1:]],
    )


def _meant(call: CallExpr, contract: Contract, checker: TypeChecker) -> str | None:
    """The method that takes what is sent, if it is the payload as an object."""
    if call.arg_kinds != [ARG_POS, ARG_POS]:
        return None
    sent = get_proper_type(own_type_of(call.args[1], checker))
    is_payload = isinstance(sent, Instance) and sent.type.has_base(contract.payload.type.fullname)
    return names.SENDING_PAYLOAD.get(_method(call)) if is_payload else None


def _tell(
    call: CallExpr, contract: Contract, unknown: list[str], missing: list[str], wrapper: str, checker: TypeChecker
) -> None:
    method = _method(call)
    for name in unknown:
        # Where mypy says it without the plugin, so that what ignores that ignores this.
        checker.fail(messages.sends_unknown(method, name, contract.sent_names, wrapper), call, code=messages.SEND)
    suggested = {closest(name, contract.sent_names) for name in unknown}
    if told := [name for name in missing if name not in suggested]:
        checker.fail(messages.sends_too_little(method, told, contract.payload_name), call, code=messages.SEND)


def _signature(contract: Contract, default: CallableType) -> CallableType:
    """The signature that the payload means, whatever the parameters of the signal's type are."""
    extra = [] if contract.extra is None else [contract.extra]
    return default.copy_modified(
        arg_types=[contract.sender, *(field.type for field in contract.fields), *extra],
        arg_kinds=[ARG_POS, *(field.kind for field in contract.fields), *(ARG_STAR2 for _ in extra)],
        arg_names=[None, *contract.sent_names, *(None for _ in extra)],
        is_ellipsis_args=False,
    )


def _unknown(call: CallExpr, contract: Contract, wrapper: str) -> list[str]:
    """What is sent but is not a field."""
    if contract.extra is not None:
        return []
    known = {*contract.sent_names, wrapper}
    return [name for name in call.arg_names if name and name not in known]


def _missing(call: CallExpr, contract: Contract) -> list[str]:
    return [field.name for field in contract.fields if field.kind is ARG_NAMED and field.name not in call.arg_names]


def _without_complaint(signature: CallableType, unknown: list[str], missing: list[str]) -> CallableType:
    """The signature with which mypy does not say again what has been said."""
    kinds = [
        ARG_NAMED_OPT if name in missing else kind
        for kind, name in zip(signature.arg_kinds, signature.arg_names, strict=True)
    ]
    ignored = AnyType(TypeOfAny.from_error)
    return signature.copy_modified(
        arg_types=[*signature.arg_types, *(ignored for _ in unknown)],
        arg_kinds=[*kinds, *(ARG_NAMED_OPT for _ in unknown)],
        arg_names=[*signature.arg_names, *unknown],
    )


def _taking_anything(signature: CallableType) -> CallableType:
    anything = AnyType(TypeOfAny.from_error)
    return signature.copy_modified(
        arg_types=[anything, anything], arg_kinds=[ARG_STAR, ARG_STAR2], arg_names=[None, None]
    )
