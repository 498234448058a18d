"""Whether a class is another one made again: by a notebook's cell or a module that was executed twice."""

from __future__ import annotations

from typing import get_args, get_origin


def repeats(new: object, old: object) -> bool:
    """Whether two classes have the same module and qualified name; so have the arguments of generic ones."""
    new_parts, old_parts = _parts(new), _parts(old)
    if new_parts or old_parts:
        return len(new_parts) == len(old_parts) and all(map(repeats, new_parts, old_parts))
    if isinstance(new, type) and isinstance(old, type):
        return dotted_name(new) == dotted_name(old)
    return new == old


def dotted_name(kind: type) -> str:
    """The module and the qualified name of a class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _parts(kind: object) -> tuple[object, ...]:
    """What a generic type was made of, as its name tells only the names of its arguments."""
    generic = getattr(kind, "__pydantic_generic_metadata__", {})
    origin = generic.get("origin") or get_origin(kind)
    return (origin, *(generic.get("args") or get_args(kind))) if origin else ()
