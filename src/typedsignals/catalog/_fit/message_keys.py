"""Tell which keys of mappings are not read from messages, where all keys are text."""

from __future__ import annotations

from collections.abc import Mapping

from .._records import types as t
from .._records.signals import ModelRecord

TEXT = t.ScalarType(name="str")
NUMBERS = ("int", "float")


def has_unread_keys(models: Mapping[str, ModelRecord], record: t.TypeRecord) -> bool:
    """Whether a type is a mapping, some of whose keys are certainly not read from the text that pydantic writes.

    Args:
        models: The models of the catalog.
        record: The type.
    """
    if not isinstance(record, t.MappingType):
        return False
    members = t.members_of(record.key)
    return TEXT not in members and any(_is_unread(models, member) for member in members)


def contains_unread_keys(models: Mapping[str, ModelRecord], record: t.TypeRecord) -> bool:
    """Whether there is such a mapping anywhere in a type; other models are not gone into."""
    return has_unread_keys(models, record) or any(contains_unread_keys(models, part) for part in t.parts_of(record))


def _is_unread(models: Mapping[str, ModelRecord], record: t.TypeRecord) -> bool:
    match record:
        case t.ModelType(model=name):
            # Text can be read by a root model, or by code of the model.
            return models[name].root is None and not models[name].behaviours
        case t.ChoiceType():
            # pydantic converts text only to members that are numbers, and not to combinations of them.
            is_number = record.base in NUMBERS and not record.boundary
            return not is_number and any(type(choice.value).__name__ in NUMBERS for choice in record.choices)
    return isinstance(record, t.NullType | t.TupleType | t.ArrayType)
