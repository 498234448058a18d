"""Recognise a class that was declared again, by a notebook cell or a module that was executed twice."""

from __future__ import annotations

from typing import get_args, get_origin


def repeats(new: object, old: object) -> bool:
    """Whether two classes have the same module and qualified name, and so do their arguments if they are generic."""
    new_parts, old_parts = _parts(new), _parts(old)
    if new_parts or old_parts:
        return len(new_parts) == len(old_parts) and all(map(repeats, new_parts, old_parts))
    if isinstance(new, type) and isinstance(old, type):
        return dotted_name(new) == dotted_name(old)
    return new == old


def dotted_name(kind: type) -> str:
    """Return the module and qualified name of a class, joined by a dot."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _parts(kind: object) -> tuple[object, ...]:
    """Return a generic type's origin and arguments: its name contains only the names of the arguments."""
    generic = getattr(kind, "__pydantic_generic_metadata__", {})
    origin = generic.get("origin") or get_origin(kind)
    return (origin, *(generic.get("args") or get_args(kind))) if origin else ()
