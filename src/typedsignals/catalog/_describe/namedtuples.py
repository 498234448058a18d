"""Read the fields of named tuples, which are written without names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo


def is_namedtuple(kind: Any) -> bool:
    """Whether a class is a named tuple."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def namedtuple_fields(kind: Any, hints: Mapping[str, Any]) -> dict[str, FieldInfo]:
    """Return the fields of a named tuple, in order. A field without a type accepts anything."""
    return {name: _field_info(hints.get(name, Any), kind._field_defaults, name) for name in kind._fields}


def _field_info(hint: Any, defaults: Mapping[str, Any], name: str) -> FieldInfo:
    if name not in defaults:
        return FieldInfo.from_annotation(hint)
    return FieldInfo.from_annotated_attribute(hint, defaults[name])
