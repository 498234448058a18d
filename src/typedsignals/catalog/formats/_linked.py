"""The text of a type in pieces, of which the names of models lead to these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .._records.types import ArrayType, MappingType, ModelType, TupleType, TypeRecord, UnionType, short

MARK = re.compile("\ue000(.*?)\ue001")
"""What stands around the number of a model; text within types cannot hold these, as they would be escaped there."""


def linked(record: TypeRecord) -> Iterator[tuple[str, str | None]]:
    """The pieces of a type's text, each with the model that it names, if it names one."""
    models: list[str] = []
    for place, piece in enumerate(MARK.split(str(_marked(record, models)))):
        if place % 2:
            yield short(models[int(piece)]), models[int(piece)]
        elif piece:
            yield piece, None


def _marked(record: TypeRecord, models: list[str]) -> TypeRecord:
    """The type with a mark and a number in place of each model."""
    changes: dict[str, Any] = {}
    match record:
        case ModelType(model=name):
            changes["model"] = f"\ue000{len(models)}\ue001"
            models.append(name)
        case UnionType(members=parts):
            changes["members"] = tuple(_marked(part, models) for part in parts)
        case TupleType(items=parts):
            changes["items"] = tuple(_marked(part, models) for part in parts)
        case ArrayType(item=item):
            changes["item"] = _marked(item, models)
        case MappingType(key=key, value=value):
            changes["key"], changes["value"] = _marked(key, models), _marked(value, models)
    return record.model_copy(update=changes)
