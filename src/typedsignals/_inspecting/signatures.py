"""Read the signature of a callable without evaluating its annotations."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from inspect import Parameter, Signature
from types import FunctionType, MethodType, WrapperDescriptorType
from typing import Any, NamedTuple

from .callables import is_bare, is_compiled

if sys.version_info >= (3, 14):
    from annotationlib import Format

READING: dict[str, Any] = {"follow_wrapped": False}
"""How to read a signature: that of a wrapper itself, because the function inside may take other arguments."""
if sys.version_info >= (3, 14):
    # An annotation may name a class that only type checkers import.
    READING["annotation_format"] = Format.FORWARDREF


class Taken(NamedTuple):
    """A parameter like `inspect.Parameter`, but faster to make."""

    name: str
    kind: Any
    default: object


AnyParameter = Parameter | Taken


def parameters_of(function: Callable[..., Any]) -> tuple[AnyParameter, ...] | None:
    """Return the parameters of the callable, without annotations; None if they cannot be read."""
    if is_bare(function):
        return _parameters_of_code(function)
    if type(function) is MethodType and is_bare(function.__func__) and function.__func__.__code__.co_argcount:
        return _parameters_of_code(function.__func__)[1:]
    signature = signature_of(function)
    return None if signature is None else tuple(signature.parameters.values())


def _parameters_of_code(function: FunctionType) -> tuple[Taken, ...]:
    """Return what `inspect` would find, without its search for attributes that a bare function does not have."""
    code, by_keyword = function.__code__, function.__kwdefaults__ or {}
    names, count, positional_only = code.co_varnames, code.co_argcount, code.co_posonlyargcount
    last = count + code.co_kwonlyargcount
    empty = Parameter.empty
    defaults = (*[empty] * (count - len(function.__defaults__ or ())), *(function.__defaults__ or ()))
    kinds = [
        *[Parameter.POSITIONAL_ONLY] * positional_only,
        *[Parameter.POSITIONAL_OR_KEYWORD] * (count - positional_only),
    ]
    taken = [*map(Taken, names[:count], kinds, defaults)]
    variable = iter(names[last:])
    if code.co_flags & inspect.CO_VARARGS:
        taken.append(Taken(next(variable), Parameter.VAR_POSITIONAL, empty))
    taken += [Taken(name, Parameter.KEYWORD_ONLY, by_keyword.get(name, empty)) for name in names[count:last]]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        taken.append(Taken(next(variable), Parameter.VAR_KEYWORD, empty))
    return tuple(taken)


def signature_of(function: Callable[..., Any]) -> Signature | None:
    """Return the signature of the callable; None if it cannot be read."""
    if isinstance(function, WrapperDescriptorType):
        # Such as a function's `__call__`. Everything is positional-only; on Python 3.11, reading is not thread-safe.
        return None
    # Reading may fail even if there is a signature: it runs the receiver's own code, such as `__eq__`.
    with suppress(Exception):
        signature = inspect.signature(function, **READING)
        return signature if signature.parameters or not is_compiled(function) else None
    with suppress(Exception):
        return inspect.signature(_unannotated(function), **READING)
    return None


def _unannotated(function: Any) -> Any:
    """Return a callable with the same parameters, for an annotation that cannot be evaluated: ``"Order" | None``."""
    if isinstance(function, FunctionType):
        bare = FunctionType(function.__code__, {}, argdefs=function.__defaults__, closure=function.__closure__)
        bare.__kwdefaults__ = function.__kwdefaults__
        return bare
    if isinstance(function, partial):
        return partial(_unannotated(function.func), *function.args, **function.keywords)
    if isinstance(function, MethodType):
        return MethodType(_unannotated(function.__func__), function.__self__)
    owner, name = (function, "__init__") if isinstance(function, type) else (type(function), "__call__")
    method = inspect.getattr_static(owner, name)
    if isinstance(method, staticmethod):
        return _unannotated(method.__func__)
    return MethodType(_unannotated(method), function) if isinstance(method, FunctionType) else function
