"""Reading the signature of a callable without needing its annotations."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from inspect import Signature
from types import FunctionType, MethodType, WrapperDescriptorType
from typing import Any

from ._receivers import is_compiled

if sys.version_info >= (3, 14):
    from annotationlib import Format

READING: dict[str, Any] = {"follow_wrapped": False}
"""How to read a signature: a wrapper is what gets called, and what it wraps may well take other arguments."""
if sys.version_info >= (3, 14):
    # A class that only a type checker imports may be named in it.
    READING["annotation_format"] = Format.FORWARDREF


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
