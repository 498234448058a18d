"""The text of a type, in pieces that can link to the models it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .._records import types

MARK = re.compile("\ue000(.*?)\ue001")
"""The number of a model between two characters that cannot occur in the text of a type, where they are escaped."""


def linked(record: types.TypeRecord) -> Iterator[tuple[str, str | None]]:
    """Split the text of a type into pieces, each with the name of the model that it stands for, if any."""
    models: list[str] = []
    for number, piece in enumerate(MARK.split(str(_marked(record, models)))):
        if number % 2:
            yield types.short(models[int(piece)]), models[int(piece)]
        elif piece:
            yield piece, None


def _marked(record: types.TypeRecord, models: list[str]) -> types.TypeRecord:
    """Replace the name of each model in a type by a mark with its number."""
    changes: dict[str, Any] = {}
    match record:
        case types.ModelType(model=name):
            changes["model"] = f"\ue000{len(models)}\ue001"
            models.append(name)
        case types.UnionType(members=parts):
            changes["members"] = tuple(_marked(part, models) for part in parts)
        case types.TupleType(items=parts):
            changes["items"] = tuple(_marked(part, models) for part in parts)
        case types.ArrayType(item=item):
            changes["item"] = _marked(item, models)
        case types.MappingType(key=key, value=value):
            changes["key"], changes["value"] = _marked(key, models), _marked(value, models)
    return record.model_copy(update=changes)
