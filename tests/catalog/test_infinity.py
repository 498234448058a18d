"""Limits and members that are infinite or not a number, which JSON cannot represent."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from typedsignals.catalog import Catalog, Verdict, from_json, json_schema, to_json
from typedsignals.catalog._describe.metadata import constraints_of
from typedsignals.catalog._fit.bounds import within

from .making import catalog, changes, model
from .test_verdicts import of

LIMITS = ("gt", "ge", "lt", "le")
EXTREMES = (math.inf, -math.inf, math.nan)


def reread(made: Catalog) -> Catalog:
    return from_json(to_json(made), "signals.json")


def order(annotation: Any) -> type[BaseModel]:
    return model("Order", a=annotation)


def limited(kind: Any, **limits: Any) -> Any:
    return of(Annotated, kind, Field(**limits))


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize("limit", LIMITS)
def test_limits_that_are_not_finite_survive_the_file(limit: str, extreme: float) -> None:
    """The limit that is read equals the one that was written, and its JSON Schema allows it."""
    payload = order(limited(float, **{limit: extreme}))
    made = catalog(payload)
    assert reread(made) == made
    assert "null" not in to_json(made)
    jsonschema.validate(json.loads(to_json(made)), json_schema())
    assert changes(payload, payload) == ()


def takes(kind: type, value: float, **limits: Any) -> bool:
    try:
        TypeAdapter(limited(kind, **limits)).validate_python(value)
    except ValidationError:
        return False
    return True


VALUES = (-math.inf, -1, -0.5, 0, 3, math.inf)
RANGES: list[dict[str, Any]] = [
    {},
    *({limit: extreme} for limit in LIMITS for extreme in (math.inf, -math.inf)),
    {"gt": -1},
    {"gt": -1, "lt": math.inf},
    {"ge": 0, "le": math.inf},
    {"ge": -math.inf, "lt": 3},
    {"allow_inf_nan": False},
    {"allow_inf_nan": True, "gt": -math.inf},
]


@pytest.mark.parametrize("target", RANGES, ids=str)
@pytest.mark.parametrize("source", RANGES, ids=str)
@pytest.mark.parametrize("kind", [float, Decimal])
def test_infinite_limits_are_compared_as_numbers(kind: type, source: dict[str, Any], target: dict[str, Any]) -> None:
    """One range is within another if pydantic accepts all its values there."""
    taken = [value for value in VALUES if takes(kind, value, **source)]
    fits = all(takes(kind, value, **target) for value in taken)
    assert within(constraints_of(source), constraints_of(target), kind.__name__) is fits


def test_a_limit_that_is_no_number_cannot_be_compared() -> None:
    """Nothing is greater than it, less than it or equal to it."""
    (found,) = changes(order(limited(float, lt=1)), order(limited(float, lt=math.nan)))
    assert found.rule.id == "TS901"


class Level(Enum):
    LOW = -math.inf
    NONE = math.nan
    HIGH = math.inf
    ONE = 1.5


class Renamed(Enum):
    LOW = -math.inf
    NONE = math.nan
    TOP = math.inf
    ONE = 1.5


def test_what_is_written_for_such_members_cannot_be_told() -> None:
    """What is written is unknown, but it is the same for the same value, under any name."""
    old, new = (of(Literal, *members) for members in ([Level.ONE], [Level.ONE, Level.HIGH]))
    (found,) = changes(order(old), order(new))
    assert (found.rule.id, found.verdicts.forward) == ("TS306", Verdict.WARNS)
    renamed = changes(order(Level), order(Renamed))
    removed = next(change for change in renamed if change.rule.id == "TS307")
    assert removed.verdicts.backward is Verdict.SAFE


@pytest.mark.parametrize("annotation", [Level, of(Literal, math.inf, 1.5)])
def test_members_that_are_not_finite_survive_the_file(annotation: Any) -> None:
    """They have a text instead of a value, which JSON could not represent."""
    made = catalog(order(annotation))
    assert reread(made) == made
    assert changes(order(annotation), order(annotation)) == ()
