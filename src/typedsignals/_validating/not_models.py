"""Saying what a signal's payload was declared with that is not a model, and what to do."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import get_origin

from pydantic import BaseModel
from typing_extensions import is_typeddict

DERIVE = "derive it from typedsignals.Payload, or from pydantic.BaseModel"
FIELD = "give the value a field of its own in a Payload"


def not_a_model(given: object) -> str:
    """What it is, and what to do instead."""
    if isinstance(given, BaseModel):
        return f"an instance of {type(given).__name__}: give the class itself"
    if get_origin(given) is not None:
        return f"{given!r}, which is a type made of others: {FIELD}"
    if not isinstance(given, type):
        return f"a {type(given).__name__}: {DERIVE}"
    return f"{given.__name__}{_kind(given)}"


def _kind(given: type) -> str:
    if _is_of_pydantic_1(given):
        return f", a model of pydantic.v1, which is another library: {DERIVE} of pydantic 2"
    if is_dataclass(given):
        return f", a dataclass: {DERIVE}, and drop the decorator; or {FIELD}"
    if is_typeddict(given):
        return f", a TypedDict: {DERIVE}; or {FIELD}"
    if issubclass(given, tuple) and hasattr(given, "_fields"):
        return f", a named tuple: {DERIVE}; or {FIELD}"
    if hasattr(given, "__attrs_attrs__"):
        return f", a class of attrs: {DERIVE}, and drop the decorator; or {FIELD}"
    return f": {DERIVE}"


def _is_of_pydantic_1(given: type) -> bool:
    """By the name of a base's module, as importing it warns, or fails on new versions of Python."""
    return any(base.__module__.startswith("pydantic.v1.") for base in given.__mro__)
