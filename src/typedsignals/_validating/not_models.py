"""Explain what a signal was declared with in place of a payload model, and what to do."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import get_origin

from pydantic import BaseModel
from typing_extensions import is_typeddict

DERIVE = "derive it from typedsignals.Payload, or from pydantic.BaseModel"
FIELD = "give the value a field of its own in a Payload"


def not_a_model(given: object) -> str:
    """Describe what was given, and say what to do instead."""
    if isinstance(given, BaseModel):
        return f"an instance of {type(given).__name__}: give the class itself"
    if get_origin(given) is not None:
        return f"{given!r}, which is not a class: {FIELD}"
    if not isinstance(given, type):
        return f"a {type(given).__name__}: {DERIVE}"
    return f"{given.__name__}{_kind(given)}"


def _kind(given: type) -> str:
    if _is_of_pydantic_1(given):
        return f", a pydantic.v1 model, which pydantic 2 does not accept: {DERIVE} of pydantic 2"
    if is_dataclass(given):
        return f", a dataclass: {DERIVE}, and drop the decorator; or {FIELD}"
    if is_typeddict(given):
        return f", a TypedDict: {DERIVE}; or {FIELD}"
    if issubclass(given, tuple) and hasattr(given, "_fields"):
        return f", a named tuple: {DERIVE}; or {FIELD}"
    if hasattr(given, "__attrs_attrs__"):
        return f", an attrs class: {DERIVE}, and drop the decorator; or {FIELD}"
    return f": {DERIVE}"


def _is_of_pydantic_1(given: type) -> bool:
    """Look at the module names of its bases: importing pydantic.v1 warns, and fails on new versions of Python."""
    return any(base.__module__.startswith("pydantic.v1.") for base in given.__mro__)
