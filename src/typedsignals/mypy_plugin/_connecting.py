"""Receivers: they may name fields with defaults, keep their own type, and are refused in the user's words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from mypy.nodes import CallExpr, Decorator, LambdaExpr, MemberExpr, NameExpr, RefExpr
from mypy.types import Instance, LiteralType, get_proper_type

from . import _messages as messages
from . import _names as names
from ._awaiting import check_awaited
from ._contract import contract_of
from ._definitions import check_runs, is_method
from ._deprecated import check_deprecated
from ._fit import fits, problems
from ._lifetime import check_connected, check_decorated
from ._partial import bound_problems
from ._trial import heard

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.errorcodes import ErrorCode
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
    if _is_weak(given):
        check_connected(place, context.context, checker)
    receiver, contract = own_type_of(place, checker), contract_of(context.type, checker)
    if receiver is None:
        return signature
    if is_of_all_senders(given["sender"]):
        check_awaited(receiver, _signal_of(context.context), place, checker)
    check_runs(receiver, place, checker)
    code = messages.OBJECT_RECEIVER if as_payload else messages.RECEIVER
    if is_method(receiver, place, checker, code, contract.delivered if contract else None):
        return _taking(receiver, signature)
    if contract is None or not _is_settled(receiver, place, contract, checker, code, as_payload=as_payload):
        return signature
    return _taking(receiver, signature)


def _signal_of(call: Context) -> Expression | None:
    return call.callee.expr if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) else None


def is_of_all_senders(given: list[Expression]) -> bool:
    """Whether ``sender`` is `ANY`, which it is by default."""
    return all(isinstance(sender, RefExpr) and sender.fullname == names.ANY for sender in given)


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


def own_type_of(given: Expression, checker: TypeChecker) -> Type | None:
    """The type of what is given; None if it has none before mypy compares it with what is taken."""
    if isinstance(given, LambdaExpr):
        return None
    with checker.msg.filter_errors(save_filtered_errors=True) as watcher:
        found = checker.get_expression_type(given)
    # What is wrong for the plugin has a type all the same.
    return found if all(error.code in messages.ALL for error in watcher.filtered_errors()) else None


def _is_settled(
    receiver: Type, place: Context, contract: Contract, checker: TypeChecker, code: ErrorCode, *, as_payload: bool
) -> bool:
    """Whether nothing is left for mypy to say: the receiver fits, or why it does not has been said here."""
    found = [] if as_payload else list(bound_problems(place, contract, partial(own_type_of, checker=checker)))
    if not found and fits(receiver, contract, checker, as_payload=as_payload):
        if not as_payload:
            check_deprecated(receiver, contract, place, checker)
        return True
    found = found or problems(receiver, contract, checker, as_payload=as_payload)
    for problem in found:
        checker.fail(problem, place, code=code)
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
    decorator, checker = decorator_of(context), cast("TypeChecker", context.api)
    if not (isinstance(context.context, Decorator) and isinstance(decorator, MemberExpr)):
        return context.default_return_type
    with heard(checker) as trial:
        if trial:
            check_decorated(context.context, decorator, checker)
    return decorated(context, decorator.expr, as_payload=False, of_all_senders=True)


def decorator_of(context: MethodContext | FunctionContext) -> Expression | None:
    """The decorator that a hook is called for; None if it is called for no decorator."""
    if not isinstance(context.context, Decorator):
        return None
    receiver = context.args[0][0]
    found = (d for d in context.context.decorators if (d.line, d.column) == (receiver.line, receiver.column))
    return next(found, None)


def decorated(
    context: MethodContext | FunctionContext, signal: Expression, *, as_payload: bool, of_all_senders: bool
) -> Type:
    """The type of a decorated receiver: its own, if nothing is left for mypy to say.

    Only the receiver can be wrong, for a decorator has no other argument.
    """
    checker, receiver, place = cast("TypeChecker", context.api), context.arg_types[0][0], context.args[0][0]
    contract = contract_of(checker.lookup_type(signal), checker)
    with heard(checker) as trial:
        if not trial:
            return context.default_return_type
        if of_all_senders:
            check_awaited(receiver, signal, place, checker)
        check_runs(receiver, place, checker)
        code = messages.RECEIVER
        is_refused = is_method(receiver, place, checker, code, contract.delivered if contract else None)
        if not is_refused and (
            contract is None or not _is_settled(receiver, place, contract, checker, code, as_payload=as_payload)
        ):
            return context.default_return_type
        trial._has_new_errors = False
        return receiver
