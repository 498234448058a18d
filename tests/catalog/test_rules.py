"""Each row of the table of rules, on models that change in that way."""

from __future__ import annotations

import dataclasses
import re
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from typedsignals.catalog import RULES, ModelRecords, SenderRecord, compare_catalogs
from typedsignals.catalog._records.types import TypeRecord

from .making import carried, catalog, changes, grouped, model, shown

IGNORE = ConfigDict(extra="ignore")
FORBID = ConfigDict(extra="forbid")
ALLOW = ConfigDict(extra="allow")


def order(config: ConfigDict = IGNORE, **fields: Any) -> type[BaseModel]:
    return model("Order", config, **fields)


def item(config: ConfigDict = IGNORE, **fields: Any) -> type[BaseModel]:
    return model("Item", config, **fields)


def strict(kind: Any) -> Any:
    return Annotated[kind, Strict()]


def lax(kind: Any) -> Any:
    return Annotated[kind, Strict(False)]


class Old:
    @dataclasses.dataclass
    class Box:
        width: int
        height: int

    class Color(Enum):
        RED = "red"
        BLUE = "blue"

    class Shop:
        pass


class New:
    @dataclasses.dataclass
    class Box:
        height: int
        width: int

    class Color(Enum):
        RED = "red"
        BLUE = "azure"
        GREEN = "green"

    class Shop:
        pass


class Fewer:
    class Color(Enum):
        RED = "red"


for _kind in (Old, New, Fewer):
    _kind.Color.__qualname__ = "Color"
    _kind.Color.__module__ = "shop"
for _box in (Old.Box, New.Box):
    _box.__qualname__ = "Box"


class Named(Enum):
    A = "a"


class Text(str, Enum):  # noqa: UP042  # as it may be written
    A = "a"


class Animal:
    pass


class Cat(Animal):
    pass


class Dog(Animal):
    pass


def card(tag: str = "kind", **more: Any) -> type[BaseModel]:
    fields: dict[str, Any] = {tag: (Literal["card"], "card")}
    return model("Card", **fields, **more)


def cash(tag: str = "kind", **more: Any) -> type[BaseModel]:
    fields: dict[str, Any] = {tag: (Literal["cash"], "cash")}
    return model("Cash", **fields, **more)


def first(value: int) -> int:
    return value


def second(value: int) -> int:
    return -value


LIVE = ConfigDict(arbitrary_types_allowed=True)
STRICT = ConfigDict(strict=True)

