"""Take bound callables apart: the objects that Python creates anew at each access to a method.

Neither the identity nor the lifetime of such an object means anything. What lasts is the object that it is bound to,
and the attribute of that object's class. Python's own bound methods tell both, and so do those of built-in and
compiled classes, decorators' wrappers, and partial methods, each in its own way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator
from functools import partial, singledispatchmethod
from types import FunctionType, MethodType
from typing import Any, Final, NamedTuple

Bound = Callable[..., Any]
Bind = Callable[[Any], Bound]

MADE_BY_PARTIAL_METHOD: Final = "_method"
"""The name of the function that a partial method makes at each access, if the function inside it does not bind."""

# Before Python 3.14 a function, made anew at each access, which only its code tells from others.
_DISPATCHING: Any = singledispatchmethod(print).__get__(None, object)
CODE_OF_SINGLE_DISPATCH: Final[Any] = getattr(_DISPATCHING, "__code__", None)
"""The code of the functions that single-dispatch methods make; None if they make others."""


class Binding(NamedTuple):
    """The parts of a bound callable."""

    anchor: object
    """The object that it is bound to."""
    key: Hashable
    """Tells it from the object's other bound callables, for as long as ``bind`` lives."""
    bind: Bind
    """Makes the bound callable again from the object, and does not keep the object alive."""


def binding_of(candidate: Callable[..., Any]) -> Binding | None:
    """Take a bound callable apart; return None for any other callable."""
    kind = type(candidate)
    if kind is MethodType:
        return _of_method(candidate)
    if issubclass(kind, type):
        return None
    try:
        if kind is type(_DISPATCHING):
            return _of_single_dispatch(candidate)
        return _of_partial_method(candidate) if issubclass(kind, partial) else _of_access(candidate)
    except Exception:  # looking at its attributes runs its author's code
        return None


def _of_method(method: Any) -> Binding:
    function = method.__func__
    return Binding(method.__self__, id(_origin(function)), partial(MethodType, function))


def _origin(function: object) -> object:
    """Return what lasts: the function itself, or the partial method that makes it anew at each access."""
    if type(function) is not FunctionType:
        return function
    before_3_13 = function.__dict__.get("_partialmethod", function)
    return function.__dict__.get("__partialmethod__", before_3_13)


def _of_partial_method(made: Any) -> Binding | None:
    """Take apart what a partial method returns: unlike the partial of a bound method, it has a ``__self__``."""
    inner = binding_of(made.func) if "__self__" in made.__dict__ else None
    if inner is None:
        return None
    values = (*map(id, made.args), *((name, id(value)) for name, value in made.keywords.items()))
    return Binding(inner.anchor, (inner.key, values), partial(_partial_method, inner.bind, made.args, made.keywords))


def _partial_method(bind: Bind, args: tuple[Any, ...], keywords: dict[str, Any], anchor: object) -> Bound:
    made = partial(bind(anchor), *args, **keywords)
    made.__dict__["__self__"] = anchor
    return made


def _of_single_dispatch(made: Any) -> Binding | None:
    """Take apart what a single-dispatch method returns, which has its descriptor, but no ``__self__``."""
    if sys.version_info >= (3, 14):
        anchor, owner = made._obj, made._cls
    elif made.__code__ is CODE_OF_SINGLE_DISPATCH:
        variables = dict(zip(made.__code__.co_freevars, made.__closure__, strict=True))
        anchor, owner = variables["obj"].cell_contents, variables["cls"].cell_contents
    else:
        return None
    descriptor = made.register.__self__
    if anchor is None or issubclass(type(descriptor.func), classmethod | staticmethod):
        return Binding(owner, id(descriptor), partial(_from_class, descriptor))
    return Binding(anchor, id(descriptor), partial(_from_object, descriptor))


def _of_access(bound: Any) -> Binding | None:
    """Take apart a callable that tells its object and its name, if the object's class has it by that name."""
    name = getattr(bound, "__name__", None)
    if type(name) is not str:
        return None
    anchor = getattr(bound, "__self__", None)
    if anchor is None:
        anchor = getattr(bound, "_self_owner", None)  # the class, for a static method that wrapt wraps
    if anchor is None:
        return None
    alike = []
    for descriptor, bind in _accesses(anchor, name):
        again = bind(anchor)
        if type(again) is not type(bound) or getattr(again, "__self__", anchor) is not anchor:
            continue
        found = Binding(anchor, id(descriptor), bind)
        if again == bound:
            return found
        alike.append(found)
    return alike[0] if alike else None


def _accesses(anchor: Any, name: str) -> Iterator[tuple[Any, Bind]]:
    """Yield the attributes of this name in the object's class and its bases, with the function that binds each.

    All of them, because ``super()`` finds another one than the object does.
    """
    kinds: list[tuple[type, Callable[[Any, Any], Bound]]] = [(cls, _from_object) for cls in type(anchor).__mro__]
    if issubclass(type(anchor), type):
        kinds = [*((cls, _from_class) for cls in anchor.__mro__), *kinds]
    for cls, access in kinds:
        private = f"_{cls.__name__.lstrip('_')}{name}"
        descriptor = cls.__dict__.get(name, cls.__dict__.get(private))
        if hasattr(type(descriptor), "__get__"):
            yield descriptor, partial(access, descriptor)


def _from_object(descriptor: Any, anchor: object) -> Bound:
    bound: Bound = descriptor.__get__(anchor, type(anchor))
    return bound


def _from_class(descriptor: Any, anchor: type) -> Bound:
    bound: Bound = descriptor.__get__(None, anchor)
    return bound
