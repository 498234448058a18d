"""Find out what a receiver is without calling it: its name, its place, whether it is a coroutine function."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any, Final, TypeGuard

MOST_LAYERS: Final = 50
"""How many nested wrappers are looked into at most: some objects have every attribute, without end."""

RUNS_WHEN_AWAITED: Final = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE
RUNS_WHEN_ITERATED: Final = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR

_mark: Any = getattr(inspect, "markcoroutinefunction", vars)  # missing before Python 3.12
_MARKS: Final = dict(_mark(lambda: None).__dict__) if _mark is not vars else {}
"""The attributes that mark something as a coroutine function for `inspect`."""


def is_async(receiver: Callable[..., Any]) -> bool:
    """Whether calling the receiver gives a coroutine to await.

    It looks into partials, bound methods and objects with ``async def __call__``. Code objects tell, and the marks of
    `inspect` and `asyncio`. Attributes that only look like these (a mock's) are ignored, and so are those that an
    object passes on from another one, as some decorators do.
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
    """Whether it is a function without attributes, and so wraps nothing, and has no mark or other signature."""
    return type(receiver) is FunctionType and not receiver.__dict__


def is_generator(receiver: Callable[..., Any]) -> bool:
    """Whether calling the receiver runs none of its code, but returns a generator to iterate over."""
    code = _code(_called(receiver))
    return code is not None and bool(code.co_flags & RUNS_WHEN_ITERATED) and not code.co_flags & RUNS_WHEN_AWAITED


def is_compiled(receiver: Callable[..., Any]) -> bool:
    """Whether it is a compiled function with a code object, which need not tell what the function takes.

    mypyc makes such functions from coroutine functions. They seem to take nothing.
    """
    kind = type(_innermost(receiver))
    return kind is not FunctionType and hasattr(kind, "__code__")


def _is_marked(function: Callable[..., Any]) -> bool:
    # Nothing can have asyncio's mark while the module that makes it, which is slow to import, is not imported.
    asyncio_mark = getattr(sys.modules.get("asyncio.coroutines"), "_is_coroutine", None)
    marks = (*_MARKS.items(), ("_is_coroutine", asyncio_mark))
    return any(mark is not None and inspect.getattr_static(function, name, None) is mark for name, mark in marks)


def _called(receiver: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that runs when the receiver is called: an object's ``__call__``, if written in Python.

    For everything else that can be called, such as a compiled function or a wrapper of wrapt, it is the object itself.
    """
    receiver = _innermost(receiver)
    kind = type(receiver)
    if kind is FunctionType or issubclass(kind, type):
        return receiver
    call = _innermost(getattr(kind, "__call__", None))
    return receiver if _code(call) is None else call


def _code(function: object) -> CodeType | None:
    """Return the function's code object; None for a class, and for a ``__code__`` that is none, such as a mock's."""
    if type(function) is FunctionType:
        return function.__code__
    code = None if issubclass(type(function), type) else attribute(function, "__code__")
    return code if type(code) is CodeType else None


def attribute(thing: object, name: str) -> object:
    """Return an attribute; None if there is none, or reading it raises."""
    try:
        return getattr(thing, name, None)
    except Exception:  # reading an attribute may run its author's code
        return None


def described(receiver: Callable[..., Any]) -> str:
    """Describe the receiver by its name and place: ``receiver 'ship' (shop/stock.py:12)``."""
    return f"receiver {receiver_name(receiver)!r}{place_of(code_of(receiver))}"


def receiver_name(receiver: Callable[..., Any]) -> str:
    """Return the name by which a person knows the receiver."""
    receiver = _innermost(receiver)
    name = attribute(receiver, "__qualname__")
    return name if isinstance(name, str) else type(receiver).__qualname__


def place_of(code: CodeType | None) -> str:
    """Show where code stands, as `` (file:line)``; empty if there is no code."""
    return "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"


def code_of(receiver: Callable[..., Any]) -> CodeType | None:
    """Return the code that a person wrote for the receiver, if it is Python code in a file.

    If the receiver says that it wraps a function, that is the function's code.
    """
    function = _innermost(receiver)
    for _ in range(MOST_LAYERS):
        if is_bare(function) or (wrapped := _wrapped(function)) is None:
            break
        function = _innermost(wrapped)
    is_class = issubclass(type(function), type)
    code = _code(function.__init__ if is_class else _called(function))
    return code if code is not None and code.co_filename else None


def wraps_async(receiver: Callable[..., Any]) -> bool:
    """Whether the receiver says that it wraps a coroutine function, as one with `functools.wraps` does."""
    function: Any = receiver
    for _ in range(MOST_LAYERS):
        function = _wrapped(_innermost(function))
        if function is None or is_async(function):
            return function is not None
    return False


def _wrapped(function: Any) -> Callable[..., Any] | None:
    """Return what a function says that it wraps; None if it wraps nothing."""
    wrapped = None if issubclass(type(function), type) else attribute(function, "__wrapped__")
    return wrapped if callable(wrapped) else None


def _innermost(receiver: Any) -> Any:
    """Unwrap partials, bound methods and static methods. Only real ones: a mock claims to be what it imitates."""
    while (kind := type(receiver)) is not FunctionType:
        if kind is MethodType or kind is staticmethod:
            receiver = receiver.__func__
        elif issubclass(kind, partial):
            receiver = receiver.func
        else:
            break
    return receiver