# Old fields, new fields, and the expected change with its path and the marks of senders, receivers (with **extra,
# without, of the payload), backward and forward.
ROWS: list[tuple[type[BaseModel], type[BaseModel], str, str, str]] = [
    (order(a=int), order(a=int, b=int), "TS201", "b", "✗✓✗✓✗✓"),
    (order(FORBID, a=int), order(FORBID, a=int, b=int), "TS201", "b", "✗✓✗✓✗✗"),
    (order(i=item(a=int)), order(i=item(a=int, b=int)), "TS201", "i.b", "✗✓✓✓✗✓"),
    (order(a=int), order(a=int, b=(int, 1)), "TS202", "b", "✓✓✗✓✓✓"),
    (order(FORBID, a=int), order(FORBID, a=int, b=(int, 1)), "TS202", "b", "✓✓✗✓✓✗"),
    (order(ALLOW, a=int), order(ALLOW, a=int, b=(int, 1)), "TS202", "b", "⚠✓✗✓⚠✓"),
    (order(i=item(a=int)), order(i=item(a=int, b=(int, 1))), "TS202", "i.b", "✓✓✓✓✓✓"),
    (order(a=int, b=int), order(a=int), "TS203", "b", "✗✗✗✗✓✗"),
    (order(FORBID, a=int, b=int), order(FORBID, a=int), "TS203", "b", "✗✗✗✗✗✗"),
    (order(a=int, b=(int, 1)), order(a=int), "TS204", "b", "✗✗✗✗✓✓"),
    (order(FORBID, a=int, b=(int, 1)), order(FORBID, a=int), "TS204", "b", "✗✗✗✗✗✓"),
    (order(a=int, b=str), order(a=int, c=str), "TS205", "b", "✗✗✗✗✗✗"),
    (order(a=int, b=(str, "")), order(a=int, c=(str, "")), "TS205", "b", "✗✗✗✗⚠⚠"),
    (order(a=int), order(b=(int, Field(validation_alias="a"))), "TS206", "a", "✗✗✗✗✓✗"),
    (order(a=(int, 1)), order(b=(int, Field(1, validation_alias="a"))), "TS206", "a", "✗✗✗✗✓⚠"),
    (
        order(a=int),
        order(b=(int, Field(validation_alias="a", serialization_alias="a"))),
        "TS206",
        "a",
        "✗✗✗✗✓✓",
    ),
    (
        order(a=(int, Field(validation_alias="x", serialization_alias="x"))),
        order(a=(int, Field(validation_alias="y", serialization_alias="x"))),
        "TS207",
        "a",
        "✓✓✓✓✗✓",
    ),
    (
        order(a=(int, Field(validation_alias="x"))),
        order(a=(int, Field(validation_alias="x", serialization_alias="y"))),
        "TS208",
        "a",
        "✓✓✓✓✓✗",
    ),
    (order(a=int), order(a=(int, Field(exclude=True))), "TS208", "a", "✓✓✓✓✓✗"),
    (order(a=int), order(a=(int, 1)), "TS209", "a", "✓✓✓✓✓✓"),
    (order(a=(int, 1)), order(a=int), "TS210", "a", "✗✓✓✓✓✓"),
    (order(a=(int, 1)), order(a=(int, 2)), "TS211", "a", "⚠⚠⚠⚠✓✓"),
    (order(a=(list, Field(default_factory=list))), order(a=(list, [1])), "TS211", "a", "⚠⚠⚠⚠✓✓"),
    (order(a=int), order(a=str), "TS301", "a", "✗✗✗✗✗✗"),
    (order(a=UUID), order(a=str), "TS301", "a", "✗✗✗✗✓✗"),
    (order(a=re.Pattern[str]), order(a=re.Pattern[bytes]), "TS301", "a", "✗✗✗✗✗⚠"),
    (order(a=re.Pattern[bytes]), order(a=re.Pattern[str]), "TS301", "a", "✗✗✗✗⚠✗"),
    (order(a=re.Pattern[str]), order(a=re.Pattern), "TS302", "a", "✓⚠⚠⚠✓⚠"),
    (order(a=re.Pattern), order(a=re.Pattern[bytes]), "TS303", "a", "✗✓✓✓✗✓"),
    (order(a=list[int]), order(a=set[int]), "TS301", "a", "✗✗✗✗✓✓"),
    (order(a=int), order(a=float), "TS302", "a", "✓⚠⚠⚠✓✗"),
    (order(a=int), order(a=Any), "TS302", "a", "✓⚠⚠⚠✓✗"),
    (order(a=float), order(a=int), "TS303", "a", "✗✓✓✓✗✓"),
    (order(a=Any), order(a=int), "TS303", "a", "✗✓✓✓✗✓"),
    (order(a=int), order(a=int | None), "TS304", "a", "✓⚠⚠⚠✓✗"),
    (order(a=int | None), order(a=int), "TS305", "a", "✗✓✓✓✗✓"),
    (order(a=Literal["x"]), order(a=Literal["x", "y"]), "TS306", "a", "✓⚠⚠⚠✓✗"),
    (order(a=Fewer.Color), order(a=Old.Color), "TS306", "a", "✓⚠⚠⚠✓✗"),
    (order(a=Literal["x", "y"]), order(a=Literal["x"]), "TS307", "a", "✗✓✓✓✗✓"),
    (order(a=Old.Color), order(a=Fewer.Color), "TS307", "a", "✗✓✓✓✗✓"),
    (order(a=int | str), order(a=int | str | bytes), "TS308", "a", "✓⚠⚠⚠✓✓"),
    (order(a=int | str), order(a=int | str | list[int]), "TS308", "a", "✓⚠⚠⚠✓✗"),
    (order(a=int | str | list[int]), order(a=int | str), "TS309", "a", "✗✓✓✓✗✓"),
    (
        order(a=(card() | cash(), Field(discriminator="kind"))),
        order(a=(card("type") | cash("type"), Field(discriminator="type"))),
        "TS310",
        "a",
        "✗⚠⚠⚠✗✗",
    ),
    (order(a=card() | cash()), order(a=(card() | cash(), Field(discriminator="kind"))), "TS310", "a", "✗⚠⚠⚠✓✓"),
    (order(a=(card() | cash(), Field(discriminator="kind"))), order(a=card() | cash()), "TS310", "a", "✓✓✓✓✓✓"),
    (order(a=lax(Named)), order(a=lax(str)), "TS301", "a", "⚠✗✗✗✓✗"),
    (order(a=strict(Named)), order(a=strict(str)), "TS301", "a", "✗✗✗✗✓✗"),
    (order(a=Text), order(a=str), "TS301", "a", "✓✗✗✗✓✗"),
    (order(a=strict(str)), order(a=strict(Named)), "TS301", "a", "✗✗✗✗✗✓"),
    (order(a=int), order(a=(int, Field(gt=0))), "TS311", "a", "✗✓✓✓✗✓"),
    (order(a=(str, Field(max_length=3))), order(a=(str, Field(max_length=2))), "TS311", "a", "✗✓✓✓✗✓"),
    (order(a=(int, Field(gt=0))), order(a=int), "TS312", "a", "✓⚠⚠⚠✓✗"),
    (order(a=list[Annotated[int, Field(le=9)]]), order(a=list[int]), "TS312", "a[]", "✓⚠⚠⚠✓✗"),
    (order(a=int), order(a=(int, Field(strict=True))), "TS313", "a", "✗✓✓✓⚠✓"),
    (order(IGNORE, a=int), order(STRICT, a=int), "TS313", "a", "✗✓✓✓⚠✓"),
    (
        order(a=Annotated[int, AfterValidator(first)]),
        order(a=Annotated[int, AfterValidator(second)]),
        "TS314",
        "a",
        "⚠⚠⚠⚠⚠⚠",
    ),
    (order(LIVE, a=Cat), order(LIVE, a=Dog), "TS315", "a", "✗⚠⚠⚠--"),
    (order(LIVE, a=Cat), order(LIVE, a=Animal), "TS315", "a", "✓⚠⚠⚠--"),
    (order(LIVE, a=Animal), order(LIVE, a=Cat), "TS315", "a", "✗✓✓✓--"),
    (order(a=int), order(LIVE, a=Cat), "TS316", "a", "✗⚠⚠⚠✗✗"),
    (order(a=lax(Old.Color)), order(a=lax(New.Color)), "TS317", "a", "✗⚠⚠⚠✗✗"),
    (order(a=strict(Old.Color)), order(a=strict(New.Color)), "TS317", "a", "✓⚠⚠⚠✗✗"),
    (order(IGNORE, a=int), order(FORBID, a=int), "TS401", "", "✗⚠✓⚠✓✓"),
    (order(ALLOW, a=int), order(FORBID, a=int), "TS401", "", "✗⚠✓⚠✗✓"),
    (order(FORBID, a=int), order(ALLOW, a=int), "TS402", "", "✓✓✓✓✓✗"),
    (order(FORBID, a=int), order(IGNORE, a=int), "TS402", "", "✓✓✓✓✓✓"),
    (order(ALLOW, a=int), order(IGNORE, a=int), "TS403", "", "✓⚠✓⚠⚠✓"),
    (order(i=Old.Box), order(i=New.Box), "TS404", "i", "⚠⚠⚠⚠✓✓"),
    (model("Order", a=int), model("OrderPlaced", a=int), "TS105", "", "✓✓✓⚠✓✓"),
    (order(i=item(a=int)), order(i=model("Line", a=int)), "TS105", "i", "⚠⚠⚠⚠✓✓"),
    (
        order(a=(str, Field(pattern="a+"))),
        order(a=(str, Field(pattern="b+"))),
        "TS901",
        "a",
        "⚠⚠⚠⚠⚠⚠",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "rule", "path", "marks"), ROWS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_each_payload_rule_gives_its_verdicts(
    old: type[BaseModel], new: type[BaseModel], rule: str, path: str, marks: str
) -> None:
    """A change is found with its rule, its path, and the verdict for each party."""
    assert (rule, path, marks) in shown(changes(old, new))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[2]}-{row[3]}")
