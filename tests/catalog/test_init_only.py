"""Parameters of dataclasses that are not attributes: they are passed, but neither read nor written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import InitVar
from typing import Any, ClassVar

import pytest
from pydantic import Field, ValidationError
from pydantic.dataclasses import dataclass as pydantic_dataclass

from typedsignals.catalog import ModelRecord, ModelRecords
from typedsignals.catalog._fit.types import Relation
from typedsignals.catalog._fit.use import Use
from typedsignals.catalog._records.types import ModelType

from .making import changes, model, shown

ONCE = InitVar[int]
KINDS: list[Callable[[type], type]] = [dataclasses.dataclass, pydantic_dataclass]


def box(decorate: Callable[[type], type] = dataclasses.dataclass, **fields: Any) -> type:
    """A dataclass of the shop. A field is a type, or a pair of a type and a default."""
    types = {name: field[0] if isinstance(field, tuple) else field for name, field in fields.items()}
    defaults = {name: field[1] for name, field in fields.items() if isinstance(field, tuple)}
    return decorate(type("Box", (), {"__annotations__": types, "__module__": "shop", **defaults}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"y": ONCE}, [("TS201", "a.y", "✗✓✓✓✗✓")]),
        ({}, {"y": (ONCE, 1)}, [("TS202", "a.y", "✓✓✓✓✓✓")]),
        ({}, {"y": (ONCE, Field(1))}, [("TS202", "a.y", "✓✓✓✓✓✓")]),
        ({"y": ONCE}, {}, [("TS203", "a.y", "✗✓✓✓✓✗")]),
        ({"y": (ONCE, 1)}, {}, [("TS204", "a.y", "✗✓✓✓✓✓")]),
        ({"y": ONCE}, {"z": ONCE}, [("TS205", "a.y", "✗✓✓✓✗✗")]),
        ({"y": ONCE}, {"y": InitVar[str]}, [("TS301", "a.y", "✗✓✓✓✓✓")]),
        ({"y": ONCE}, {"y": (ONCE, 1)}, [("TS209", "a.y", "✓✓✓✓✓✓")]),
        ({"y": (ONCE, 1)}, {"y": ONCE}, [("TS210", "a.y", "✗✓✓✓✗✓")]),
        ({"y": int}, {"y": ONCE}, [("TS203", "a.y", "✓✗✗✗✓✓"), ("TS208", "a.y", "✓✓✓✓✓✗")]),
        ({"y": ONCE}, {"y": int}, [("TS208", "a.y", "✓✓✓✓✓✓")]),
    ],
)
def test_changes_of_what_is_only_passed(
    kind: Callable[[type], type], old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    """Senders pass it; receivers cannot read it, and messages do not contain it."""
    before, after = (box(kind, x=int, **fields) for fields in (old, new))
    assert shown(changes(model("Order", a=before), model("Order", a=after))) == expected


def test_what_is_only_passed_now_is_told_in_words() -> None:
    """Senders still pass it, so it was not removed for everybody."""
    found = changes(model("Order", a=box(y=int)), model("Order", a=box(y=ONCE)))
    assert [change.message for change in found] == [
        "a.y: is still a parameter, but no longer an attribute",
        "a.y is no longer written",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_pydantic_takes_what_is_said(kind: Callable[[type], type]) -> None:
    """pydantic requires a required one, and does not write it."""
    payload: Any = model("Order", a=box(kind, x=int, y=ONCE))
    with pytest.raises(ValidationError, match=r"a\.y"):
        payload(a={"x": 1})
    assert payload(a={"x": 1, "y": 2}).model_dump() == {"a": {"x": 1}}
    assert model("Order", a=box(kind, x=int, y=(ONCE, 1)))(a={"x": 1}).model_dump() == {"a": {"x": 1}}


def recorded(kind: type) -> ModelRecord:
    models = ModelRecords()
    return models.records[models.add(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_its_place_among_the_fields(kind: Callable[[type], type]) -> None:
    """It has a position, which class variables do not have."""
    found = recorded(box(kind, count=(ClassVar[int], 1), y=ONCE, x=int, plain=(ClassVar, 2)))
    assert found.positional == ("y", "x")
    assert [(field.init_only, field.written_name) for field in found.fields] == [(True, None), (False, "x")]
    named = recorded(box(dataclasses.dataclass(kw_only=True), count=(ClassVar[int], 1), x=int, y=ONCE))
    assert named.keyword_only == ("x", "y")


def test_receivers_can_do_without_it() -> None:
    """Instances that are made without it have all attributes that receivers can read."""
    old, new = ModelRecords(), ModelRecords()
    source, target = new.add(box(x=int)), old.add(box(x=int, y=ONCE))
    types = ModelType(model=source), ModelType(model=target)
    assert Relation(Use.RECEIVE, new.records, old.records).holds(*types) is True
    assert Relation(Use.SEND, new.records, old.records).holds(*types) is False
