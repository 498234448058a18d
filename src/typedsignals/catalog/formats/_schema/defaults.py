"""Defaults in JSON, read from the Python text in a catalog."""

from __future__ import annotations

import ast
import json
from typing import Any

from ..._records.signals import FieldRecord
from ..._records.types import NO_VALUE, ChoiceType, members_of


def default_schema(field: FieldRecord) -> dict[str, Any]:
    """Write the default of a field in a schema: its value if it can be read without running code, else its text."""
    if field.default_factory is not None:
        return {"x-default-factory": field.default_factory.name}
    if field.default is None:
        return {}
    known = {
        f"{kind.name.rpartition('.')[2]}.{choice.name}": choice.value
        for kind in members_of(field.type)
        if isinstance(kind, ChoiceType) and kind.name
        for choice in kind.choices
        if choice.value is not None
    }
    if field.refused_default == NO_VALUE:
        return {"x-python-default": field.default}  # it is refused, so it is never written
    if field.default in known:
        return {"default": known[field.default]}
    return _literal(field.default)


def _literal(text: str) -> dict[str, Any]:
    try:
        read = ast.literal_eval(text)
        value = [*read] if isinstance(read, tuple) else read
        is_same = json.loads(json.dumps(value, allow_nan=False)) == value
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        is_same = False
    return {"default": value} if is_same else {"x-python-default": text}
