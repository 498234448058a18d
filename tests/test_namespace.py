"""Namespaces: named collections of signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.ways import AnySignal
from typedsignals import DeclarationError, NamedSignal, Namespace, Payload, Signal, default_namespace, signal


class Order(Payload):
    order_id: int


class Other(Payload):
    pass


class Shop:
    pass


def test_a_name_gives_the_same_signal_each_time() -> None:
    """In any order, with or without the declaration."""
    namespace = Namespace("shop")
    declared = namespace.signal("order", Order, sender=Shop, doc="An order.")
    assert namespace.signal("order", Order, sender=Shop) is declared
    assert namespace.signal("order") is declared
    assert (declared.name, declared.payload_type, declared.sender_type) == ("order", Order, Shop)
    assert declared.__doc__ == "An order."


def test_a_namespace_is_a_mapping_of_names_to_signals() -> None:
    """In the order of declaration; it can be changed only by declaring."""
    namespace = Namespace()
    first, second = namespace.signal("first", Order), namespace.signal("second")
    assert dict(namespace) == {"first": first, "second": second}
    assert [*namespace] == ["first", "second"]
    assert len(namespace) == 2
    assert "first" in namespace
    assert namespace.get("third") is None
    with pytest.raises(KeyError, match="third"):
        namespace["third"]


def test_a_loop_over_a_namespace_may_declare() -> None:
    """It iterates over the names that existed at its start."""
    namespace = Namespace()
    namespace.signal("a")
    for name in namespace:
        namespace.signal(name + "a")
    assert [*namespace] == ["a", "aa"]


def test_namespaces_show_what_they_are() -> None:
    """And signals show the namespace that they belong to."""
    namespace = Namespace("shop")
    assert repr(namespace) == "<Namespace 'shop': empty>"
    assert repr(namespace.signal("order", Order)) == "<Signal 'shop.order'>"
    namespace.signal("other")
    assert repr(namespace) == "<Namespace 'shop': order, other>"
    assert repr(Namespace().signal("order")) == "<Signal 'order'>"


def test_the_full_name_of_a_signal_begins_with_that_of_its_namespace() -> None:
    """If both have one: a signal without a name of its own has none."""
    assert Namespace("shop").signal("order", Order).full_name == "shop.order"
    assert Namespace().signal("order", Order).full_name == "order"
    assert Signal(Order, name="order").full_name == "order"
    assert Signal(Order).full_name is None


@pytest.mark.parametrize(("payload", "sender"), [(Other, None), (Order, Shop), (Other, Shop)])
def test_a_name_cannot_be_declared_with_something_else(payload: type[Payload], sender: type | None) -> None:
    """The signal stays as it is."""
    namespace = Namespace()
    declared = namespace.signal("order", Order)
    with pytest.raises(DeclarationError) as caught:
        namespace.signal("order", payload, sender=sender)  # type: ignore[arg-type]  # None is as good as nothing
    assert caught.value.signal is declared
    assert namespace["order"] is declared


@pytest.mark.parametrize(
    ("payload", "first", "second"), [(Order, Shop, int), (Order, Shop, None), (None, Shop, int), (None, None, Shop)]
)
def test_a_name_cannot_be_declared_with_another_sender_only(
    payload: type[Payload] | None, first: type | None, second: type | None
) -> None:
    """Sends that one declaration allows would be refused by the other."""
    namespace = Namespace("shop")
    declare: Callable[..., object] = namespace.signal
    declared = declare("order", payload, sender=first)
    with pytest.raises(DeclarationError, match="sender"):
        declare("order", payload, sender=second)
    assert declare("order", payload, sender=first) is declared


def test_a_name_cannot_be_declared_with_another_validation() -> None:
    """One module's sends would be validated, and another's would not; the error names both modes."""
    namespace = Namespace("shop")
    namespace.signal("placed", Order, validate="never")
    with pytest.raises(DeclarationError, match="payload Order and validate='never', and now with payload Order;"):
        namespace.signal("placed", Order)
    assert namespace.signal("placed", Order, validate="never") is namespace.signal("placed")


@pytest.mark.parametrize("name", [3, None, b"placed"])
def test_a_name_is_a_string(name: Any) -> None:
    """Anything else is refused, and not kept."""
    namespace = Namespace("shop")
    with pytest.raises(DeclarationError, match=r"^a signal's name must be a string, got"):
        namespace.signal(name, Order)
    assert not namespace


def test_a_wrong_validation_is_refused_without_a_payload_too() -> None:
    """Otherwise it would be ignored silently."""
    with pytest.raises(DeclarationError, match="must be 'always', 'connected' or 'never', not 'sometimes'"):
        Namespace("shop").signal("placed", validate="sometimes")  # type: ignore[call-overload]  # wrong on purpose


def test_a_signal_without_a_payload_keeps_how_it_is_validated() -> None:
    """As it is declared."""
    made: AnySignal = Namespace("shop").signal("placed", validate="never")  # type: ignore[call-overload]  # of no use
    assert made.validate == "never"


def test_a_signal_that_was_made_without_a_payload_cannot_get_one() -> None:
    """Receivers connected before the declaration would not have been checked."""
    namespace = Namespace()
    namespace.signal("order")
    with pytest.raises(DeclarationError, match="with no payload, and now with payload Order"):
        namespace.signal("order", Order)


def test_a_declaration_that_fails_leaves_the_name_free() -> None:
    """A correct declaration can follow."""
    namespace = Namespace()
    with pytest.raises(DeclarationError):
        namespace.signal("order", int)  # type: ignore[type-var]  # wrong on purpose
    assert len(namespace) == 0
    assert namespace.signal("order", Order).payload_type is Order


def test_a_text_in_place_of_the_payload_is_the_doc() -> None:
    """As in Blinker."""
    documented = Namespace().signal("order", "An order.")
    assert isinstance(documented, NamedSignal)
    assert documented.__doc__ == "An order."
    assert documented.payload_type is None


def test_threads_that_declare_a_name_at_once_get_one_signal() -> None:
    """Otherwise receivers could be connected to a signal that is never sent."""
    for _ in range(200):
        namespace = Namespace()
        barrier = threading.Barrier(4, timeout=60)

        def declare(namespace: Namespace = namespace, barrier: threading.Barrier = barrier) -> AnySignal:
            barrier.wait()
            return namespace.signal("order", Order)

        with ThreadPoolExecutor(4) as pool:
            signals = {future.result() for future in [pool.submit(declare) for _ in range(4)]}
        assert signals == {namespace["order"]}


def test_the_function_signal_uses_the_default_namespace() -> None:
    """As in Blinker."""
    named = signal("test_namespace.named", "Doc.")
    assert signal("test_namespace.named") is named
    assert default_namespace["test_namespace.named"] is named
    assert isinstance(named, NamedSignal)
    assert named.__doc__ == "Doc."
    assert repr(named) == "<Signal 'test_namespace.named'>"


def test_a_named_signal_can_be_made_by_itself() -> None:
    """As Blinker's; it is in no namespace."""
    named = NamedSignal("alone", "Doc.")
    assert (named.name, named.__doc__) == ("alone", "Doc.")
    assert isinstance(named, Signal)
    assert "alone" not in default_namespace
    assert named.send() == []
