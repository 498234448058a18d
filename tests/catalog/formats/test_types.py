"""Types as the formats show them: with links to the models that are nested in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.catalog.making import catalog
from tests.catalog.zoo import Zoo
from typedsignals.catalog import TypeRecord
from typedsignals.catalog._records.nested import enumerations_in, models_in, nested_in, nested_models
from typedsignals.catalog._records.types import (
    ArrayType,
    Choice,
    ChoiceType,
    LiveType,
    MappingType,
    ModelType,
    ScalarType,
    TupleType,
    UnionType,
)
from typedsignals.catalog.formats._type_links import linked

TEXT = ScalarType(name="str")
ITEM = ModelType(model="shop.Item")
PAGE = ModelType(model="shop.Page[int | None]")
COLOR = ChoiceType(name="shop.Color", choices=(Choice(name="RED", value=1),))


@pytest.mark.parametrize(
    ("record", "pieces"),
    [
        (TEXT, [("str", None)]),
        (ITEM, [("Item", "shop.Item")]),
        (UnionType(members=(ITEM, TEXT)), [("Item", "shop.Item"), (" | str", None)]),
        (ArrayType(container="list", item=ITEM), [("list[", None), ("Item", "shop.Item"), ("]", None)]),
        (
            MappingType(container="dict", key=TEXT, value=PAGE),
            [("dict[str, ", None), ("Page[int | None]", "shop.Page[int | None]"), ("]", None)],
        ),
        (
            TupleType(items=(ITEM, ITEM)),
            [("tuple[", None), ("Item", "shop.Item"), (", ", None), ("Item", "shop.Item"), ("]", None)],
        ),
        (LiveType(name="shop.Shop"), [("Shop", None)]),
    ],
)
def test_the_models_in_a_type_are_links(record: TypeRecord, pieces: list[Any]) -> None:
    """The rest is text."""
    assert list(linked(record)) == pieces


def test_the_pieces_of_a_type_are_its_text() -> None:
    """For every kind of type."""
    zoo = catalog(Zoo).models["tests.catalog.zoo.Zoo"]
    for field in zoo.fields:
        assert "".join(text for text, _ in linked(field.type)) == str(field.type)


@pytest.mark.parametrize(
    "around",
    [
        lambda inner: inner,
        lambda inner: UnionType(members=(TEXT, inner)),
        lambda inner: TupleType(items=(TEXT, inner)),
        lambda inner: ArrayType(container="list", item=inner),
        lambda inner: MappingType(container="dict", key=inner, value=TEXT),
        lambda inner: MappingType(container="dict", key=TEXT, value=inner),
    ],
)
def test_models_and_enumerations_are_found_in_any_type(around: Any) -> None:
    """At any depth."""
    assert list(models_in(around(around(ITEM)))) == ["shop.Item"]
    assert list(enumerations_in(around(around(COLOR)))) == [COLOR]


def test_literals_are_no_enumerations() -> None:
    """Their text shows their values."""
    assert list(enumerations_in(ChoiceType(choices=(Choice(value=1),)))) == []


def test_the_nested_models_of_a_catalog_are_those_in_fields() -> None:
    """Each once, whether in a payload or in another nested model."""
    made = catalog(Zoo)
    names = " ".join(model.name.removeprefix("tests.catalog.zoo.") for model in nested_models(made))
    expected = (
        "Address Address#2 Cat Chain[int | str] Dog Generated Inherited Joined Money Money#2 Money#3 Node "
        "Page[int | None] Point Tags Weight"
    )
    assert names == expected
    assert nested_in(made.models["tests.catalog.zoo.Node"]) == ["tests.catalog.zoo.Node"]
