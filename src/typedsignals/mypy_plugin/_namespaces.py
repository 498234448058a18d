"""Connecting to a namespace: receivers must be plain functions, and be kept alive by something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Decorator

from . import _messages as messages
from ._connecting import decorator_of, is_weak
from ._receivers.kinds import is_coroutine
from ._receivers.lifetime import check_decorated_kept, check_kept
from ._receivers.receiver import Receiver

if TYPE_CHECKING:
    from mypy.plugin import MethodContext
    from mypy.types import Type


def check_of_namespace(context: MethodContext) -> Type:
    """Hook for ``namespace.connect(receiver)``, and for the decorator, once mypy has compared the types."""
    if not context.args[0]:
        return context.default_return_type
    place, checker = context.args[0][0], context.api
    receiver, decorator = Receiver(context.arg_types[0][0], place, checker), decorator_of(context)
    if receiver.signature is not None and is_coroutine(receiver.signature.ret_type):
        receiver.fail(messages.not_plain(receiver.name), messages.RECEIVER)
    if isinstance(context.context, Decorator) and decorator is not None:
        check_decorated_kept(context.context, decorator, checker, "weak=False")
    elif is_weak(dict(zip(context.callee_arg_names, context.args, strict=True))):
        check_kept(place, context.context, checker)
    return context.default_return_type
