"""What instances have been seen to hold where a field refuses its own default: values of its type, and the default."""

from __future__ import annotations

from typing import Any

from .._records.signals import FieldRecord
from .._records.types import (
    NO_VALUE,
    AnyType,
    ArrayType,
    ChoiceType,
    Constraints,
    MappingType,
    ScalarType,
    TypeRecord,
    UnionType,
    members_of,
)


def with_default(field: FieldRecord) -> TypeRecord:
    """The type of all that receivers get from a field.

    Args:
        field: The field.
    """
    refused = field.refused_default
    if refused is None or refused == NO_VALUE or isinstance(refused, AnyType):
        return field.type
    members = tuple(_widened(member, refused) for member in members_of(field.type))
    return UnionType(members=tuple(dict.fromkeys((*members, *members_of(refused)))))


def _widened(record: TypeRecord, refused: TypeRecord) -> TypeRecord:
    """The type with a limit that lets the refused value in and no others, if there is such a limit."""
    if isinstance(refused, ChoiceType):
        return _reaching(record, refused)
    containers = ArrayType | MappingType
    if isinstance(record, containers) and isinstance(refused, containers) and record.container == refused.container:
        return record.model_copy(update={"constraints": _from_none(record.constraints)})
    return record


def _reaching(record: TypeRecord, refused: ChoiceType) -> TypeRecord:
    if isinstance(record, ChoiceType) and not (record.name or refused.name):
        return record.model_copy(update={"choices": (*record.choices, *refused.choices)})
    if isinstance(record, ScalarType):
        limits = _up_to(record.constraints, refused.choices[0].value, record.name)
        return record.model_copy(update={"constraints": limits})
    return record


def _up_to(limits: Constraints, value: Any, kind: str) -> Constraints:
    if value == "" and kind == "str":
        return _from_none(limits)
    if isinstance(value, str) or value is None:
        return limits
    step = 1 if kind == "int" else 0
    changes: dict[str, object] = {}
    for open_, closed, sign in (("gt", "ge", 1), ("lt", "le", -1)):
        if getattr(limits, open_) == value:
            changes = {open_: None, closed: value}
        elif step and getattr(limits, closed) == value + sign * step:
            changes = {closed: value}
    return limits.model_copy(update=changes)


def _from_none(limits: Constraints) -> Constraints:
    """From no characters or items on, if it is from one on: there is only one value without any."""
    return limits.model_copy(update={"min_length": None}) if limits.min_length == 1 else limits
