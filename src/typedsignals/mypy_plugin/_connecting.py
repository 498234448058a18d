"""Receivers: they may name fields with defaults, keep their own type, and are refused in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.nodes import Decorator, LambdaExpr, NameExpr
from mypy.types import Instance, LiteralType, get_proper_type

from . import _messages as messages
from . import _names as names
from ._contract import contract_of
from ._fit import fits, problems

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context, Expression
    from mypy.plugin import FunctionContext, MethodContext, MethodSigContext
    from mypy.types import CallableType, FunctionLike, Type

    from ._contract import Contract


def check_call(context: MethodSigContext) -> FunctionLike:
    """Hook for ``signal.connect(receiver, ...)``, called for each overload of the method."""
    signature = context.default_signature
    given = dict(zip(signature.arg_names, context.args, strict=True))
    as_payload = asks_for_payload(given["as_payload"])
    if len(given["receiver"]) != 1 or as_payload is not _delivers_payload(signature):
        return signature
    checker, place = cast("TypeChecker", context.api), given["receiver"][0]
    if isinstance(place, LambdaExpr) and _is_weak(given):
        checker.fail(messages.LAMBDA_DIES, place, code=messages.WEAK)
        checker.note(messages.KEEP_LAMBDA, place, code=messages.WEAK)
    receiver, contract = _type_of(place, checker), contract_of(context.type, checker)
    if receiver is None or contract is None or not is_settled(receiver, place, contract, checker, as_payload):
        return signature
    return _taking(receiver, signature)


def asks_for_payload(given: list[Expression]) -> bool | None:
    """What ``as_payload`` is; None if only types tell."""
    if not given:
        return False
    return True if _is_true(given[0]) else None


def _is_weak(given: dict[str | None, list[Expression]]) -> bool:
    """Whether nothing but its name will hold the receiver; `connected_to` has no such parameter, and holds it."""
    return "weak" in given and (not given["weak"] or _is_true(given["weak"][0]))


def _is_true(expression: Expression) -> bool:
    return isinstance(expression, NameExpr) and expression.fullname == names.TRUE


def _delivers_payload(signature: CallableType) -> bool:
    """Which overload it is."""
    as_payload = signature.argument_by_name("as_payload")
    literal = as_payload and get_proper_type(as_payload.typ)
    return isinstance(literal, LiteralType) and literal.value is True


def _type_of(receiver: Expression, checker: TypeChecker) -> Type | None:
    """The receiver's own type; None if it has none before mypy compares it with the signal's."""
    if isinstance(receiver, LambdaExpr):
        return None
    with checker.msg.filter_errors() as watcher:
        found = checker.get_expression_type(receiver)
    return None if watcher.has_new_errors() else found


def is_settled(receiver: Type, place: Context, contract: Contract, checker: TypeChecker, as_payload: bool) -> bool:
    """Whether nothing is left for mypy to say: the receiver fits, or why it does not has been said here."""
    if fits(receiver, contract, checker, as_payload=as_payload):
        return True
    found = problems(receiver, contract, checker, as_payload=as_payload)
    for problem in found:
        checker.fail(problem, place, code=messages.RECEIVER)
    return bool(found)


def _taking(receiver: Type, signature: CallableType) -> CallableType:
    """The signature of `connect`, or `connected_to`, for this very receiver."""
    result = get_proper_type(signature.ret_type)
    if isinstance(result, Instance):
        result = result.copy_modified(args=[receiver, *result.args[1:]])
    else:
        result = get_proper_type(receiver)
    return signature.copy_modified(arg_types=[receiver, *signature.arg_types[1:]], ret_type=result, variables=[])


def check_decorator(context: MethodContext) -> Type:
    """Hook for ``@signal.connect``, which mypy calls once it has compared the receiver with an overload."""
    if not isinstance(context.context, Decorator):
        return context.default_return_type
    checker = cast("TypeChecker", context.api)
    return decorated(context, contract_of(context.type, checker), as_payload=False)


def decorated(context: MethodContext | FunctionContext, contract: Contract | None, *, as_payload: bool) -> Type:
    """The type of a decorated receiver: its own, if nothing is left for mypy to say.

    mypy has no hook before it compares a decorated function with what the decorator takes. But it tries an overload
    with errors held back, and calls this while it does so: they can be forgotten then. Only the receiver can be
    wrong, for a decorator has no other argument.
    """
    checker = cast("TypeChecker", context.api)
    watchers = getattr(checker.msg.errors, "_watchers", [])
    # More of them: it is part of another trial, in which nothing could be said.
    if contract is None or len(watchers) != 1:
        return context.default_return_type
    receiver, place = context.arg_types[0][0], context.args[0][0]
    trial = watchers.pop()
    try:
        settled = is_settled(receiver, place, contract, checker, as_payload)
    finally:
        watchers.append(trial)
    if not settled:
        return context.default_return_type
    trial._has_new_errors = False
    return receiver
