"""The type of what receivers get from a field that refuses its own default: values of its type, and the default."""

from __future__ import annotations

from typing import Any

from .._records import types as t
from .._records.signals import FieldRecord


def received_type(field: FieldRecord) -> t.TypeRecord:
    """Return the type of all values that receivers get from a field."""
    refused = field.refused_default
    if refused is None or refused == t.NO_VALUE or isinstance(refused, t.AnyType):
        return field.type
    members = tuple(_widened(member, refused) for member in t.members_of(field.type))
    return t.UnionType(members=tuple(dict.fromkeys((*members, *t.members_of(refused)))))


def _widened(record: t.TypeRecord, refused: t.TypeRecord) -> t.TypeRecord:
    """Return the type with a limit that admits the refused value and no others, if there is such a limit."""
    if isinstance(refused, t.ChoiceType):
        return _reaching(record, refused)
    containers = t.ArrayType | t.MappingType
    if isinstance(record, containers) and isinstance(refused, containers) and record.container == refused.container:
        return record.model_copy(update={"constraints": _from_none(record.constraints)})
    return record


def _reaching(record: t.TypeRecord, refused: t.ChoiceType) -> t.TypeRecord:
    if isinstance(record, t.ChoiceType) and not (record.name or refused.name):
        return record.model_copy(update={"choices": (*record.choices, *refused.choices)})
    if isinstance(record, t.ScalarType):
        limits = _up_to(record.constraints, refused.choices[0].value, record.name)
        return record.model_copy(update={"constraints": limits})
    return record


def _up_to(limits: t.Constraints, value: Any, kind: str) -> t.Constraints:
    if value == "" and kind == "str":
        return _from_none(limits)
    if isinstance(value, str) or value is None:
        return limits
    step = 1 if kind == "int" else 0
    changes: dict[str, object] = {}
    for open_, closed, sign in (("gt", "ge", 1), ("lt", "le", -1)):
        if getattr(limits, open_) == value:
            changes = {open_: None, closed: value}
        elif getattr(limits, closed) == value + sign * step:
            changes = {closed: value}
    return limits.model_copy(update=changes)


def _from_none(limits: t.Constraints) -> t.Constraints:
    """Admit the empty value, if the only lower limit is one character or item: there is only one empty value."""
    return limits.model_copy(update={"min_length": None}) if limits.min_length == 1 else limits
