"""Recognise a class that was declared again, by a notebook cell or a module that was executed twice."""

from __future__ import annotations

from typing import get_args, get_origin


def repeats(new: object, old: object) -> bool:
    """Whether two classes have the same module and qualified name, and so do their arguments if they are generic."""
    return _named(new) == _named(old)


def dotted_name(kind: type) -> str:
    """Return the module and qualified name of a class, joined by a dot."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _named(kind: object) -> object:
    """Return the name of a class; of a generic type, whose name lacks modules, those of its origin and arguments."""
    generic = getattr(kind, "__pydantic_generic_metadata__", {})
    if origin := generic.get("origin") or get_origin(kind):
        return tuple(map(_named, (origin, *(generic.get("args") or get_args(kind)))))
    return dotted_name(kind) if isinstance(kind, type) else kind
