"""What there is to know of a receiver without calling it: its name, its place, whether it is a coroutine function."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any


def is_async(receiver: Callable[..., Any]) -> bool:
    """Whether calling the receiver gives a coroutine to await.

    Partials, bound methods and objects with ``async def __call__`` are looked into.
    """
    receiver = _innermost(receiver)
    if _is_coroutine_function(receiver) or _is_marked(receiver):
        return True
    if isinstance(receiver, FunctionType | type):
        return False
    return _is_coroutine_function(getattr(type(receiver), "__call__", None))


def _is_coroutine_function(function: object) -> bool:
    try:
        return inspect.iscoroutinefunction(function)
    except TypeError:  # a mock of a function, whose code's flags are a mock too
        return False


def _is_marked(receiver: Callable[..., Any]) -> bool:
    """Whether asyncio is told that it is a coroutine function: mocks are, and some wrappers."""
    # Nothing can bear the mark while the module that makes it has not been imported, which takes long.
    mark = getattr(sys.modules.get("asyncio.coroutines"), "_is_coroutine", None)
    return mark is not None and getattr(receiver, "_is_coroutine", None) is mark


def described(receiver: Callable[..., Any]) -> str:
    """The receiver's name and place: ``receiver 'ship' (shop/stock.py:12)``."""
    return f"receiver {receiver_name(receiver)!r}{place_of(code_of(receiver))}"


def receiver_name(receiver: Callable[..., Any]) -> str:
    """The name that a person knows the receiver by."""
    receiver = _innermost(receiver)
    name = getattr(receiver, "__qualname__", None)
    return name if isinstance(name, str) else type(receiver).__qualname__


def place_of(code: CodeType | None) -> str:
    """Where code stands, as `` (file:line)``; empty if there is none."""
    return "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"


def code_of(receiver: Callable[..., Any]) -> CodeType | None:
    """The code that a person wrote for the receiver, if it is Python code."""
    function: Any = _innermost(receiver)
    if isinstance(function, type):
        function = function.__init__  # type: ignore[misc]  # of this very class, not of a subclass
    elif not isinstance(function, FunctionType):
        function = getattr(type(function), "__call__", None)
    while isinstance(function, FunctionType) and "__wrapped__" in function.__dict__:
        function = function.__dict__["__wrapped__"]
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _innermost(receiver: Callable[..., Any]) -> Callable[..., Any]:
    """What partials and bound methods call. Only true methods: mocks claim to be what they imitate."""
    while True:
        if type(receiver) is MethodType:
            receiver = receiver.__func__
        elif isinstance(receiver, partial):
            receiver = receiver.func
        else:
            return receiver
