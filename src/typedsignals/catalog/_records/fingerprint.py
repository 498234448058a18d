"""Fingerprints that tell whether code has changed. They do not depend on versions, paths or line numbers."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
from functools import partial
from textwrap import dedent
from types import CodeType
from typing import Any

from ..._location import is_importable
from .signals import Behaviour, Effect


def fingerprint(*parts: str) -> str:
    """Return a short digest of some strings."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def behaviour(name: str, function: Any, effect: Effect = "written", fields: tuple[str, ...] = ()) -> Behaviour:
    """Record a function that takes part in validation or serialisation.

    Args:
        name: The name that people see.
        function: The callable.
        effect: What it may do to values.
        fields: The fields that it handles, if it is a method of a model.
    """
    return Behaviour(name=name, fingerprint=fingerprint(name, source_of(function)), effect=effect, fields=fields)


def source_of(function: Any) -> str:
    """Return the code of a callable, without comments and blank lines; its name if it is not written in Python.

    If there is no source (made by ``exec``), it is the byte code, which differs from one Python to the next.
    """
    function = _undecorated(function)
    try:
        return _significant(inspect.getsource(function))
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        return _byte_code(code) if isinstance(code, CodeType) else dotted_name(function)


def dotted_name(thing: Any) -> str:
    """Return the module and qualified name of a class or function.

    If it is defined in a private module and also found in the package around it, the name is that of the package: the
    private module may change, as that of ``pathlib.Path`` does with the version of Python.
    """
    name = getattr(thing, "__qualname__", type(thing).__qualname__)
    module = getattr(thing, "__module__", None) or type(thing).__module__
    public = re.sub(r"(\._\w+)+$", "", module)
    return f"{public if is_importable(thing, public, name) else module}.{name}"


def _undecorated(function: Any) -> Any:
    while isinstance(function, partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    return function.fget if isinstance(function, property) else function


def _significant(source: str) -> str:
    lines = (line.rstrip() for line in dedent(source).splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def _byte_code(code: CodeType) -> str:
    constants = [_byte_code(part) if isinstance(part, CodeType) else repr(part) for part in code.co_consts]
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return "\n".join([version, code.co_code.hex(), *constants, *code.co_names])
