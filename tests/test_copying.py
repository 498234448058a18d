"""Pickling and copying signals, and objects that refer to them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from tests.ways import AnySignal
from typedsignals import ANY, Namespace, Payload, Signal, signal


class Order(Payload):
    order_id: int


class Shop:
    order_placed = Signal(Order)

    class Stock:
        changed = Signal(name="stock-changed")


namespace = Namespace("shop")
order_placed = Signal(Order)
untyped = Signal()
stored = namespace.signal("stored", Order)
unstored: list[AnySignal] = [namespace.signal("unstored", Order), Signal(Order, name="in a list")]


class Special(Signal[Any, Any, ...]):
    pass


special = Special(Order)

SIGNALS: dict[str, AnySignal] = {
    "global": order_placed,
    "without a payload": untyped,
    "class attribute": Shop.order_placed,
    "nested class": Shop.Stock.changed,
    "namespace": stored,
    "subclass": special,
}

IMPORTABLE = pytest.mark.parametrize("found", SIGNALS.values(), ids=SIGNALS.keys())


@IMPORTABLE
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_importable_signal_comes_back_from_a_pickle_as_itself(found: AnySignal, protocol: int) -> None:
    """By its name, like functions and classes."""
    assert pickle.loads(pickle.dumps(found, protocol)) is found  # noqa: S301 - made here


@IMPORTABLE
def test_an_importable_signal_is_its_own_copy(found: AnySignal) -> None:
    """Deep or not."""
    assert copy.copy(found) is found
    assert copy.deepcopy(found) is found


class Holder:
    def __init__(self, held: AnySignal) -> None:
        self.held = held


@IMPORTABLE
def test_what_refers_to_a_signal_can_be_copied(found: AnySignal) -> None:
    """The copy refers to the same signal."""
    assert copy.deepcopy(Holder(found)).held is found
    assert pickle.loads(pickle.dumps([found, {"a": found}])) == [found, {"a": found}]  # noqa: S301 - made here


def test_a_signal_that_cannot_be_imported_by_name_says_so() -> None:
    """And says what to do."""
    local: AnySignal = Signal(Order, name="local")
    for unnamed, shown in [(local, "'local'"), (unstored[0], "'shop.unstored'"), (unstored[1], "'in a list'")]:
        for action in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(pickle.PicklingError) as caught:
                action(unnamed)
            assert str(caught.value) == (
                f"<Signal {shown}> can be pickled or copied only by name, but has none in {__name__}; "
                "assign it to a global variable or a class attribute"
            )


def test_a_signal_of_a_local_class_cannot_be_pickled() -> None:
    """The path to it leads through a function."""

    class Local:
        found = Signal(Order)

    with pytest.raises(pickle.PicklingError, match=r"<Signal 'test_\w+\.<locals>\.Local\.found'> can be pickled or"):
        pickle.dumps(Local.found)


def test_any_is_its_own_copy() -> None:
    """There is one."""
    assert copy.deepcopy(ANY) is ANY
    assert pickle.loads(pickle.dumps(ANY)) is ANY  # noqa: S301 - made here


def test_a_signal_of_the_default_namespace_is_not_importable_by_its_name() -> None:
    """Being in the default namespace does not make it importable."""
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(signal("test_copying.unassigned"))


def test_a_signal_is_declared_where_it_is_made_and_not_in_its_subclass() -> None:
    """A subclass with its own ``__init__``, in whatever module, is not taken for the place of the declaration."""
    library: dict[str, Any] = {"__name__": "library", "Signal": Signal}
    source = "class Mine(Signal):\n    def __init__(self) -> None:\n        super().__init__()\n"
    exec(compile(source, "library.py", "exec"), library)  # noqa: S102 - a module that is not this one

    made = library["Mine"]()

    assert made.__module__ == __name__
    assert repr(made).startswith(f"<Signal 'at {__file__}:")
