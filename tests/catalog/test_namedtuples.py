"""Named tuples, whose fields have names for receivers, and positions in messages."""

from __future__ import annotations

import collections
import dataclasses
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError

from typedsignals.catalog import ModelRecord, ModelRecords, compare_catalogs

from .making import catalog, changes, model, receiver, send, shown


class Point(NamedTuple):
    """A place."""

    x: int


class Labelled(NamedTuple):
    x: Annotated[int, AfterValidator(abs), Field(gt=0)]
    label: str = "here"


class Further(Point):
    """A named tuple that derives from another has no fields of its own."""

    z: int = 0


Untyped = collections.namedtuple("Untyped", "a b", defaults=[1])  # noqa: PYI024  # as it may be written


def point(name: str = "Point", **fields: Any) -> Any:
    """A named tuple of the shop. A field is a type, or a pair of a type and a default."""
    pairs = {key: field if isinstance(field, tuple) else (field,) for key, field in fields.items()}
    defaults = [field[1] for field in pairs.values() if len(field) > 1]
    made: Any = collections.namedtuple(name, [*pairs], defaults=defaults, module="shop")  # type: ignore[misc]  # noqa: PYI024  # made while running
    made.__annotations__ = {key: field[0] for key, field in pairs.items()}
    return made


@dataclasses.dataclass
class Box:
    x: int


class Item(BaseModel):
    x: int


X = point(x=int)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (X, point(x=int, y=int), [("TS201", "a.y", "✗⚠⚠⚠✗✗")]),
        (X, point(x=int, y=(int, 1)), [("TS202", "a.y", "✓⚠⚠⚠✓✗")]),
        (point(x=int, y=int), X, [("TS203", "a.y", "✗✗✗✗✗✗")]),
        (point(x=int, y=(int, 1)), X, [("TS204", "a.y", "✗✗✗✗✗✓")]),
        (point(x=int, y=str, z=int), point(x=int, z=int), [("TS203", "a.y", "✗✗✗✗✗✗")]),
        (point(x=int, z=int), point(x=int, y=int, z=int), [("TS404", "a", "⚠⚠⚠⚠✗✗"), ("TS201", "a.y", "✗⚠⚠⚠✗✗")]),
        (X, point(y=int), [("TS205", "a.x", "✗✗✗✗✓✓")]),
        (X, point(x=str), [("TS301", "a.x", "✗✗✗✗✗✗")]),
        (X, point(x=(int, 1)), [("TS209", "a.x", "✓✓✓✓✓✓")]),
        (point(x=int, y=str), point(y=str, x=int), [("TS404", "a", "⚠⚠⚠⚠✗✗")]),
        (point(x=int, y=int), point(y=int, x=int), [("TS404", "a", "⚠⚠⚠⚠✓✓")]),
        (point(x=int, y=str), point(x=str, y=int), [("TS301", "a.x", "✗✗✗✗✗✗"), ("TS301", "a.y", "✗✗✗✗✗✗")]),
        (X, point("Place", x=int), [("TS105", "a", "⚠⚠⚠⚠✓✓")]),
        (tuple[int], X, [("TS301", "a", "⚠✓✓✓✓✓")]),
        (tuple[str], X, [("TS301", "a", "✗✗✗✗✗✗")]),
        (tuple[int, int], X, [("TS301", "a", "✗✗✗✗✗✗")]),
        (X, tuple[int], [("TS301", "a", "✓✗✗✗✓✓")]),
        (X, tuple[int, ...], [("TS301", "a", "✓✗✗✗✓✗")]),
        (Annotated[list[int], Field(min_length=1, max_length=1)], X, [("TS301", "a", "⚠✗✗✗✓✓")]),
        (list[int], X, [("TS301", "a", "✗✗✗✗✗✓")]),
        (X, list[int], [("TS301", "a", "✗✗✗✗✓✗")]),
        (int, X, [("TS301", "a", "✗✗✗✗✗✗")]),
        (Literal["a"], X, [("TS301", "a", "✗✗✗✗✗✗")]),
        (X, Literal["a"], [("TS301", "a", "✗✗✗✗✗✗")]),
        (dict[str, int], X, [("TS301", "a", "⚠✗✗✗⚠✗")]),
        (X, dict[str, int], [("TS301", "a", "✗✗✗✗✗⚠")]),
        (Box, X, [("TS301", "a", "✗✗✗✗⚠✗")]),
        (X, Item, [("TS301", "a", "✗✗✗✗✗⚠")]),
        (X, RootModel[tuple[int]], [("TS301", "a", "⚠✗✗✗✓✓")]),
        (X | None, point(x=int, y=int) | None, [("TS201", "a.y", "✗⚠⚠⚠✗✗")]),
        (X | str, tuple[int] | str, [("TS308", "a", "✓⚠⚠⚠✓✓")]),
        (Item | str, X | str, [("TS301", "a<Point>", "✗✗✗✗⚠✗")]),
        (Item | str, point(q=int) | str, [("TS309", "a", "✗✓✓✓⚠✓"), ("TS308", "a", "✓⚠⚠⚠✓✗")]),
    ],
)  # fmt: skip
def test_changes_of_a_named_tuple(old: Any, new: Any, expected: list[tuple[str, str, str]]) -> None:
    """Senders and receivers use names, messages use positions, and receivers may unpack it."""
    assert shown(changes(model("Order", a=old), model("Order", a=new))) == expected


