"""Declaring signals: where they can be declared, what they are called, and what they refuse."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from pydantic import AliasGenerator, BaseModel, ConfigDict, Field

from tests.ways import AnySignal
from typedsignals import DeclarationError, Payload, PayloadError, Signal

T = TypeVar("T")


class Order(Payload):
    order_id: int


class Shop:
    order_placed = Signal(Order)

    class Stock:
        changed = Signal()


order_placed = Signal(Order, doc="An order was placed.")
named = Signal(Order, name="order-placed")
documented = Signal("Anything at all.")


@pytest.mark.parametrize(
    ("signal", "shown"),
    [
        (order_placed, "<Signal 'order_placed'>"),
        (named, "<Signal 'order-placed'>"),
        (Shop.order_placed, "<Signal 'Shop.order_placed'>"),
        (Shop.Stock.changed, "<Signal 'Shop.Stock.changed'>"),
    ],
)
def test_a_signal_is_named_after_its_variable(signal: AnySignal, shown: str) -> None:
    """Unless it is given a name."""
    assert repr(signal) == shown


def test_a_signal_without_a_variable_shows_where_it_was_declared() -> None:
    """The file and the line."""
    assert repr([Signal(Order)][0]).startswith(f"<Signal 'at {__file__}:")


def test_a_signal_knows_what_it_was_declared_with() -> None:
    """For tools."""
    signal = Signal(Order, sender=Shop, validate="never")
    assert (signal.payload_type, signal.sender_type, signal.validate, signal.name) == (Order, Shop, "never", None)
    assert order_placed.__doc__ == "An order was placed."
    assert documented.__doc__ == Signal("Anything at all.").__doc__ == "Anything at all."
    assert documented.payload_type is None


def test_a_class_attribute_is_one_signal_for_all_instances() -> None:
    """Not one for each, as in some other libraries."""
    assert Shop().order_placed is Shop().order_placed is Shop.order_placed


class Page(Payload, Generic[T]):
    items: list[T]


def test_a_generic_payload_can_be_declared_with_its_types() -> None:
    """Each is a separate payload."""
    signal = Signal(Page[int])
    assert signal.send(None, items=[1]) == []
    with pytest.raises(PayloadError, match=r"items\[0\]: input should be a valid integer, got str"):
        signal.send(None, items=["x"])  # type: ignore[list-item]  # wrong on purpose


@pytest.mark.parametrize("sender", [3, "Shop", list[int], int | str])
def test_a_sender_type_must_be_a_class(sender: Any) -> None:
    """One that `isinstance` accepts, and that has a name to show."""
    with pytest.raises(DeclarationError, match="sender= must be a class"):
        Signal(Order, sender=sender)


class ByGenerator(BaseModel):
    model_config = ConfigDict(alias_generator=AliasGenerator(alias=str.upper))
    order_id: int


def test_generated_aliases_are_harmless() -> None:
    """Type checkers do not read them."""
    assert Signal(ByGenerator).send(None, order_id=1) == []


def test_an_inherited_alias_is_refused_too() -> None:
    """Wherever it is written."""

    class Base(BaseModel):
        order_id: int = Field(alias="orderId")

    class Derived(Base):
        other: int = 1

    with pytest.raises(DeclarationError, match="field 'order_id' of payload Derived has alias='orderId'"):
        Signal(Derived)


class Waiting(BaseModel):
    later: Later
    number: int = 1


waiting = Signal(Waiting)
early_receivers: list[int] = []


@waiting.connect
def receive(sender: object, number: int = 0, **extra: object) -> None:
    early_receivers.append(number)


class Later(BaseModel):
    x: int


def test_receivers_can_be_connected_before_forward_references_are_known() -> None:
    """The names of the fields are known from the start."""
    waiting.send(None, later=Later(x=1), number=5)
    assert early_receivers == [5]


def test_a_payload_can_be_completed_after_a_send_that_failed() -> None:
    """The next one works."""

    class Unfinished(Payload):
        thing: Thing

    signal: AnySignal = Signal(Unfinished)
    for _ in range(2):
        with pytest.raises(DeclarationError, match="refers to 'Thing', which is not defined yet"):
            signal.send(None, thing=1)
    with pytest.raises(DeclarationError):
        signal.send_robust(None, thing=1)

    class Thing(Payload):
        x: int

    Unfinished.model_rebuild()
    assert signal.send(None, thing=Thing(x=1)) == []


def test_a_send_needs_a_sender_if_there_is_a_payload() -> None:
    """Only a signal without a payload sends None if the sender is omitted, as in Blinker."""
    send: Any = order_placed.send
    with pytest.raises(TypeError):
        send(order_id=1)
    untyped: Any = Signal()
    assert untyped.send() == []
    assert untyped.send(number=1) == []
