"""What there is to know of a receiver without calling it: its name, its place, whether it is a coroutine function."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any, Final, TypeGuard

MOST_LAYERS: Final = 50
"""How many wrappers around each other are looked into: some objects have any attribute, without end."""

RUNS_WHEN_AWAITED: Final = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE
RUNS_WHEN_ITERATED: Final = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR

_mark: Any = getattr(inspect, "markcoroutinefunction", vars)  # there is none before Python 3.12
_MARKS: Final = dict(_mark(lambda: None).__dict__) if _mark is not vars else {}
"""The attributes by which `inspect` is told that something is a coroutine function."""


def is_async(receiver: Callable[..., Any]) -> bool:
    """Whether calling the receiver gives a coroutine to await.

    Partials, bound methods and objects with ``async def __call__`` are looked into. Code objects say it, and the marks
    of `inspect` and `asyncio`. Attributes that only look like these, as those of mocks do, or that an object passes
    on from another one, as some decorators do, say nothing.
    """
    receiver = _innermost(receiver)
    if is_bare(receiver):
        return bool(receiver.__code__.co_flags & RUNS_WHEN_AWAITED)
    function = _called(receiver)
    code = _code(function)
    if code is not None and code.co_flags & RUNS_WHEN_AWAITED:
        return True
    return _is_marked(function) or _is_marked(receiver)


def is_bare(receiver: Callable[..., Any]) -> TypeGuard[FunctionType]:
    """Whether it is a function without attributes, and so wraps nothing, bears no mark, and has but one signature."""
    return type(receiver) is FunctionType and not receiver.__dict__


def is_generator(receiver: Callable[..., Any]) -> bool:
    """Whether calling the receiver runs nothing of it, and gives a generator to iterate over."""
    code = _code(_called(receiver))
    return code is not None and bool(code.co_flags & RUNS_WHEN_ITERATED) and not code.co_flags & RUNS_WHEN_AWAITED


def is_compiled(receiver: Callable[..., Any]) -> bool:
    """Whether it is a function that is not Python's, but has a code object: that need not say what it takes.

    mypyc makes such ones of coroutine functions. They seem to take nothing.
    """
    kind = type(_innermost(receiver))
    return kind is not FunctionType and hasattr(kind, "__code__")


def _is_marked(function: Callable[..., Any]) -> bool:
    # Nothing can bear the second mark while the module that makes it has not been imported, which takes long.
    asyncio_mark = getattr(sys.modules.get("asyncio.coroutines"), "_is_coroutine", None)
    for name, mark in (*_MARKS.items(), ("_is_coroutine", asyncio_mark)):
        if mark is not None and attribute(function, name) is mark:
            return _called(function) is function or inspect.getattr_static(function, name, None) is mark
    return False


def _called(receiver: Callable[..., Any]) -> Callable[..., Any]:
    """The function that runs when the receiver is called: the ``__call__`` of an object, if it is written in Python.

    For what else Python knows how to call, be it a compiled function or a wrapper of wrapt, it is the thing itself.
    """
    receiver = _innermost(receiver)
    kind = type(receiver)
    if kind is FunctionType or issubclass(kind, type):
        return receiver
    call = _innermost(getattr(kind, "__call__", None))
    return receiver if _code(call) is None else call


def _code(function: object) -> CodeType | None:
    """The function's code; None for a class, and if what it has for code is another thing, as in a mock."""
    if type(function) is FunctionType:
        return function.__code__
    code = None if issubclass(type(function), type) else attribute(function, "__code__")
    return code if type(code) is CodeType else None


def attribute(thing: object, name: str) -> object:
    """An attribute; None if there is none, or it cannot be had."""
    try:
        return getattr(thing, name, None)
    except Exception:  # what an object does when it is asked for an attribute is its own affair
        return None


def described(receiver: Callable[..., Any]) -> str:
    """The receiver's name and place: ``receiver 'ship' (shop/stock.py:12)``."""
    return f"receiver {receiver_name(receiver)!r}{place_of(code_of(receiver))}"


def receiver_name(receiver: Callable[..., Any]) -> str:
    """The name that a person knows the receiver by."""
    receiver = _innermost(receiver)
    name = attribute(receiver, "__qualname__")
    return name if isinstance(name, str) else type(receiver).__qualname__


def place_of(code: CodeType | None) -> str:
    """Where code stands, as `` (file:line)``; empty if there is none."""
    return "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"


def code_of(receiver: Callable[..., Any]) -> CodeType | None:
    """The code that a person wrote for the receiver, if it is Python code that stands in a file.

    That is the code of what is wrapped, if the receiver says to wrap something.
    """
    function = _innermost(receiver)
    for _ in range(MOST_LAYERS):
        wrapped = None if is_bare(function) or issubclass(type(function), type) else attribute(function, "__wrapped__")
        if not callable(wrapped):
            break
        function = _innermost(wrapped)
    is_class = issubclass(type(function), type)
    code = _code(function.__init__ if is_class else _called(function))
    return code if code is not None and code.co_filename else None


def _innermost(receiver: Any) -> Any:
    """What partials, bound methods and static methods call. Only true ones: mocks claim to be what they imitate."""
    while True:
        kind = type(receiver)
        if kind is MethodType or kind is staticmethod:
            receiver = receiver.__func__
        elif issubclass(kind, partial):
            receiver = receiver.func
        else:
            return receiver