def takes(kind: Any, value: Any, *, is_strict: bool) -> Any:
    try:
        return model("Order", ConfigDict(strict=is_strict), a=kind)(a=value).a  # type: ignore[attr-defined]  # made at run time
    except ValidationError:
        return None


@pytest.mark.parametrize("is_strict", [False, True])
def test_pydantic_takes_what_is_said(is_strict: bool) -> None:
    """A named tuple is made of positions or names even if it is strict; the number of values must fit."""
    for value in (Point(1), (1,), [1], {"x": 1}, X(1)):
        assert takes(Point, value, is_strict=is_strict) == Point(1)
    assert takes(Labelled, (1,), is_strict=is_strict) == Labelled(1)
    assert takes(tuple[int], Point(1), is_strict=is_strict) == (1,)
    for wrong in ((), (1, 2), 1):
        assert takes(Point, wrong, is_strict=is_strict) is None
    assert (takes(Point, ("1",), is_strict=is_strict) is None) is is_strict


def record(kind: Any) -> ModelRecord:
    models = ModelRecords()
    return models.records[models.add(kind)]


def test_a_named_tuple_is_recorded_with_its_fields() -> None:
    """Types, defaults and code are recorded; a field without a type accepts anything."""
    assert (record(Point).flavour, record(Point).doc, record(Labelled).doc) == ("namedtuple", "A place.", None)
    first, second = record(Labelled).fields
    assert (str(first.type), first.required) == ("Annotated[int, gt=0]", True)
    assert [one.name for one in first.behaviours] == ["AfterValidator(func=builtins.abs)"]
    assert (str(second.type), second.default) == ("str", "'here'")
    assert [str(field.type) for field in record(Untyped).fields] == ["Any", "Any"]
    assert [field.name for field in record(Further).fields] == ["x"]


def test_a_named_tuple_is_as_strict_as_what_it_is_in() -> None:
    """It has no configuration of its own."""
    models = ModelRecords()
    models.add(model("Order", ConfigDict(strict=True), a=Point))
    (found,) = (one for one in models.records.values() if one.flavour == "namedtuple")
    assert getattr(found.fields[0].type, "strict", None) is True


class Configured(NamedTuple):
    x: int


Configured.__pydantic_config__ = ConfigDict(strict=True)  # type: ignore[attr-defined]  # as of other classes


def test_its_own_configuration_does_not_count() -> None:
    """pydantic ignores it."""
    assert takes(Configured, ("1",), is_strict=False) == Configured(1)
    assert getattr(record(Configured).fields[0].type, "strict", None) is False


def test_receivers_that_read_it_may_break_where_a_field_is_added() -> None:
    """Receivers that do not read it are not affected."""
    heard = [receiver("ship", fields=("a",)), receiver("note", fields=("b",))]
    old, new = (model("Order", a=kind, b=int) for kind in (X, point(x=int, y=int)))
    (change,) = compare_catalogs(catalog(old, receivers=heard), catalog(new, receivers=heard, sends=[send("a", "b")]))
    assert [str(who) for who in change.affected] == [
        "receiver ship (shop/stock.py:9) may break",
        "sender shop.web (shop/web.py:5) may break",
    ]
