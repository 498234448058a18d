"""What there is to know of a receiver without calling it: its name, its place, whether it is a coroutine function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any


def is_async(receiver: Callable[..., Any]) -> bool:
    """Whether calling the receiver gives a coroutine to await.

    Partials, bound methods and objects with ``async def __call__`` are looked into.
    """
    receiver = _without_partials(receiver)
    if inspect.iscoroutinefunction(receiver):
        return True
    if isinstance(receiver, FunctionType | MethodType | type):
        return False
    return inspect.iscoroutinefunction(getattr(type(receiver), "__call__", None))


def described(receiver: Callable[..., Any]) -> str:
    """The receiver's name and place: ``receiver 'ship' (shop/stock.py:12)``."""
    return f"receiver {receiver_name(receiver)!r}{place_of(code_of(receiver))}"


def receiver_name(receiver: Callable[..., Any]) -> str:
    """The name that a person knows the receiver by."""
    receiver = _without_partials(receiver)
    name = getattr(receiver, "__qualname__", None)
    return name if isinstance(name, str) else type(receiver).__qualname__


def place_of(code: CodeType | None) -> str:
    """Where code stands, as `` (file:line)``; empty if there is none."""
    return "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"


def code_of(receiver: Callable[..., Any]) -> CodeType | None:
    """The code that a person wrote for the receiver, if it is Python code."""
    receiver = _without_partials(receiver)
    if isinstance(receiver, type):
        receiver = receiver.__init__  # type: ignore[misc]  # of this very class, not of a subclass
    function = inspect.unwrap(getattr(receiver, "__func__", receiver))
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        code = getattr(getattr(type(receiver), "__call__", None), "__code__", None)
    return code if isinstance(code, CodeType) else None


def _without_partials(receiver: Callable[..., Any]) -> Callable[..., Any]:
    while isinstance(receiver, partial):
        receiver = receiver.func
    return receiver
