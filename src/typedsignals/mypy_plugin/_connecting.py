"""Connecting: receivers may name fields with defaults, keep their own type, and are refused in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.nodes import CallExpr, Decorator, MemberExpr, NameExpr, RefExpr
from mypy.types import Instance, LiteralType, Overloaded, get_proper_type

from . import _messages as messages
from . import _names as names
from ._mypy.expressions import type_of
from ._mypy.internals import checked_type, forget_errors, outside_trial
from ._payloads.contract import contract_of
from ._receivers.lifetime import check_decorated_kept, check_kept
from ._receivers.receiver import Receiver
from ._receivers.verdict import Connected, is_settled

if TYPE_CHECKING:
    from mypy.nodes import Context, Expression
    from mypy.plugin import FunctionContext, MethodContext, MethodSigContext
    from mypy.types import CallableType, FunctionLike, Type


def check_call(context: MethodSigContext) -> FunctionLike:
    """Hook for ``signal.connect(receiver, ...)``, called for each overload of the method."""
    signature, checker = context.default_signature, context.api
    given = dict(zip(signature.arg_names, context.args, strict=True))
    as_payload = _asks_for_payload(given["as_payload"])
    if len(given["receiver"]) != 1 or as_payload is not _delivers_payload(signature):
        return signature
    (place,) = given["receiver"]
    if is_weak(given):
        check_kept(place, context.context, checker)
    receiver, contract = type_of(place, checker), contract_of(context.type, checker)
    if receiver is None:
        return signature
    # A bound signal takes no sender.
    is_of_all = "sender" in given and _is_of_all_senders(given["sender"])
    expression = _signal_of(context.context) if is_of_all else None
    signal = Connected(context.type, expression)
    code = messages.OBJECT_RECEIVER if as_payload else messages.RECEIVER
    is_done = is_settled(Receiver(receiver, place, checker), signal, contract, code, as_payload=bool(as_payload))
    return _taking(receiver, signature) if is_done else signature


def _signal_of(call: Context) -> Expression | None:
    return call.callee.expr if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) else None


def _is_of_all_senders(given: list[Expression]) -> bool:
    """Return whether ``sender`` is `ANY`, its default."""
    return all(isinstance(sender, RefExpr) and sender.fullname == names.ANY for sender in given)


def _asks_for_payload(given: list[Expression]) -> bool | None:
    """Return what ``as_payload`` is; None if only types tell."""
    if not given:
        return False
    return True if _is_true(given[0]) else None


def is_weak(given: dict[str | None, list[Expression]]) -> bool:
    """Return whether nothing is to keep the receiver alive; `connected_to` has no such parameter, and keeps it."""
    return "weak" in given and not given.get("alive") and (not given["weak"] or _is_true(given["weak"][0]))


def _is_true(expression: Expression) -> bool:
    return isinstance(expression, NameExpr) and expression.fullname == names.TRUE


def _delivers_payload(signature: CallableType) -> bool:
    """Return which overload it is."""
    as_payload = signature.argument_by_name("as_payload")
    literal = as_payload and get_proper_type(as_payload.typ)
    return isinstance(literal, LiteralType) and literal.value is True


def _taking(receiver: Type, signature: CallableType) -> CallableType:
    """Return the signature of `connect`, or `connected_to`, for this very receiver."""
    result = get_proper_type(signature.ret_type)
    if isinstance(result, Instance):
        result = result.copy_modified(args=[receiver, *result.args[1:]])
    else:
        result = get_proper_type(receiver)
    return signature.copy_modified(arg_types=[receiver, *signature.arg_types[1:]], ret_type=result, variables=[])


def check_decorator(context: MethodContext) -> Type:
    """Hook for ``@signal.connect``, which mypy calls once it has compared the receiver with an overload."""
    decorator = decorator_of(context)
    if not (isinstance(context.context, Decorator) and isinstance(decorator, MemberExpr)):
        return context.default_return_type
    signal = get_proper_type(context.type)
    is_bound = isinstance(signal, Instance) and signal.type.has_base(names.BOUND_SIGNAL)
    with outside_trial(context.api):
        way = "weak=False" if is_bound else "connect_via(ANY), which keeps it"
        check_decorated_kept(context.context, decorator, context.api, way)
    return _type_of_decorated(context, decorator.expr, as_payload=False, of_all_senders=not is_bound)


def name_decorator(context: MethodContext) -> Type:
    """Hook for ``signal.connect_via(sender)``: give what it returns a name, by which mypy finds the next hook.

    As an overload, even of a single item, it is tried before mypy reports anything.
    """
    decorator = cast("CallableType", get_proper_type(context.default_return_type))
    return Overloaded([decorator.copy_modified(name=names.CONNECT_VIA)])


def check_via_decorator(context: FunctionContext) -> Type:
    """Hook for what ``signal.connect_via(sender)`` returns, when it decorates a function.

    A decorator that was put into a variable before is left to mypy.
    """
    call = decorator_of(context)
    as_payload = _asks_for_payload(_given(call, "as_payload")) if isinstance(call, CallExpr) else None
    if not (isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr)) or as_payload is None:
        return context.default_return_type
    of_all = _is_of_all_senders(_given(call, "sender") or call.args[:1])
    return _type_of_decorated(context, call.callee.expr, as_payload=as_payload, of_all_senders=of_all)


def _given(call: CallExpr, keyword: str) -> list[Expression]:
    return [value for name, value in zip(call.arg_names, call.args, strict=True) if name == keyword]


def decorator_of(context: MethodContext | FunctionContext) -> Expression | None:
    """Return the decorator that a hook is called for; None if it is called for something else."""
    if not isinstance(context.context, Decorator):
        return None
    receiver = context.args[0][0]
    found = (d for d in context.context.decorators if (d.line, d.column) == (receiver.line, receiver.column))
    return next(found, None)


def _type_of_decorated(
    context: MethodContext | FunctionContext, signal: Expression, *, as_payload: bool, of_all_senders: bool
) -> Type:
    """Return the type of a decorated receiver: its own, if nothing is left for mypy to say.

    Only the receiver can be wrong, as a decorator has no other argument.
    """
    checker, place, found = context.api, context.args[0][0], context.arg_types[0][0]
    connected = Connected(checked_type(signal, checker), signal if of_all_senders else None)
    contract = contract_of(connected.type, checker)
    with outside_trial(checker) as trial:
        receiver = Receiver(found, place, checker)
        if not trial or not is_settled(receiver, connected, contract, messages.RECEIVER, as_payload=as_payload):
            return context.default_return_type
        forget_errors(trial)
        return found
