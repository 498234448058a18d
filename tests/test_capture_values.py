"""A capture's assertions with all kinds of values, even those that cannot be compared or shown, or are too long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from typedsignals import Namespace, Payload, Signal
from typedsignals.testing import Capture, capture
from typedsignals.testing._failures import MOST_RECORDS


class Array:
    """Compares like numpy's arrays: element by element, without one answer."""

    def __init__(self, *items: object) -> None:
        self.items = items

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.items),)

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Array):
            return Array(*(item == other for item in self.items))
        if self.shape != other.shape:
            raise ValueError("operands could not be broadcast together")
        return Array(*(mine == theirs for mine, theirs in zip(self.items, other.items, strict=True)))

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise ValueError("The truth value of an array with more than one element is ambiguous")

    def all(self) -> bool:
        return all(self.items)


class Table(Array):
    """Compares like a table of pandas: by a method that gives one answer."""

    def equals(self, other: Table) -> bool:
        return self.items == other.items


class Proxy(Array):
    """Returns itself for each of its elements."""

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Array) and self.items == other.items


class Odd:
    """Cannot be compared at all."""

    def __init__(self, error: type[Exception] = PermissionError) -> None:
        self.error = error

    def __eq__(self, other: object) -> bool:
        raise self.error

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise self.error


class Unreadable(Mapping[str, object]):
    """Says that it has keys, and gives no values."""

    def __getitem__(self, key: str) -> object:
        raise LookupError

    def __iter__(self) -> Iterator[str]:
        return iter("a")

    def __len__(self) -> int:
        return 1


@dataclass
class Point:
    at: Array
    note: str = ""


