"""Find the fields that a receiver reads, from its byte code."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Collection, Iterator
from itertools import pairwise
from types import CodeType, FunctionType, MethodType
from typing import Any

READING = ("LOAD_ATTR", "LOAD_METHOD")
NO_USE = (*READING, "DELETE_FAST")
"""Instructions whose name is not that of a local variable, or that only delete the variable."""


def fields_read(receiver: Any, fields: Collection[str]) -> tuple[str, ...] | None:
    """Return the fields that a receiver reads from whole payloads, in the payload's order.

    Args:
        receiver: The callable that gets the sender and the payload.
        fields: The names of the payload's fields.

    Returns:
        None if that is unknown, because the receiver passes the payload on, stores it, or calls its methods.
    """
    function, position = _called(receiver)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or code.co_argcount <= position:
        return None
    read = set(_uses(code, code.co_varnames[position]))
    return tuple(name for name in fields if name in read) if read <= set(fields) else None


def uses_extra(code: CodeType) -> bool:
    """Whether a function uses the keywords that its ``**extra`` collects."""
    if not code.co_flags & inspect.CO_VARKEYWORDS:
        return False
    position = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS)
    return any(True for _ in _uses(code, code.co_varnames[position]))


def _called(receiver: Any) -> tuple[Any, int]:
    """Return the function that is called, and the index of the parameter that gets the payload."""
    if isinstance(receiver, FunctionType):
        return receiver, 1
    if isinstance(receiver, MethodType):
        return receiver.__func__, 2
    return getattr(type(receiver), "__call__", None), 2


def _uses(code: CodeType, variable: str) -> Iterator[str | None]:
    """Yield the attribute that is read, for each use of a variable; None for any other use."""
    for instruction, following in pairwise(dis.get_instructions(code)):
        # Instructions that do two things at once name two variables.
        names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
        if variable in names and "CONST" not in instruction.opname and instruction.opname not in NO_USE:
            is_loaded = "LOAD_FAST" in instruction.opname and names.index(variable) == len(names) - 1
            yield following.argval if is_loaded and following.opname in READING else None
