"""Reading the signature of a callable without needing its annotations."""

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
"""How to read a signature: a wrapper is what gets called, and what it wraps may well take other arguments."""
if sys.version_info >= (3, 14):
    # A class that only a type checker imports may be named in it.
    READING["annotation_format"] = Format.FORWARDREF


class Taken(NamedTuple):
    """A parameter, as `inspect.Parameter` is one, but made sooner."""

    name: str
    kind: Any
    default: object


AnyParameter = Parameter | Taken


def parameters_of(function: Callable[..., Any]) -> tuple[AnyParameter, ...] | None:
    """The parameters of the callable, without annotations; None if they cannot be read."""
    if is_bare(function):
        return _parameters_of_code(function)
    if type(function) is MethodType and is_bare(function.__func__) and function.__func__.__code__.co_argcount:
        return _parameters_of_code(function.__func__)[1:]
    signature = signature_of(function)
    return None if signature is None else tuple(signature.parameters.values())


def _parameters_of_code(function: FunctionType) -> tuple[Taken, ...]:
    """What `inspect` would find out by looking for all else that a function may have."""
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
    """What the callable takes; None if that cannot be read."""
    if isinstance(function, WrapperDescriptorType):
        # Such as `__call__` of functions. All is positional-only; reading it is not safe in threads on Python 3.11.
        return None
    # It fails not only where there is none: reading it runs code of the receiver's own, such as `__eq__`.
    with suppress(Exception):
        signature = inspect.signature(function, **READING)
        return signature if signature.parameters or not is_compiled(function) else None
    with suppress(Exception):
        return inspect.signature(_unannotated(function), **READING)
    return None


def _unannotated(function: Any) -> Any:
    """The same to call, for where an annotation cannot be evaluated at all, as ``"Order" | None`` cannot."""
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
