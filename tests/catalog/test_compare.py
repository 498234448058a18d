"""Changes that are made of several, or of none."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, SkipValidation
from typing_extensions import TypedDict

from typedsignals.catalog import Catalog, compare_catalogs

from .making import catalog, changes, model, shown, signal

LIVE = ConfigDict(arbitrary_types_allowed=True)
IGNORE_THEN_ALLOW = (ConfigDict(extra="ignore"), ConfigDict(extra="allow"))


def order(**fields: Any) -> type[BaseModel]:
    return model("Order", LIVE, **fields)


def rules(old: Any, new: Any) -> list[tuple[str, str]]:
    return [(rule, path) for rule, path, _ in shown(changes(old, new))]


class Live:
    pass


@dataclasses.dataclass
class Item:
    a: int


class Color(Enum):
    RED = "red"


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Total(TypedDict):
    x: int


class Partial(TypedDict):
    x: NotRequired[int]


ITEM = model("Item", a=int)
MORE = model("Item", a=int, b=int)
CARD = model("Card", kind=Literal["card"], number=int)
CARD_STR = model("Card", kind=Literal["card"], number=str)
CASH = model("Cash", kind=Literal["cash"])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (list[ITEM], list[MORE], [("TS201", "a[].b")]),  # type: ignore[valid-type]  # made at run time
        (dict[str, ITEM], dict[str, MORE], [("TS201", "a{}.b")]),  # type: ignore[valid-type]
        (dict[int, int], dict[str, int], [("TS301", "a{key}")]),
        (tuple[int, ITEM], tuple[str, MORE], [("TS301", "a[0]"), ("TS201", "a[1].b")]),  # type: ignore[valid-type]
        (tuple[int, int], tuple[int], [("TS301", "a")]),
        (CARD | CASH, CARD_STR | CASH, [("TS301", "a<Card>.number")]),
        (ITEM | None, MORE | None, [("TS201", "a.b")]),
        (list[int | None] | None, list[int], [("TS305", "a"), ("TS305", "a[]")]),
        (None, int, [("TS301", "a")]),
        (int | str | None, int | str, [("TS305", "a")]),
        (int | float, float | str, [("TS308", "a")]),
        (int, Annotated[int, Field(gt=0)] | str, [("TS301", "a")]),
        (int | None, str | None, [("TS301", "a")]),
        (None, None, []),
        (int, int | str, [("TS302", "a")]),
        (bool, Literal[True, False], []),
        (SecretStr, HttpUrl, [("TS901", "a")]),
        (Color, Colour, [("TS105", "a"), ("TS306", "a")]),
        (Color | int, Literal["red"] | int, [("TS309", "a"), ("TS308", "a")]),
        (Literal["a"] | int, Literal["a", "b"] | int, [("TS306", "a")]),
        (float | str, float | str | int, []),
        (Partial, Total, [("TS105", "a"), ("TS210", "a.x")]),
        (Total, Partial, [("TS105", "a"), ("TS209", "a.x")]),
        (SkipValidation[int], SkipValidation[str], [("TS901", "a")]),
        (SkipValidation[int], SkipValidation[int], []),
        (Any, Any, []),
        (Live, int, [("TS301", "a")]),
        (Live, Live, []),
        (Annotated[int, Field(gt=0)], Annotated[int, Field(ge=1)], []),
        (Annotated[int, Field(ge=1, le=5)], Annotated[int, Field(ge=2, le=6)], [("TS311", "a"), ("TS312", "a")]),
        (Annotated[int, Field(strict=True)], int, []),
        (ITEM, Item, [("TS105", "a"), ("TS301", "a")]),
    ],
)  # fmt: skip
def test_changes_within_a_type(old: Any, new: Any, expected: list[tuple[str, str]]) -> None:
    """Each part is compared where it is, and what does not matter is not told."""
    assert rules(order(a=old), order(a=new)) == expected


def test_a_union_that_still_takes_a_removed_member_is_safe_to_read() -> None:
    """Integers are read as floats, so old messages are."""
    found = shown(changes(order(a=int | float | str), order(a=float | str)))
    assert found == []
    found = shown(changes(order(a=bytes | str | int), order(a=str | int)))
    assert found == [("TS309", "a", "✗✓✓✓✓✓")]


def test_a_model_within_itself_is_compared_once() -> None:
    """Its fields change at the outermost place."""

    class Node(BaseModel):
        children: list[Node] = []
        a: int

    old = Node
    Node.model_rebuild(_types_namespace={"Node": Node})

    class Node(BaseModel):  # type: ignore[no-redef]  # its next version
        children: list[Node] = []
        a: str

    Node.model_rebuild(_types_namespace={"Node": Node})
    assert rules(old, Node) == [("TS301", "a")]


def test_ignoring_unknown_fields_or_keeping_them_is_the_same_to_others() -> None:
    """Nobody breaks where a model begins to keep what it ignored."""
    assert changes(*(model("Order", config, a=int) for config in IGNORE_THEN_ALLOW)) == ()


def test_a_field_may_be_renamed_and_change_its_type() -> None:
    """With an alias for the old name, it is known to be the same."""
    found = rules(order(a=int), order(b=(str, Field(validation_alias="a"))))
    assert found == [("TS206", "a"), ("TS301", "b")]


def test_fields_that_change_places_are_no_renames() -> None:
    """What was removed here and what was added there have nothing in common."""
    assert rules(order(a=int, x=str), order(x=str, b=int)) == [("TS203", "a"), ("TS201", "b")]
    assert rules(order(a=int), order(b=(int, 1))) == [("TS203", "a"), ("TS202", "b")]


def test_a_field_that_reads_another_ones_key_is_judged_by_its_type() -> None:
    """An added field may take what an old one wrote."""
    old = order(a=int)
    assert shown(changes(old, order(a=int, b=(int, Field(validation_alias="a"))))) == [("TS201", "b", "✗✓✗✓✓✓")]
    assert shown(changes(old, order(a=int, b=(bool, Field(validation_alias="a"))))) == [("TS201", "b", "✗✓✗✓✗✓")]
    for gone, verdict in ((int, "✓"), (str, "✗")):
        found = shown(changes(order(x=gone, b=int), order(b=(int, Field(validation_alias="x")))))
        assert ("TS203", "x", f"✗✗✗✗{verdict}✗") in found


def test_a_payload_that_is_declared_or_dropped() -> None:
    """Without a payload, anything can be sent."""
    assert shown(changes(None, ITEM)) == [("TS303", "", "✗✓✓✓✗✓")]
    assert shown(changes(ITEM, None)) == [("TS302", "", "✓⚠⚠⚠✓✗")]
    assert changes(None, None) == ()


def test_keys_that_may_be_absent_are_no_safe_supply() -> None:
    """What old code did not always write cannot be required, and what new code does not is not read."""
    found = {(rule, marks) for rule, _, marks in shown(changes(order(a=Partial), order(a=Total)))}
    assert ("TS210", "✗✓✓✓✗✓") in found
    found = {(rule, marks) for rule, _, marks in shown(changes(order(a=Total), order(a=Partial)))}
    assert ("TS209", "✓✓✓✓✓✗") in found
    old = model("Order", a=(int, Field(1, exclude_if=lambda value: value == 1)))
    renamed = model("Order", b=(int, Field(validation_alias="a")))
    assert ("TS206", "a", "✗✗✗✗✗⚠") in shown(changes(old, renamed))


def test_new_signals_are_no_change() -> None:
    """Nobody can depend on them."""
    assert compare_catalogs(Catalog.of([], {}, []), catalog(ITEM)) == ()


def test_a_signal_that_takes_the_place_of_another_is_no_renaming() -> None:
    """The one that was there is gone, and the other has moved."""
    old = Catalog.of([], {}, [signal(name="a", path="m:x"), signal(name="b", path="m:y")])
    new = Catalog.of([], {}, [signal(name="b", path="m:x")])
    assert [(change.rule.id, change.signal) for change in compare_catalogs(old, new)] == [("TS101", "shop.a")]


def test_changes_name_the_signal_and_its_place() -> None:
    """That where it is declared now, or was."""
    (found,) = changes(ITEM, MORE)
    assert (found.signal, found.location) == ("shop.placed", "shop/orders.py:3")
    assert found.message == "b: required field added"


def test_a_signal_is_renamed_within_its_module() -> None:
    """Without a namespace, it is known by its path, and its name is its own."""
    before = catalog(ITEM, namespace="", name="a")
    after = catalog(ITEM, namespace="", name="b")
    assert [change.message for change in compare_catalogs(before, after)] == [
        "signal shop.orders.placed is now named b"
    ]
