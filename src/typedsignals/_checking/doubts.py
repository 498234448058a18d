"""Recognise receivers that can be called, but will probably not do what their author meant."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial, singledispatchmethod
from inspect import Parameter
from types import MethodType
from typing import Any

from .._inspecting.callables import MOST_LAYERS, attribute, is_bare, is_generator
from .._inspecting.signatures import parameters_of
from .fitting import BY_POSITION

BOUND_FIRST = frozenset({"self", "cls", "mcs", "metacls"})
"""The conventional names of a method's first parameter, which gets the object or the class."""

BOUND_OR_STATIC = (MethodType, staticmethod, type)


def never_runs(receiver: Callable[..., Any]) -> str:
    """Say why calling the receiver does nothing; empty if it does something."""
    if not is_generator(receiver):
        return ""
    return (
        "it is a generator function: calling it runs nothing of its body until something iterates over what the send "
        "returns for it; if nothing will, drop the yield"
    )


def method_problem(receiver: Callable[..., Any], fields: tuple[str, ...]) -> str:
    """Say why a method must not be connected in the body of its class; empty if the receiver is not such a method.

    A function in a class body whose first parameter is for the sender is fine: it may become a static method.
    """
    name = "" if issubclass(type(receiver), BOUND_OR_STATIC) else attribute(receiver, "__qualname__")
    if not isinstance(name, str) or not _class_is_being_made(name):
        return ""
    parameters = parameters_of(wrapped_function(receiver) or receiver)
    names = [parameter.name for parameter in parameters or () if parameter.kind in BY_POSITION]
    if not names or not (names[0] in BOUND_FIRST or (names[1:2] == ["sender"] and "sender" not in fields)):
        return ""
    return (
        f"it looks like a method of the class whose body it stands in, and its {names[0]!r} would get the sender; "
        f"connect the bound method, in __init__ for example: signal.connect(self.{name.rpartition('.')[2]})"
    )


def _class_is_being_made(name: str) -> bool:
    """Whether the class that this qualified name belongs to is still running its body."""
    owner = name.rpartition(".")[0]
    frame = sys._getframe(1) if owner and not owner.endswith("<locals>") else None
    while frame is not None:
        code = frame.f_code
        if code.co_qualname == owner and not code.co_flags & inspect.CO_OPTIMIZED:  # no function of the same name
            return True
        frame = frame.f_back
    return False


def wrapped_function(receiver: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what a wrapper wraps if the wrapper itself takes any arguments, so that its signature tells nothing.

    None for any other receiver: a wrapper with a signature of its own may pass other arguments on.
    """
    wrapped = receiver
    for _ in range(MOST_LAYERS):
        inner = _layer(wrapped)
        if inner is None or not _takes_anything(wrapped):
            return None if wrapped is receiver else wrapped
        wrapped = inner
    return None


def _takes_anything(function: Callable[..., Any]) -> bool:
    """Whether the signature says nothing about what the function takes, apart from options with defaults."""
    parameters = parameters_of(function)
    if parameters is None:
        return True
    kinds = [p.kind for p in parameters if p.kind is not Parameter.KEYWORD_ONLY or p.default is Parameter.empty]
    return kinds == [Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD]


def _layer(wrapper: Any) -> Callable[..., Any] | None:
    """Return the function that a wrapper says it wraps, bound as the wrapper is."""
    if is_bare(wrapper):
        return None
    if type(wrapper) is MethodType:
        inner = _layer(wrapper.__func__)
        return None if inner is None else MethodType(inner, wrapper.__self__)
    if isinstance(wrapper, partial):
        inner = _layer(wrapper.func)
        return None if inner is None else partial(inner, *wrapper.args, **wrapper.keywords)
    if isinstance(wrapper, type) or _dispatches(wrapper):
        return None
    wrapped = attribute(wrapper, "__wrapped__")
    return wrapped if callable(wrapped) else None


def _dispatches(wrapper: Any) -> bool:
    """Whether it is a single-dispatch method, which wraps a function without the object that it calls it with.

    The class of the sender may also choose another function than the one that it wraps.
    """
    return isinstance(attribute(attribute(wrapper, "register"), "__self__"), singledispatchmethod)