def test_an_unchanged_payload_gives_no_change(row: tuple[type[BaseModel], type[BaseModel], str, str, str]) -> None:
    """A model that is compared with itself has no changes, even if each of its fields is compared."""
    for payload in row[:2]:
        known = catalog(payload)
        models = {name: model.model_copy(update={"doc": "Other words."}) for name, model in known.models.items()}
        assert compare_catalogs(known, known.model_copy(update={"models": models})) == ()
        assert changes(payload, payload) == ()


def base(name: str, *bases: str) -> SenderRecord:
    return SenderRecord(name=name, bases=bases)


def returned(kind: Any) -> TypeRecord:
    return ModelRecords().type_of(kind, ConfigDict(strict=True))


SIGNALS: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {"name": "sent", "path": "shop.orders:placed"}, "TS102", "✓✓✓✓✗✗"),
    ({}, {"name": "sent", "path": "shop.orders:sent"}, "TS101", "✗✗✗✗✗✗"),
    ({"sender": base("Animal")}, {"sender": base("Cat", "Animal")}, "TS103", "✗✓✓✓--"),
    ({"sender": None}, {"sender": base("Cat", "Animal")}, "TS103", "✗✓✓✓--"),
    ({"sender": base("Dog")}, {"sender": base("Cat")}, "TS103", "✗⚠⚠⚠--"),
    ({"sender": base("Cat", "Animal")}, {"sender": base("Animal")}, "TS104", "✓⚠⚠⚠--"),
    ({"sender": base("Cat", "Animal")}, {"sender": None}, "TS104", "✓⚠⚠⚠--"),
    ({"validate_mode": "never"}, {"validate_mode": "always"}, "TS106", "✗✓✓✓✓✓"),
    ({"validate_mode": "never"}, {"validate_mode": "connected"}, "TS106", "✗✓✓✓✓✓"),
    ({"validate_mode": "connected"}, {"validate_mode": "always"}, "TS106", "✗✓✓✓✓✓"),
    ({"validate_mode": "always"}, {"validate_mode": "never"}, "TS107", "✓⚠⚠⚠✓⚠"),
    ({"validate_mode": "connected"}, {"validate_mode": "never"}, "TS107", "✓⚠⚠⚠✓⚠"),
    ({"validate_mode": "always"}, {"validate_mode": "connected"}, "TS107", "✓✓✓✓✓✓"),
    ({"returns": returned(bool)}, {"returns": returned(str)}, "TS108", "✗✗✗✗--"),
    ({"returns": returned(bool)}, {"returns": returned(bool | None)}, "TS108", "✗✓✓✓--"),
    ({"returns": returned(int | str)}, {"returns": returned(int)}, "TS108", "✓✗✗✗--"),
    ({"returns": returned(bool)}, {}, "TS108", "✗✓✓✓--"),
    ({"accepts": "any"}, {"accepts": "sync"}, "TS109", "✓✗✗✗--"),
    ({"accepts": "any"}, {"accepts": "async"}, "TS110", "✓✗✗✗--"),
    ({"accepts": "sync"}, {"accepts": "any"}, "TS111", "⚠✓✓✓--"),
    ({"accepts": "async"}, {}, "TS111", "⚠✓✓✓--"),
    ({"owner": "blinker: ordered"}, {"owner": "django: ordered"}, "TS112", "✓⚠⚠⚠--"),
    ({}, {"owner": "blinker: ordered"}, "TS112", "✓⚠⚠⚠--"),
    ({"carried": carried()}, {}, "TS113", "✗---✗-"),
    (
        {"carried": carried(), "receivers": [grouped("mail"), grouped("stock", "take")]},
        {"carried": carried(), "receivers": [grouped("stock", "take"), grouped("new", "look")]},
        "TS114",
        "----✗-",
    ),
    (
        {"carried": carried(), "receivers": [grouped("mail")]},
        {"carried": carried(), "receivers": [grouped("post")]},
        "TS114",
        "----✗-",
    ),
    ({"carried": carried(ordered=True)}, {"carried": carried()}, "TS115", "✓⚠⚠⚠--"),
]


@pytest.mark.parametrize(("old", "new", "rule", "marks"), SIGNALS)
def test_each_signal_rule_gives_its_verdicts(old: dict[str, Any], new: dict[str, Any], rule: str, marks: str) -> None:
    """A removed or renamed signal, or one with other senders, is found, and nothing else."""
    found = compare_catalogs(catalog(order(a=int), **old), catalog(order(a=int), **new))
    assert shown(found) == [(rule, "", marks)]


@pytest.mark.parametrize("details", [side for old, new, *_ in SIGNALS for side in (old, new)])
def test_an_unchanged_signal_gives_no_change(details: dict[str, Any]) -> None:
    """This holds for all payloads, senders and modes of validation."""
    known = details or {"path": "shop.orders:placed"}
    assert compare_catalogs(catalog(order(a=int), **known), catalog(order(a=int), **known)) == ()


def test_the_rows_mark_all_that_the_rules_do() -> None:
    """For every rule, some row has exactly the verdicts of the table."""
    covered = {(rule, marks) for _, _, rule, _, marks in ROWS} | {(rule, marks) for _, _, rule, marks in SIGNALS}
    assert {(rule.id, str(rule.verdicts)) for rule in RULES.values() if rule.verdicts} <= covered
