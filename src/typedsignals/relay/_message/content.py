"""Payloads as JSON: how they are written, and how they are read by a program that may be older or newer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from .._errors import MalformedMessageError

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def written(payload: BaseModel) -> bytes:
    """Write a payload as JSON, by its aliases. Infinity and NaN, which JSON lacks, are written as strings."""
    return to_json(payload.model_dump(mode="json", by_alias=True), inf_nan_mode="strings")


def read(
    payload_type: type[BaseModel], content: bytes, known: frozenset[str] | None
) -> tuple[BaseModel, dict[str, Any]]:
    """Read a payload, and apart from it the top-level fields that its model does not know.

    These are split off before validation, so that nested models keep extra fields of their own.

    Args:
        payload_type: The model.
        content: The JSON.
        known: What `known_keys` says of the model; it takes longer than the rest.

    Raises:
        MalformedMessageError: It is not a JSON object.
        ValidationError: It is not valid for this model.
    """
    try:
        fields = from_json(content)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise MalformedMessageError("the content is not a JSON object")
    if known is None or fields.keys() <= known:
        return _validated(payload_type, content), {}
    unknown = {name: fields.pop(name) for name in [*fields] if name not in known}
    return _validated(payload_type, _constants(fields)), unknown


def _validated(payload_type: type[BaseModel], content: bytes) -> BaseModel:
    validate = payload_type.__pydantic_validator__.validate_json
    try:
        return validate(content, by_alias=True, by_name=True)  # type: ignore[no-any-return]
    except ValidationError as error:
        # Strict models take no strings for floats, so those that stand for infinity and NaN are tried as numbers.
        places = [*_not_finite(error)]
        if not places:
            raise
        repaired = from_json(content)
        for place in places:
            _repair(repaired, place)
    return validate(_constants(repaired), by_alias=True, by_name=True)  # type: ignore[no-any-return]


def _not_finite(error: ValidationError) -> Iterator[tuple[int | str, ...]]:
    for detail in error.errors(include_url=False, include_context=False):
        if detail["type"] == "float_type" and detail["input"] in list(_NOT_FINITE):
            yield detail["loc"]


def _repair(holder: Any, place: Sequence[int | str]) -> bool:
    """Replace the string at a place by its number; return whether it is there.

    Steps of the place that name a union's member lead nowhere. As one may have the name of a field, others are tried.
    """
    for number, step in enumerate(place):
        if not _has(holder, step):
            continue
        inner = holder[step]
        if isinstance(inner, str) and inner in _NOT_FINITE:
            holder[step] = _NOT_FINITE[inner]
            return True
        if isinstance(inner, dict | list) and _repair(inner, place[number + 1 :]):
            return True
    return False


def _has(holder: dict[str, Any] | list[Any], step: int | str) -> bool:
    return step in holder if isinstance(holder, dict) else isinstance(step, int) and step < len(holder)


def _constants(fields: Any) -> bytes:
    return to_json(fields, inf_nan_mode="constants")
