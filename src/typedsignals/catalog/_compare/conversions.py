"""Examples of values that pydantic converts to a type unless the type is strict."""

from __future__ import annotations

from .._records import types as t

CONVERTED = {
    "int": "'1'",
    "float": "'1.5'",
    "bool": "'yes'",
    "str": "b'text'",
    "bytes": "'text'",
    "Decimal": "'1.5'",
    "date": "'2024-01-31'",
    "datetime": "'2024-01-31 12:00'",
    "time": "'12:00'",
    "timedelta": "'PT5M'",
    "UUID": "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
    "Path": "'a/file'",
}
"""As Python would write them."""


def converted_to(target: t.TypeRecord) -> str:
    """Give a value, in Python, that is converted to a type unless the type is strict; empty if none is known."""
    match target:
        case t.ChoiceType(choices=(first, *_)) if target.name:
            return first.literal
        case t.ScalarType():
            return CONVERTED.get(target.name, "")
    return ""
