"""Root models: classes of their own within a program, but the wrapped value in messages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)

from typedsignals.catalog import ModelRecord, ModelRecords, ReceiverRecord
from typedsignals.catalog._records.types import ScalarType, UnionType

from .making import changes, model, receiver, shown
from .zoo import Cat, Dog, Money


class Lines(RootModel[list[int]]):
    """What was bought."""


class MoreLines(Lines):
    pass


class Words(RootModel[list[str]]):
    pass


class Renamed(RootModel[list[int]]):
    pass


class Maybe(RootModel[int | None]):
    root: int | None = None


class Pet(RootModel[Annotated[Cat | Dog, Field(discriminator="kind")]]):
    pass


class Tree(RootModel[dict[str, "Tree"]]):
    pass


class Twig(RootModel[dict[str, "Twig"]]):
    pass


class Tags(RootModel[list[str]]):
    model_config = ConfigDict(str_to_upper=True)

    @field_validator("root")
    @classmethod
    def known(cls, value: list[str]) -> list[str]:
        return value

    @model_validator(mode="after")
    def some(self) -> Tags:
        return self

    @model_serializer
    def joined(self) -> str:
        return ",".join(self.root)


class Flat(RootModel[list[int]]):
    @field_serializer("root")
    def joined(self, value: list[int]) -> str:
        return ",".join(map(str, value))


class StrictNumber(RootModel[int]):
    model_config = ConfigDict(strict=True)


class Checked(BaseModel):
    n: int

    @field_validator("n")
    @classmethod
    def known(cls, value: int) -> int:
        return value


PETS = Annotated[Cat | Dog, Field(discriminator="kind")]


def told(old: Any, new: Any, *still: type) -> list[tuple[str, str, str]]:
    existing = [f"{__name__}.{kind.__name__}" for kind in still]
    return shown(changes(model("Order", a=old), model("Order", a=new), still=existing))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (list[int], Lines, [("TS301", "a", "⚠✗✗✗✓✓")]),
        (list[int], Words, [("TS301", "a", "✗✗✗✗✗✗")]),
        (Lines, list[int], [("TS301", "a", "✗✗✗✗✓✓")]),
        (Lines, Renamed, [("TS105", "a", "⚠⚠⚠⚠✓✓")]),
        (Lines, MoreLines, [("TS303", "a", "✗✓✓✓✓✓")]),
        (Lines, Words, [("TS105", "a", "⚠⚠⚠⚠✓✓"), ("TS301", "a.root[]", "✗✗✗✗✗✗")]),
        (list[int] | None, Lines | None, [("TS301", "a", "⚠✗✗✗✓✓")]),
        (list[list[int]], list[Lines], [("TS301", "a[]", "⚠✗✗✗✓✓")]),
        (list[int] | str, Lines | str, [("TS309", "a", "⚠✓✓✓✓✓"), ("TS308", "a", "✓⚠⚠⚠✓✓")]),
        (Lines | str, Renamed | str, [("TS105", "a<Renamed>", "⚠⚠⚠⚠✓✓")]),
        (Lines | str, RootModel[int] | str, [("TS309", "a", "✗✓✓✓✗✓"), ("TS308", "a", "✓⚠⚠⚠✓✗")]),
        (int | None, Maybe, [("TS301", "a", "⚠✗✗✗✓✓")]),
        (Maybe, int | None, [("TS301", "a", "✗✗✗✗✓✓")]),
        (Maybe, int, [("TS301", "a", "✗✗✗✗✗✓")]),
        (PETS, Pet, [("TS301", "a", "⚠✗✗✗✓✓")]),
        (Tree, Twig, [("TS105", "a", "⚠⚠⚠⚠✓✓")]),
        (Tree | int, Twig | str, [("TS105", "a<Twig>", "⚠⚠⚠⚠✓✓"), ("TS309", "a", "✗✓✓✓✗✓"), ("TS308", "a", "✓⚠⚠⚠✓✗")]),
        (dict[str, int], Tree, [("TS301", "a", "✗✗✗✗✗✗")]),
        (Money, RootModel[Money], [("TS301", "a", "⚠✗✗✗✓✓")]),
        (RootModel[Money], Money, [("TS301", "a", "✗✗✗✗✓✓")]),
        (Checked, RootModel[Checked], [("TS301", "a", "⚠✗✗✗✓✓")]),
        (list[int], Flat, [("TS301", "a", "⚠✗✗✗⚠⚠")]),
        (Flat, Flat, []),
        (Any, RootModel[Any], [("TS301", "a", "✗✓✓✓✓✓")]),
        (Any, Lines, [("TS301", "a", "✗✓✓✓✗✓")]),
        (int | Lines, int | Lines | str, [("TS308", "a", "✓⚠⚠⚠✓✗")]),
    ],
)  # fmt: skip
def test_a_root_model_is_a_class_and_on_the_wire_what_it_holds(
    old: Any, new: Any, expected: list[tuple[str, str, str]]
) -> None:
    """Receivers read its ``root``, senders make instances; messages are the same with and without it."""
    assert told(old, new) == expected


def test_a_class_that_is_still_there_was_not_renamed() -> None:
    """Its instances are refused."""
    assert told(Lines, Renamed, Lines) == [("TS301", "a", "✗✗✗✗✓✓")]


def test_receivers_that_read_the_field_are_named() -> None:
    """They may use the value as before."""
    heard: ReceiverRecord = receiver(fields=("a",))
    (change,) = changes(model("Order", a=list[int]), model("Order", a=Lines), receivers=[heard])
    assert [str(who) for who in change.affected] == ["receiver ship (shop/stock.py:9) may break"]
    assert change.message == "a: type changed from list[int] to Lines"


def accepts(kind: Any, value: object, *, is_strict: bool = False) -> bool:
    try:
        model("Order", ConfigDict(strict=is_strict), a=kind)(a=value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("is_strict", [False, True])
def test_pydantic_takes_what_is_said(is_strict: bool) -> None:
    """pydantic makes root models from wrapped values, not the reverse; it accepts subclasses, but no other classes."""
    assert accepts(Lines, [1], is_strict=is_strict)
    assert accepts(Lines, MoreLines([1]), is_strict=is_strict)
    assert not accepts(list[int], Lines([1]), is_strict=is_strict)
    assert not accepts(MoreLines, Lines([1]), is_strict=is_strict)
    assert not accepts(Renamed, Lines([1]), is_strict=is_strict)


def record(kind: type) -> ModelRecord:
    models = ModelRecords()
    return models.records[models.add(kind)]


def test_a_root_model_is_recorded_with_its_root() -> None:
    """Its code is recorded, too."""
    assert (record(Lines).flavour, record(Lines).doc, str(record(Lines).root)) == (
        "rootmodel",
        "What was bought.",
        "list[int]",
    )
    assert [one.name for one in record(Tags).behaviours] == [
        "field validator known of root",
        "model validator some",
        "model serializer joined",
    ]
    assert record(Tags).settings == {"str_to_upper": "True"}
    (root,) = record(RootModel[Annotated[int, AfterValidator(abs)]]).fields
    assert [one.name for one in root.behaviours] == ["AfterValidator(func=builtins.abs)"]


def test_a_root_model_has_a_configuration_of_its_own() -> None:
    """Its strictness does not depend on the model around it; its root may have a discriminator."""
    assert not accepts(StrictNumber, "1")
    assert accepts(RootModel[int], "1", is_strict=True)
    models = ModelRecords()
    models.add(model("Order", ConfigDict(strict=True), a=StrictNumber, b=RootModel[int]))
    roots = [found.root for found in models.records.values()]
    assert [root.strict for root in roots if isinstance(root, ScalarType)] == [True, False]
    pet = record(Pet).root
    assert isinstance(pet, UnionType)
    assert pet.discriminator == "kind"


class Cow(BaseModel):
    kind: Literal["cow"] = "cow"


class Cattle(RootModel[Cow]):
    pass


def test_members_of_a_union_may_be_told_apart_within_root_models() -> None:
    """pydantic looks into root models for the discriminator."""
    flat, nested = (
        Annotated[Cat | Dog | Cow, Field(discriminator="kind")],
        Annotated[Pet | Cattle, Field(discriminator="kind")],
    )
    assert model("Order", a=nested).model_validate_json('{"a": {"kind": "cow"}}').a == Cattle(Cow())  # type: ignore[attr-defined]  # made at run time
    assert {marks[4:] for _, _, marks in told(flat, nested)} == {"✓✓"}