class Measured(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    value: Any
    unit: str = "m"


untyped = Signal(name="untyped")


def sent(**fields: object) -> Capture[Any, Any]:
    with capture(untyped) as captured:
        untyped.send(None, **fields)
    return captured


def cyclic(*items: object) -> list[object]:
    own: list[object] = [*items]
    own += [own, own]
    return own


EQUAL = [
    (Array(1, 2), Array(1, 2)),
    (Array(), Array()),
    (Proxy(1, 2), Array(1, 2)),
    (Table(1, 2), Table(1, 2)),
    ([Array(1, 2), "x"], [Array(1, 2), "x"]),
    ((Array(1, 2),), (Array(1, 2),)),
    ({"a": {"b": Array(1, 2)}}, {"a": {"b": Array(1, 2)}}),
    (Point(Array(1, 2)), Point(Array(1, 2))),
    (Measured(value=[Array(1, 2)]), Measured(value=[Array(1, 2)])),
    (cyclic(Array(1, 2)), cyclic(Array(1, 2))),
]
UNEQUAL = [
    (Array(1, 2), Array(1, 3)),
    (Array(1, 2), Array(1, 2, 3)),
    (Table(1, 2), Table(1, 3)),
    ([Array(1, 2), "x"], [Array(1, 2), "y"]),
    ([Array(1, 2), Odd()], [Array(1, 3), Odd()]),
    ([Array(1, 2)], [Array(1, 2), Array(1, 2)]),
    ({"a": Array(1, 2)}, {"b": Array(1, 2)}),
    (Point(Array(1, 2)), Point(Array(1, 2), "x")),
    (Measured(value=Array(1, 2)), Measured(value=Array(2, 2))),
    (cyclic(Array(1, 2)), cyclic(Array(2, 2))),
    ([Array(1, 2)], (Array(1, 2),)),
    ({"a": Array(1)}, {"b": Array(1)}),
]
UNDECIDED = [
    (Odd(), 1),
    (1, Odd()),
    (Odd(RecursionError), Odd()),
    ([Odd()], [1]),
    ([Array(1, 2), Odd()], [Array(1, 2), Odd()]),
    (Array(1, 2), 1),
    (Unreadable(), Unreadable()),
]


@pytest.mark.parametrize(("value", "wanted"), EQUAL)
def test_arrays_are_compared_as_a_whole(value: object, wanted: object) -> None:
    """Wherever they are."""
    captured = sent(value=value)
    captured.assert_sent(value=wanted)
    captured.assert_sent_once(value=wanted)
    with pytest.raises(AssertionError, match="was sent; captured:"):
        captured.assert_not_sent(value=wanted)


@pytest.mark.parametrize(("value", "wanted"), UNEQUAL)
def test_arrays_that_differ_are_reported(value: object, wanted: object) -> None:
    """Like any other values."""
    captured = sent(value=value)
    captured.assert_not_sent(value=wanted)
    with pytest.raises(AssertionError, match="was not sent; captured:") as error:
        captured.assert_sent(value=wanted)
    assert "cannot be compared" not in str(error.value)


@pytest.mark.parametrize(("value", "wanted"), UNDECIDED)
def test_what_cannot_be_compared_passes_no_assertion(value: object, wanted: object) -> None:
    """Neither that it was sent, nor that it was not; and the error of the comparison is not raised."""
    captured = sent(value=value)
    for assertion, message in (
        (captured.assert_sent, "was not sent; captured:"),
        (captured.assert_sent_once, "was not sent; captured:"),
        (captured.assert_not_sent, "cannot tell whether .* was sent; captured:"),
    ):
        with pytest.raises(AssertionError, match=message) as error:
            assertion(value=wanted)
        assert str(error.value).endswith("(they cannot be compared)")


def test_a_match_beside_a_value_that_cannot_be_compared_may_not_be_the_only_one() -> None:
    """It was sent, but perhaps twice."""
    with capture(untyped) as captured:
        untyped.send(None, value=1)
        untyped.send(None, value=Odd())
    captured.assert_sent(value=1)
    with pytest.raises(AssertionError, match="cannot tell whether <Signal 'untyped'> with value=1 was sent only once"):
        captured.assert_sent_once(value=1)


def test_a_field_that_surely_differs_decides() -> None:
    """Whatever the others are."""
    sent(value=Odd(), other=1).assert_not_sent(value=1, other=2)


def test_the_same_object_is_equal_whatever_its_eq_says() -> None:
    """Even if its ``__eq__`` raises."""
    odd, array = Odd(), Array(1, 2)
    sent(value=odd, array=array).assert_sent_once(value=odd, array=array)


def test_a_model_that_was_made_without_validation_may_lack_fields() -> None:
    """It differs from one that does not."""
    captured = sent(value=Measured.model_construct(value=Array(1, 2)))
    captured.assert_sent(value=Measured(value=Array(1, 2)))
    part: Any = Measured.model_construct(unit="m", value=Array(1, 2))
    del part.__dict__["unit"]
    captured.assert_not_sent(value=part)


# What is shown


def message_of(captured: Capture[Any, Any], **fields: object) -> str:
    with pytest.raises(AssertionError) as error:
        captured.assert_sent(**fields)
    return str(error.value)


def test_long_values_are_shortened() -> None:
    """With their length, in records and in what the test looks for."""
    shown = message_of(sent(text="x" * 9_000_000, items=list(range(1_000_000))), text="y" * 9_000_000)
    assert len(shown) < 5_000
    assert f"text='{'x' * 499}... (9000002 characters)" in shown
    assert f"with text='{'y' * 499}... (9000002 characters) was not sent" in shown
    assert re.search(r"items=\[0, 1, .*\.\.\. \(\d+ characters\)", shown)


def test_only_what_is_too_long_is_shortened() -> None:
    """A value of 500 characters is shown whole, and so is what follows on 2000 characters of fields."""
    shown = message_of(sent(**dict.fromkeys("abcde", "x" * 496)), a="y" * 498)
    assert f"with a='{'y' * 498}' was not sent" in shown
    assert f", e='{'x' * 496}'\n" in shown


def test_what_a_payload_keeps_beside_its_fields_is_not_shown() -> None:
    """Such as a property that it has computed."""

    class Priced(BaseModel):
        net: int

        @cached_property
        def gross(self) -> int:
            return self.net + 1

    signal, price = Signal[Any, Any, ...](Priced), Priced(net=2)
    assert price.gross == 3
    with capture(signal) as captured:
        signal.send_payload(None, price)
    assert "by None: net=2\n" in message_of(captured, net=1)


def test_many_fields_are_cut_off() -> None:
    """With their number."""
    shown = message_of(sent(**{f"field_{number}": "x" * 100 for number in range(1000)}), field_0="y")
    assert len(shown) < 5_000
    assert re.search(r"field_1\d='x+', \.\.\. and 98\d more\n", shown)


def test_of_many_records_the_first_and_the_last_are_listed() -> None:
    """With their numbers."""
    with capture(untyped) as captured:
        for number in range(1000):
            untyped.send(None, number=number)
    lines = message_of(captured, number=-1).splitlines()
    assert lines[0] == "<Signal 'untyped'> with number=-1 was not sent; captured:"
    numbers = [line.split(".")[0].strip() for line in lines if line.startswith("  ") and "differs" not in line]
    half = MOST_RECORDS // 2
    assert numbers == [*map(str, range(1, half + 1)), "", *map(str, range(1001 - half, 1001))]
    assert lines[2 * half + 1] == f"  ... {1000 - MOST_RECORDS} more ..."


def test_of_many_signals_some_are_named() -> None:
    """A namespace may have any number."""
    many = Namespace("many")
    for number in range(1000):
        many.signal(f"signal-{number}", Measured)
    with capture(many) as captured:
        shown = message_of(captured, unit="m")
    assert "<Signal 'many.signal-9'> or 990 more with unit='m' was not sent; nothing was captured" in shown
    assert repr(captured).endswith("<Signal 'many.signal-9'>, 990 more: 0 recorded>")
    with pytest.raises(TypeError, match=r"is not captured here, only .*, 990 more$"):
        captured.assert_sent(untyped)
    with pytest.raises(TypeError, match=r"or 990 more has no field 'x'; the fields are: value, unit$"):
        captured.assert_sent(x=1)


class Card(BaseModel):
    holder: str
    number: str = Field(repr=False)


class Login(Payload):
    user: str
    password: str = Field(repr=False)
    token: Annotated[str | None, Field(repr=False)] = None
    pin: SecretStr | None = None
    pins: dict[str, SecretStr] | None = None
    card: Card | None = None
    cards: tuple[Card, ...] = ()


logged_in = Signal(Login, name="logged-in")
SECRET = "hunter2"  # noqa: S105 - an example


@pytest.fixture
def captured() -> Capture[Any, Any]:
    """A send with a secret in every field but one."""
    card = Card(holder="Ada", number=SECRET)
    with capture(logged_in) as captured:
        logged_in.send(
            None,
            user="Ada",
            password=SECRET,
            token=SECRET,
            pin=SecretStr(SECRET),
            pins={"a": SecretStr(SECRET)},
            card=card,
            cards=(card,),
        )
    return captured


def test_hidden_fields_are_not_shown(captured: Capture[Any, Any]) -> None:
    """Those with `repr=False`, secrets, and those in nested models."""
    assert message_of(captured, user="Bob") == (
        "<Signal 'logged-in'> with user='Bob' was not sent; captured:\n"
        "  1. <Signal 'logged-in'> by None: user='Ada', password=<hidden>, token=<hidden>, pin=<hidden>, "
        "pins=<hidden>, card=Card(holder='Ada'), cards=(Card(holder='Ada'),)\n"
        "     differs: user: 'Ada', not 'Bob'"
    )


@pytest.mark.parametrize(
    ("field", "wanted", "difference"),
    [
        ("password", "asked", "another value"),
        ("token", "asked", "another value"),
        ("pin", "asked", "another value"),
        ("pins", {"a": "asked"}, "another value"),
        ("card", Card(holder="Bob", number="asked"), "Card(holder='Ada'), not Card(holder='Bob')"),
    ],
)
def test_a_hidden_field_is_not_shown_in_what_a_test_looks_for(
    captured: Capture[Any, Any], field: str, wanted: object, difference: str
) -> None:
    """The message only says that it differs."""
    shown = message_of(captured, **{field: wanted})
    assert f"     differs: {field}: {difference}" in shown.splitlines()
    assert "asked" not in shown
    assert SECRET not in shown


def test_hidden_fields_are_compared(captured: Capture[Any, Any]) -> None:
    """By their values, though these are not shown."""
    captured.assert_sent_once(password=SECRET, pin=SecretStr(SECRET), card=Card(holder="Ada", number=SECRET))
    captured.assert_not_sent(password="another")  # noqa: S106 - an example
