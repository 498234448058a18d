"""Changes that consist of several changes, or of none."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypeVar, Union, cast

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    SkipValidation,
    Strict,
    create_model,
    field_validator,
)
from typing_extensions import TypedDict

from typedsignals.catalog import Catalog, compare_catalogs

from .making import catalog, changes, model, shown, signal
from .test_verdicts import of, of_keys, reads

T = TypeVar("T")
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
        (int | None, Any, [("TS302", "a")]),
        (Any, int | None, [("TS303", "a")]),
        (ITEM, Any, [("TS302", "a")]),
        (Any, ITEM, [("TS303", "a")]),
        (None, None, []),
        (int, int | str, [("TS302", "a")]),
        (Literal["a"], str, [("TS302", "a")]),
        (bool, Literal[True, False], []),
        (SecretStr, HttpUrl, [("TS901", "a")]),
        (Color, Colour, [("TS105", "a"), ("TS306", "a")]),
        (Color | int, Literal["red"] | int, [("TS309", "a"), ("TS308", "a")]),
        (Literal["a"] | int, Literal["a", "b"] | int, [("TS306", "a")]),
        (float | str, float | str | int, []),
        (Partial, Total, [("TS105", "a"), ("TS303", "a.x")]),
        (Total, Partial, [("TS105", "a"), ("TS302", "a.x")]),
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
    """Each part of a type is compared at its own path, and irrelevant differences are not reported."""
    assert rules(order(a=old), order(a=new)) == expected


def test_a_union_that_still_takes_a_removed_member_is_safe_to_read() -> None:
    """Integers can be read as floats, so old messages can be read."""
    found = shown(changes(order(a=int | float | str), order(a=float | str)))
    assert found == []
    found = shown(changes(order(a=bytes | str | int), order(a=str | int)))
    assert found == [("TS309", "a", "✗✓✓✓✓✓")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (date, date | datetime, ("TS302", "a", "✓✓✓✓✓✗")),
        (list[int], Sequence[int], ("TS302", "a", "✓⚠⚠⚠✓✓")),
        (Sequence[int], list[int], ("TS303", "a", "✗✓✓✓✓✓")),
        (int | float, Annotated[int, Field(gt=0)] | float, ("TS311", "a", "✗✓✓✓✓✓")),
        (Annotated[int, Field(gt=0)] | float, int | float, ("TS312", "a", "✓⚠⚠⚠✓✓")),
        (Live, int, ("TS301", "a", "✗✗✗✗--")),
        (tuple[SecretStr, SecretStr], Sequence[HttpUrl], ("TS901", "a", "⚠⚠⚠⚠⚠✗")),
        (Sequence[HttpUrl], tuple[SecretStr, SecretStr], ("TS901", "a", "⚠⚠⚠⚠✗⚠")),
    ],
)
def test_types_of_another_kind_are_judged_for_each_party(old: Any, new: Any, expected: tuple[str, str, str]) -> None:
    """Senders, receivers and readers of messages may each be safe or not; if it is open for one, that is said."""
    assert shown(changes(order(a=old), order(a=new))) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        (date | int, date | int | datetime, "✓⚠⚠⚠✓✗"),
        (int | list[int], int | list[int] | Literal["5"], "✓⚠⚠⚠✓⚠"),
    ],
)
def test_old_code_may_not_read_an_added_member(old: Any, new: Any, marks: str) -> None:
    """A ``datetime`` is a ``date`` for receivers only, and only some texts are numbers."""
    assert shown(changes(order(a=old), order(a=new))) == [("TS308", "a", marks)]


def test_a_model_within_itself_is_compared_once() -> None:
    """The fields of a recursive model change at the outermost path only."""

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
    """Nobody breaks if a model starts to keep what it ignored."""
    assert changes(*(model("Order", config, a=int) for config in IGNORE_THEN_ALLOW)) == ()


def test_a_field_may_be_renamed_and_change_its_type() -> None:
    """With an alias for the old name, the field is known to be the same."""
    found = rules(order(a=int), order(b=(str, Field(validation_alias="a"))))
    assert found == [("TS206", "a"), ("TS301", "b")]
    found = rules(order(i=model("Item", a=int)), order(i=model("Item", b=(str, Field(validation_alias="a")))))
    assert found == [("TS206", "i.a"), ("TS301", "i.b")]


def test_two_new_names_of_a_field_are_two_changes() -> None:
    """The new name tells them apart."""
    for name in ("b", "c"):
        (found,) = changes(order(a=int), order(**{name: int}))
        assert (found.rule.id, found.path, found.subject) == ("TS205", "a", name)


def test_fields_that_change_places_are_no_renames() -> None:
    """A field that was removed here and one that was added there have nothing in common."""
    assert rules(order(a=int, x=str), order(x=str, b=int)) == [("TS203", "a"), ("TS201", "b")]
    assert rules(order(a=int), order(b=(int, 1))) == [("TS203", "a"), ("TS202", "b")]


def test_a_field_that_reads_another_ones_key_is_judged_by_its_type() -> None:
    """An added field may read what an old one wrote."""
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
    """A key that is not always written cannot be required."""
    found = {(rule, marks) for rule, _, marks in shown(changes(order(a=Partial), order(a=Total)))}
    assert ("TS303", "✗✓✓✓✗✓") in found
    found = {(rule, marks) for rule, _, marks in shown(changes(order(a=Total), order(a=Partial)))}
    assert ("TS302", "✓⚠⚠⚠✓✗") in found
    old = model("Order", a=(int, Field(1, exclude_if=lambda value: value == 1)))
    renamed = model("Order", b=(int, Field(validation_alias="a")))
    assert ("TS206", "a", "✗✗✗✗✗⚠") in shown(changes(old, renamed))


def test_a_key_that_is_as_optional_as_before_is_no_change() -> None:
    """It may be absent before and after."""
    old, new = (of_keys("Item", {"x": NotRequired[int], **more}) for more in ({}, {"y": int}))
    assert rules(order(a=old), order(a=new)) == [("TS201", "a.y")]


def test_a_default_that_is_not_always_written_is_no_safe_supply() -> None:
    """A required field needs its key in messages."""
    sometimes = Field(1, exclude_if=lambda value: value == 1)
    required, optional = model("Order", a=int), model("Order", a=(int, sometimes))
    assert shown(changes(required, optional))[0] == ("TS209", "a", "✓✓✓✓✓✗")
    assert shown(changes(optional, required))[0] == ("TS210", "a", "✗✓✓✓✗✓")
    message = optional(a=1).model_dump_json()
    assert message == "{}"
    assert (reads(required, message), reads(optional, message)) == (False, True)


def test_a_field_that_a_model_with_unknown_fields_now_requires() -> None:
    """Senders that did not pass it break, even if others could pass it before."""
    config = ConfigDict(extra="allow")
    old, new = model("Order", config, a=int), model("Order", config, a=int, b=int)
    assert shown(changes(old, new)) == [("TS201", "b", "✗✓✗✓✗✓")]


def test_an_alias_that_changes_is_judged_by_keys() -> None:
    """The type is another change; the old key is refused, or the default replaces its value without an error."""
    x, y = (int, Field(validation_alias="x")), (str, Field(validation_alias="y"))
    found = shown(changes(model("Order", a=x), model("Order", a=y)))
    assert found == [("TS207", "a", "✓✓✓✓✓✓"), ("TS301", "a", "✗✗✗✗✗✗")]
    plain, written = (int, 1), (int, Field(1, serialization_alias="y"))
    assert shown(changes(model("Order", a=plain), model("Order", a=written))) == [("TS208", "a", "✓✓✓✓✓⚠")]
    forbid = ConfigDict(extra="forbid")
    old, new = (model("Order", forbid, a=(int, Field(1, alias=alias))) for alias in ("x", "y"))
    assert shown(changes(old, new)) == [("TS207", "a", "✓✓✓✓✗✓"), ("TS208", "a", "✓✓✓✓✓✗")]
    assert not reads(new, old(x=2).model_dump_json(by_alias=True))
    assert not reads(old, new(y=2).model_dump_json(by_alias=True))


def test_keys_are_missed_or_refused_by_who_reads_them() -> None:
    """What is not written is not refused, a key that is read by another name is known, and a default fills a gap."""
    forbid = ConfigDict(extra="forbid")
    old, new = model("Order", forbid, a=int, b=(int, Field(1, exclude=True))), model("Order", forbid, a=int)
    assert shown(changes(old, new)) == [("TS204", "b", "✗✗✗✗✓✓")]
    renamed = model("Order", forbid, b=(int, Field(validation_alias="a")))
    assert shown(changes(new, renamed)) == [("TS206", "a", "✗✗✗✗✓✗")]
    sometimes = model("Order", a=(int, Field(1, exclude_if=lambda value: value == 1)))
    assert shown(changes(sometimes, model("Order", b=(int, Field(1, validation_alias="a"))))) == [
        ("TS206", "a", "✗✗✗✗✓⚠")
    ]


def test_new_signals_are_no_change() -> None:
    """Nobody can depend on a new signal."""
    assert compare_catalogs(Catalog.of([], {}, []), catalog(ITEM)) == ()


def test_a_signal_that_takes_the_place_of_another_is_no_renaming() -> None:
    """The old signal was removed, and another one has moved to its path."""
    old = Catalog.of([], {}, [signal(name="a", path="m:x"), signal(name="b", path="m:y")])
    new = Catalog.of([], {}, [signal(name="b", path="m:x")])
    assert [(change.rule.id, change.signal) for change in compare_catalogs(old, new)] == [("TS101", "shop.a")]


def test_changes_name_the_signal_and_its_place() -> None:
    """The location is the present one or, for a removed signal, the last one."""
    (found,) = changes(ITEM, MORE)
    assert (found.signal, found.location) == ("shop.placed", "shop/orders.py:3")
    assert found.message == "b: required field added"


def test_a_signal_is_renamed_within_its_module() -> None:
    """Without a namespace, a signal is identified by its path, so it can have another name."""
    before = catalog(ITEM, namespace="", name="a")
    after = catalog(ITEM, namespace="", name="b")
    assert [change.message for change in compare_catalogs(before, after)] == [
        "signal shop.orders.placed is now named b"
    ]


OLD_PAY = (model("Card", kind=Literal["card"], number=int), model("Invoice", kind=Literal["invoice"], to=str))
RENAMED_PAY = (model("CreditCard", kind=Literal["card"], number=int), OLD_PAY[1])
EXTENDED_PAY = (model("CreditCard", kind=Literal["card"], number=int, name=(str, "")), OLD_PAY[1])
REPLACED_PAY = (model("Cheque", kind=Literal["cheque"], number=int), OLD_PAY[1])


def either(*members: Any) -> Any:
    return members[0] | members[1]


def tagged(*members: Any) -> Any:
    return Annotated[either(*members), Field(discriminator="kind")]


@pytest.mark.parametrize("union", [either, tagged])
def test_a_renamed_member_of_a_union_is_compared_with_what_it_became(union: Any) -> None:
    """The changes of a renamed member are reported at its path."""
    old = order(a=union(*OLD_PAY))
    assert rules(old, order(a=union(*RENAMED_PAY))) == [("TS105", "a<CreditCard>")]
    found = rules(old, order(a=union(*EXTENDED_PAY)))
    assert found == [("TS105", "a<CreditCard>"), ("TS202", "a<CreditCard>.name")]
    assert rules(old, order(a=union(*REPLACED_PAY))) == [("TS309", "a"), ("TS308", "a")]


@pytest.mark.parametrize("union", [either, tagged])
def test_a_member_that_still_exists_was_not_renamed(union: Any) -> None:
    """Its instances are refused, however similar the new class is; messages stay readable."""
    found = shown(changes(order(a=union(*OLD_PAY)), order(a=union(*RENAMED_PAY)), still=["shop.Card"]))
    assert found == [("TS309", "a", "✗✓✓✓✓✓"), ("TS308", "a", "✓⚠⚠⚠✓✓")]


def test_a_member_that_was_there_before_is_no_new_name_of_another() -> None:
    """Of two similar classes, one was removed from the union, and the other was added."""
    card, cheque = model("Card", number=int), model("Cheque", number=int)
    old = order(a=card | int, b=cheque)
    assert rules(old, order(a=cheque | int, b=cheque)) == [("TS309", "a"), ("TS308", "a")]


def test_a_renamed_enumeration_in_a_union_is_recognised() -> None:
    """An enumeration is recognised by its members."""
    found = changes(order(a=Color | int | None), order(a=Colour | int | None))
    assert shown(found)[0] == ("TS105", "a", "⚠⚠⚠⚠✓✓")
    assert rules(order(a=Color | int), order(a=Size | int)) == [("TS309", "a"), ("TS308", "a")]


class Base(BaseModel):
    x: int


class Child(Base):
    pass


class Other(BaseModel):
    x: int


@dataclasses.dataclass
class Heir(Item):
    pass


class Spot(NamedTuple):
    x: int


class Place(NamedTuple):
    x: int


HERE = __name__
WORDS = {
    "TS105": "{} became {}",
    "TS301": "class changed from {} to {}",
    "TS302": "class widened from {} to {}",
    "TS303": "class narrowed from {} to {}",
}


@pytest.mark.parametrize(
    ("old", "new", "still", "expected"),
    [
        (Base, Child, [], ("TS303", "a", "✗✓✓✓✓✓")),
        (Child, Base, ["Child"], ("TS302", "a", "✓⚠⚠⚠✓✓")),
        (Child, Base, [], ("TS105", "a", "⚠⚠⚠⚠✓✓")),
        (Base, Other, ["Base"], ("TS301", "a", "✗✗✗✗✓✓")),
        (Base, Other, [], ("TS105", "a", "⚠⚠⚠⚠✓✓")),
        (Item, Heir, [], ("TS303", "a", "✗✓✓✓✓✓")),
        (Color, Colour, ["Color"], ("TS301", "a", "✗✗✗✗✓✓")),
        (Total, Partial, ["Total"], ("TS105", "a", "⚠⚠⚠⚠✓✓")),
        (Spot, Place, ["Spot"], ("TS105", "a", "⚠⚠⚠⚠✓✓")),
        (Total, Base, ["Total"], ("TS301", "a", "✗✗✗✗✓✓")),
    ],
)
def test_a_class_that_still_exists_was_not_moved(
    old: Any, new: Any, still: list[str], expected: tuple[str, str, str]
) -> None:
    """Its instances are not those of the new class, unless that is a base class; fields are compared as well."""
    found = changes(order(a=old), order(a=new), still=[f"{HERE}.{name}" for name in still])
    assert shown(found)[0] == expected
    before, after = (f"{HERE}.{kind.__qualname__}" for kind in (old, new))
    said = WORDS[expected[0]].format(before, after)
    assert (found[0].message, found[0].subject) == (f"a: {said}", before)


def test_a_class_that_another_field_still_has_was_replaced() -> None:
    """That neither of the two classes has changed does not make them one."""
    card, cash = model("Card", n=int), model("Cash", n=int)
    found = changes(order(a=card, b=card, c=cash), order(a=cash, b=card, c=cash))
    assert shown(found) == [("TS301", "a", "✗✗✗✗✓✓")]


def test_objects_of_a_payload_that_was_replaced_are_refused() -> None:
    """Keywords are accepted as before."""
    found = changes(model("Order", a=int), model("Placed", a=int), still=["shop.Order"])
    assert shown(found) == [("TS105", "", "⚠✓✓⚠✓✓")]


def test_other_arguments_of_a_generic_class_are_compared_part_by_part() -> None:
    """The generic class itself is the same."""

    class Page(BaseModel, Generic[T]):
        item: T

    found = changes(order(a=Page[int]), order(a=Page[str]), still=[f"{HERE}.{Page.__qualname__}[int]"])
    assert [(change.rule.id, change.path) for change in found] == [("TS105", "a"), ("TS301", "a.item")]


class Swapped(Enum):
    SMALL = "large"
    LARGE = "small"


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Text(str, Enum):  # noqa: UP042  # as it may be written
    RED = "red"


def test_values_that_changed_places_are_read_as_another_member() -> None:
    """Nothing fails, but every value means another member."""
    found = shown(changes(order(a=Size), order(a=Swapped)))
    assert found[1:] == [("TS317", "a", "⚠⚠⚠⚠⚠⚠")] * 2
    messages = [change.message for change in changes(order(a=Size), order(a=Swapped))]
    assert "a: SMALL: value changed from 'small' to 'large'" in messages


def test_members_that_are_no_text_any_more_surprise_receivers() -> None:
    """Receivers may compare the members with text."""
    found = changes(order(a=Text), order(a=Color))
    assert shown(found)[1:] == [("TS301", "a", "✓⚠⚠⚠✓✓")]
    assert found[1].message == "a: members of Color are no longer instances of str"


@dataclasses.dataclass
class Box:
    w: int
    h: int


@dataclasses.dataclass
class Deep:
    w: int
    d: int
    h: int


@dataclasses.dataclass
class Tall:
    h: int


@dataclasses.dataclass
class Further:
    w: int
    h: int
    d: int


@dataclasses.dataclass(kw_only=True)
class Named:
    w: int
    h: int


@dataclasses.dataclass
class Late:
    d: int
    h: int


@pytest.mark.parametrize(("new", "is_told"), [(Deep, True), (Tall, False), (Further, False), (Named, True)])
def test_the_order_of_a_dataclass_counts(new: type, is_told: bool) -> None:
    """Code that passes fields by position sets other fields now; a removed field is reported separately."""
    assert (("TS404", "a") in rules(order(a=Box), order(a=new))) is is_told


def test_a_renamed_field_of_a_dataclass_keeps_its_place() -> None:
    """Only the renaming is reported."""
    assert rules(order(a=Box), order(a=Late)) == [("TS105", "a"), ("TS205", "a.w")]


def test_the_order_of_a_model_does_not_count() -> None:
    """The fields of models are passed by name."""
    assert rules(order(a=int, b=str), order(b=str, a=int)) == []


def test_code_is_added_removed_or_changed() -> None:
    """These are distinguished, and settings are shown by name."""

    def check(part: str, **settings: Any) -> Any:
        scope: dict[str, Any] = {"Any": Any, "field_validator": field_validator}
        exec(part, scope)  # noqa: S102  # one validator in versions
        return create_model(
            "Order", __config__=cast("ConfigDict", settings), __validators__=scope["made"], a=(int, ...)
        )

    head = "made = {}\n"
    one, other = (f"{head}made['v'] = field_validator('a')(lambda value: {part})" for part in ("value", "-value"))

    def told(old: Any, new: Any) -> list[str]:
        return [change.message for change in changes(old, new) if change.rule.id == "TS314"]

    assert told(check(head), check(one)) == ["payload: field validator v of a added"]
    assert told(check(one), check(head)) == ["payload: field validator v of a removed"]
    assert told(check(one), check(other)) == ["payload: field validator v of a changed"]
    plain, used = check(head), check(head, use_enum_values=True, str_to_lower=True)
    assert told(plain, used) == ["payload: str_to_lower, use_enum_values added"]
    assert told(used, plain) == ["payload: str_to_lower, use_enum_values removed"]
    iso, number = (check(head, ser_json_timedelta=kind) for kind in ("iso8601", "float"))
    assert told(iso, number) == ["payload: ser_json_timedelta changed"]
    union = order(a=(int | str, Field(union_mode="left_to_right")))
    assert told(order(a=int | str), union) == ["a: union_mode='left_to_right' added"]


def test_an_example_is_given_of_what_is_not_converted_any_more() -> None:
    """The message shows an example if there is one."""

    def told(kind: Any) -> list[str]:
        return [change.message for change in changes(order(a=kind), order(a=Annotated[kind, Strict()]))]

    assert told(Decimal) == ["a: no longer accepts e.g. '1.5' for Decimal"]
    assert told(Size) == ["a: no longer accepts e.g. 'small' for Size"]
    assert told(list[int]) == ["a: no longer converts values to list[int]"]
    assert told(complex) == ["a: no longer converts values to complex"]


def test_a_discriminator_that_old_messages_do_not_have() -> None:
    """Old and new messages are judged separately, and the discriminators are named in order."""
    plain = model("Order", a=of(Union, model("Card", n=int), model("Cash", m=int)))
    card, cash = (model(name, kind=(of(Literal, name), name), **fields) for name, fields in NEW_MEMBERS.items())
    apart = model("Order", a=(of(Union, card, cash), Field(discriminator="kind")))
    (told,) = [found for found in changes(plain, apart) if found.rule.id == "TS310"]
    assert (str(told.verdicts), told.message) == ("✗⚠⚠⚠✗✓", "a: discriminator changed from none to kind")
    (told,) = [found for found in changes(apart, plain) if found.rule.id == "TS310"]
    assert (str(told.verdicts), told.message) == ("✓✓✓✓✓✗", "a: discriminator changed from kind to none")


def test_a_discriminator_of_members_that_may_be_unreadable() -> None:
    """Whether texts of one pattern match the other is unknown, with and without a discriminator."""
    unions = [
        of(Union, *(model(name, kind=(of(Literal, name), name), n=text(pattern)) for name in ("Card", "Cash")))
        for pattern in ("a", "b")
    ]
    plain, apart = (
        model("Order", a=(union, Field(discriminator=tag))) for union, tag in zip(unions, (None, "kind"), strict=True)
    )
    (told,) = [found for found in changes(plain, apart) if found.rule.id == "TS310"]
    assert str(told.verdicts) == "✗⚠⚠⚠⚠⚠"


def text(pattern: str) -> Any:
    return Annotated[str, Field(pattern=pattern)]


class Kind(StrEnum):
    CARD = "card"
    CASH = "cash"


def test_messages_tell_members_of_a_union_apart_by_the_values_of_their_tags() -> None:
    """It is the same whether these are written as texts or as members of an enumeration."""
    by_member = model("Card", kind=Literal[Kind.CARD], n=int)
    old, new = model("Order", a=by_member), model("Order", a=tagged(model("Card", kind=Literal["card"], n=int), CASH))
    (found,) = shown(changes(old, new))
    assert found == ("TS901", "a", "⚠⚠⚠⚠✓✗")
    sent = old(a={"kind": Kind.CARD, "n": 1})
    assert reads(new, sent.model_dump_json())
    assert not reads(old, new(a={"kind": "cash"}).model_dump_json())


def test_a_member_that_got_a_tag_is_accepted_as_before() -> None:
    """Senders make it without the tag, which has a default; in old messages, it is missing."""
    old, new = model("Card", n=int), model("Card", n=int, kind=(Literal["card"], "card"))
    found = shown(changes(order(a=old), order(a=tagged(new, model("Cash", kind=(Literal["cash"], "cash"))))))
    assert found == [("TS302", "a", "✓⚠⚠⚠✗✗")]


def test_a_member_that_is_text_is_nearly_the_text() -> None:
    """It equals the text, whether or not the enumeration still exists."""
    for still in ([], [f"{HERE}.Text"]):
        found = changes(order(a=Text), order(a=Literal["red"]), still=still)
        assert shown(found) == [("TS301", "a", "⚠✗✗✗✓✓")]


NEW_MEMBERS: dict[str, Any] = {"Card": {"n": int}, "Cash": {"m": int}}
