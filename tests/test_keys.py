"""Connections with a name, which takes the place of the receiver's identity."""

from __future__ import annotations

import gc
import threading
import warnings
import weakref
from collections.abc import Callable
from enum import Enum, StrEnum
from typing import Any

import blinker
import pytest
from werkzeug.local import LocalProxy

from tests.ways import AnyReceiver, AnySignal, Ping, Way, every_way, finished
from typedsignals import ANY, DeadReceiverWarning, Namespace, ReceiverSignatureError, Signal
from typedsignals.blinker import typed
from typedsignals.testing import isolated, only
from typedsignals.testing._leftovers import Leftovers


def function(sender: object, payload: object = None, **extra: object) -> None: ...


def other(sender: object, payload: object = None, **extra: object) -> None: ...


def third(sender: object, payload: object = None, **extra: object) -> None: ...


def made() -> Callable[..., None]:
    """Make a function that nothing else refers to."""

    def local(sender: object, payload: object = None, **extra: object) -> None: ...

    return local


class Owner:
    def method(self, sender: object, **extra: object) -> None: ...


def receivers_of(signal: AnySignal) -> list[AnyReceiver]:
    return [connection.receiver for connection in signal.connections]


def message_of(call: Callable[..., object], *arguments: Any, **options: Any) -> str:
    with pytest.raises(ReceiverSignatureError) as caught:
        call(*arguments, **options)
    return str(caught.value)


@every_way
@pytest.mark.parametrize("sender", [ANY, "x"])
def test_another_receiver_with_the_same_key_replaces_the_first_in_its_position(way: Way, sender: object) -> None:
    """Of the signal and the sender."""
    signal = way.signal()
    way.connect(signal, function, sender, key="first")
    way.connect(signal, other, sender)
    assert way.send(signal, "x") == [function, other]
    way.connect(signal, third, sender, key="first")
    assert way.send(signal, "x") == [third, other]
    assert receivers_of(signal) == [third, other]


@pytest.mark.parametrize("receiver", [Owner().method, Owner, print, made()])
def test_what_kind_of_receiver_replaces_another_does_not_matter(receiver: Any) -> None:
    """It may be held in another way, too."""
    signal = Signal()
    for weak in (True, False):
        signal.connect(function, key="k")
        signal.connect(other)
        signal.connect(receiver, key="k", weak=False)
        signal.connect(third, key="k", weak=weak)
        assert [(made.receiver, made.weak) for made in signal.connections] == [(third, weak), (other, True)]


def test_a_replacement_has_its_own_options() -> None:
    """None of those of the connection that it replaces."""
    signal = Signal()
    signal.connect(function, key="k", weak=False, priority=1, once=True)
    signal.connect(other)
    signal.connect(third, key="k")
    found = [(made.receiver, made.weak, made.priority, made.once, made.key) for made in signal.connections]
    assert found == [(third, True, 0, False, "k"), (other, True, 0, False, None)]


@every_way
def test_a_receiver_with_two_keys_is_connected_twice(way: Way) -> None:
    """And once more without a key."""
    signal = way.signal()
    for key in ("one", "two", None):
        way.connect(signal, function, key=key)
    assert way.send(signal, None) == [function] * 3
    assert [connection.key for connection in signal.connections] == ["one", "two", None]


@every_way
def test_a_key_of_a_sender_and_of_all_senders_is_called_once(way: Way) -> None:
    """As a receiver is that is connected to both, at the earlier of its positions."""
    signal = way.signal()
    way.connect(signal, function, "x", key="k")
    way.connect(signal, other)
    way.connect(signal, third, key="k")
    assert way.send(signal, "x") == [function, other]
    assert way.send(signal, "y") == [other, third]


def test_a_key_belongs_to_one_signal_and_one_sender() -> None:
    """The same key of another signal or sender names another connection."""
    signal, another = Signal(), Signal()
    for each, sender in ((signal, "x"), (signal, "y"), (another, ANY)):
        each.connect(function, sender, key="k")
    signal.connect(other, "x", key="k")
    assert [(made.receiver, made.sender) for made in signal.connections] == [(other, "x"), (function, "y")]
    assert receivers_of(another) == [function]


def test_a_connection_is_ended_by_its_key() -> None:
    """Whatever its receiver is."""
    signal = Signal()
    signal.connect(function, key="k")
    signal.connect(other)
    assert signal.disconnect(key="k") is True
    assert signal.disconnect(key="k") is False
    assert receivers_of(signal) == [other]


def test_a_connection_is_ended_by_its_key_and_sender() -> None:
    """Or all of them, without a sender."""
    signal = Signal()
    for sender in ("x", "y", "z", ANY):
        signal.connect(function, sender, key="k")
    assert signal.disconnect(key="k", sender="x") is True
    assert signal.disconnect(key="k", sender="x") is False
    assert signal.disconnect(key="k", sender=LocalProxy(lambda: "y")) is True
    assert [connection.sender for connection in signal.connections] == ["z", ANY]
    assert signal.disconnect(key="k") is True
    assert signal.connections == ()


def test_a_receiver_is_not_disconnected_from_what_has_a_key() -> None:
    """It is found by the key alone."""
    signal = Signal()
    signal.connect(function, key="k")
    assert signal.disconnect(function) is False
    signal.connect(function)
    assert signal.disconnect(function) is True
    assert [connection.key for connection in signal.connections] == ["k"]


def test_a_connection_with_a_key_goes_with_its_receiver() -> None:
    """Unless it keeps it alive; its key is free then."""
    signal = Signal()
    receiver = made()
    signal.connect(receiver, key="k")
    signal.connect(made(), key="kept", weak=False)
    signal.send(None)
    del receiver
    gc.collect()
    assert [connection.key for connection in signal.connections] == ["kept"]
    signal.connect(function, key="k")
    assert [connection.key for connection in signal.connections] == ["kept", "k"]


@pytest.mark.parametrize("weak", [True, False])
def test_a_receiver_that_was_replaced_is_let_go_of(weak: bool) -> None:
    """Without a warning that it was never called."""
    signal = Signal()
    receiver = made()
    gone = weakref.ref(receiver)
    signal.connect(receiver, key="k", weak=weak)
    signal.connect(function, key="k")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del receiver
        gc.collect()
    assert (gone(), caught) == (None, [])
    assert receivers_of(signal) == [function]


def test_a_receiver_that_dies_without_a_replacement_is_warned_of() -> None:
    """A key does not keep it alive."""
    signal = Signal()
    receivers = [made()]
    signal.connect(receivers[0], key="k")
    with pytest.warns(DeadReceiverWarning, match="was garbage-collected before"):
        receivers.clear()


@every_way
def test_a_send_that_is_under_way_calls_neither_the_replaced_receiver_nor_the_new_one(way: Way) -> None:
    """The one is no longer connected, the other one not yet."""
    signal = way.signal()

    def first(sender: object, payload: object = None, **extra: object) -> None:
        way.connect(signal, third, key="k")

    way.connect(signal, first)
    way.connect(signal, function, key="k")
    way.connect(signal, other)
    assert way.send(signal, None) == [first, other]
    assert way.send(signal, None) == [first, third, other]


@every_way
def test_a_send_that_is_under_way_calls_a_receiver_that_is_connected_again(way: Way) -> None:
    """With the same key, it is the same connection."""
    signal = way.signal()

    def first(sender: object, payload: object = None, **extra: object) -> None:
        way.connect(signal, function, key="k")

    way.connect(signal, first)
    way.connect(signal, function, key="k")
    assert way.send(signal, None) == [first, function]


@every_way
def test_a_connection_with_a_key_may_be_for_one_call(way: Way) -> None:
    """Its key is free afterwards."""
    signal = way.signal()
    way.connect(signal, function, key="k", once=True)
    assert way.send(signal, None) == [function]
    assert way.send(signal, None) == []
    assert not signal.disconnect(key="k")


def test_a_decorator_takes_a_key() -> None:
    """So that a definition that is executed again replaces the earlier one."""
    signal = Signal()
    results = []
    for number in (1, 2):

        @signal.connect_via(ANY, key="k")
        def receiver(sender: object, number: int = number, **extra: object) -> int:
            return number

        del receiver
        gc.collect()
        results.append([value for _, value in signal.send(None)])
    assert results == [[1], [2]]


def test_a_block_replaces_the_receiver_of_a_key_and_restores_it() -> None:
    """With its options, in its position."""
    signal = Signal()
    signal.connect(function, key="k", priority=1)
    signal.connect(other)
    before = signal.connections
    with signal.connected_to(third, key="k"):
        assert [(made.receiver, made.priority) for made in signal.connections] == [(third, 0), (other, 0)]
        with signal.connected_to(function, key="k"), signal.connected_to(function, key="new"):
            assert receivers_of(signal) == [function, other, function]
        assert receivers_of(signal) == [third, other]
    assert signal.connections == before
    assert [receiver for receiver, _ in signal.send(None)] == [function, other]


def test_a_block_restores_the_receiver_of_a_key_even_if_that_was_disconnected_inside() -> None:
    """Or connected anew, with another receiver."""
    signal = Signal()
    signal.connect(function, key="k")
    signal.connect(other)
    before = signal.connections
    with signal.connected_to(third, key="k"):
        signal.disconnect(key="k")
    assert signal.connections == before
    with signal.connected_to(third, key="k"):
        signal.disconnect(key="k")
        signal.connect(function, key="k", once=True)
    assert signal.connections == before
    with signal.connected_to(third, key="k"):
        signal.connect(other, key="k")
    assert signal.connections == before


def test_blocks_of_a_key_may_end_in_any_order() -> None:
    """The later one restores what the earlier one found."""
    signal = Signal()
    signal.connect(function, key="k")
    earlier, later = signal.connected_to(other, key="k"), signal.connected_to(third, key="k")
    earlier.__enter__()
    later.__enter__()
    earlier.__exit__(None, None, None)
    assert receivers_of(signal) == [third]
    later.__exit__(None, None, None)
    assert receivers_of(signal) == [function]


def test_a_block_does_not_restore_a_receiver_that_has_died() -> None:
    """The key is free after the block."""
    signal = Signal()
    receiver = made()
    signal.connect(receiver, key="k")
    with signal.connected_to(function, key="k"):
        del receiver
        gc.collect()
    assert signal.connections == ()
    table = signal._table
    assert [*table._buckets, *table._temporary, *table._pending] == []


BAD = [(7, "got a int"), (b"k", "got a bytes"), ("", "got an empty one"), (function, "got a function")]


@pytest.mark.parametrize(("key", "got"), BAD)
def test_what_is_not_a_name_is_refused_as_a_key(key: Any, got: str) -> None:
    """By everything that takes one, and nothing is connected or disconnected."""
    signal = Signal(name="order")
    signal.connect(function)
    expected = f"key= of a connection of <Signal 'order'> must be a string that is not empty, {got}"
    assert message_of(signal.connect, other, key=key) == expected
    assert message_of(signal.connect_via, ANY, key=key) == expected
    assert message_of(signal.connected_to(other, key=key).__enter__) == expected
    assert message_of(signal.disconnect, key=key) == expected
    assert receivers_of(signal) == [function]


def test_a_receiver_that_does_not_fit_replaces_nothing() -> None:
    """The earlier one of the key stays connected."""
    signal = Signal(Ping)
    no_receiver: Any = Owner.method
    signal.connect(function, key="k", as_payload=True)
    with pytest.raises(ReceiverSignatureError):
        signal.connect(no_receiver, key="k")
    assert receivers_of(signal) == [function]


def test_disconnecting_needs_a_receiver_or_a_key() -> None:
    """One of them."""
    signal = Signal(name="order")
    signal.connect(function, key="k")
    assert (
        message_of(signal.disconnect)
        == message_of(signal.disconnect, sender="x")
        == (
            "disconnect() of <Signal 'order'> was given neither a receiver nor a key; to disconnect all receivers, use "
            "disconnect_all()"
        )
    )
    assert message_of(signal.disconnect, function, key="k") == (
        "disconnect() of <Signal 'order'> was given both a receiver and a key; a connection with a key is found by "
        "that alone: disconnect(key=...)"
    )
    assert receivers_of(signal) == [function]


class Named(StrEnum):
    K = "k"


class NamedBefore(str, Enum):  # noqa: UP042 - whose members str() shows differently
    K = "k"


class Lying(str):
    """Equals everything and nothing."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise AssertionError("nobody asks")

    def __str__(self) -> str:
        return "another"


@pytest.mark.parametrize("key", [Named.K, NamedBefore.K, Lying("k")])
def test_a_key_is_the_text_of_a_string_of_any_class(key: str) -> None:
    """So enumerations can list them."""
    signal = Signal()
    signal.connect(function, key=key)
    signal.connect(other, key="k")
    (connection,) = signal.connections
    assert (connection.receiver, connection.key, type(connection.key)) == (other, "k", str)
    assert signal.disconnect(key=key)


def test_a_receiver_that_has_keys_is_muted_and_chosen_by_itself() -> None:
    """Blocks are about receivers, not about connections."""
    signal = Signal()
    signal.connect(function, key="one")
    signal.connect(function, key="two")
    signal.connect(other, key="three")
    with signal.muted(function):
        assert [receiver for receiver, _ in signal.send(None)] == [other]
    with only(function):
        assert [receiver for receiver, _ in signal.send(None)] == [function, function]


def test_an_isolated_block_has_keys_of_its_own() -> None:
    """What it hides is neither replaced nor disconnected."""
    signal = Signal()
    signal.connect(function, key="k")
    with isolated(signal):
        assert not signal.disconnect(key="k")
        signal.connect(other, key="k")
        assert receivers_of(signal) == [other]
    assert receivers_of(signal) == [function]


def test_what_ends_by_a_key_is_announced_with_its_receivers() -> None:
    """One by one, and nothing if there was no such connection."""
    signal = Signal[Any, Any, ...]()
    announced: list[tuple[object, object]] = []

    def note(signal: AnySignal, receiver: object, sender: object, **extra: object) -> None:
        announced.append((receiver, sender))

    signal.receiver_disconnected.connect(note)
    signal.connect(function, key="k")
    signal.connect(other, "x", key="k")
    signal.disconnect(key="k")
    signal.disconnect(key="k")
    assert announced == [(function, ANY), (other, "x")]


def test_the_receiver_of_a_block_is_announced_when_the_earlier_one_of_its_key_is_restored() -> None:
    """It is no longer connected then; one that was connected before the block still is."""
    signal = Signal[Any, Any, ...]()
    announced: list[object] = []
    signal.receiver_disconnected.connect(lambda signal, receiver, **extra: announced.append(receiver), weak=False)
    signal.connect(function, key="k")
    with signal.connected_to(other, key="k"):
        pass
    with signal.connected_to(function, key="k"):
        pass
    assert announced == [other]


def test_a_coroutine_function_may_replace_a_plain_one() -> None:
    """A signal with another owner is then fed in the other way."""

    async def coroutine(sender: object, **extra: object) -> str:
        return "awaited"

    theirs = blinker.Signal()
    ours: Signal[Any, Any, ...] = typed(theirs, Ping)
    ours.connect(function, key="k")
    assert theirs.send(None, number=1)
    ours.connect(coroutine, key="k")
    assert [value for _, value in finished(theirs.send_async(None, number=1))] == [[(coroutine, "awaited")]]
    ours.connect(other, key="k")
    assert [value for _, value in theirs.send(None, number=1)] == [[(other, None)]]
    assert ours.disconnect(key="k")
    assert not theirs.receivers


def test_a_key_outlives_a_declaration_that_is_executed_again() -> None:
    """The connection stays if its receiver still fits."""
    shop = Namespace("shop")
    for _ in range(2):

        class Placed(Ping):
            pass

        placed = shop.signal("placed", Placed)
        if not placed.connections:
            placed.connect(function, key="k")
    assert [connection.key for connection in placed.connections] == ["k"]
    assert placed.disconnect(key="k")


def test_the_key_of_a_receiver_that_a_test_leaves_connected_is_shown() -> None:
    """It is what the receiver is disconnected by."""
    signal = Signal(name="order")
    leftovers = Leftovers()
    signal.connect(function, "x", key="shop.ship")
    signal.connect(other)
    by_key, by_itself = leftovers.found()
    assert by_key.endswith(" to <Signal 'order'> for a str, key='shop.ship'")
    assert by_itself.endswith(" to <Signal 'order'>")


def test_threads_that_connect_by_the_same_key_leave_one_connection() -> None:
    """Every send reaches at most one of them."""
    signal: AnySignal = Signal(Ping)
    most = [0]

    def work() -> None:
        for _ in range(200):
            signal.connect(made(), key="k", weak=False)
            most.append(len(signal.send(None)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(signal.connections) == 1


def test_connecting_by_a_key_again_and_again_leaves_nothing() -> None:
    """Neither entries nor receivers."""
    signal = Signal()
    sender = Owner()
    for _ in range(100):
        signal.connect(made(), sender, key="k", weak=False)
    assert len(signal.connections) == 1
    signal.disconnect(key="k")
    table = signal._table
    assert [*table._buckets, *table._senders, *table._senders_of, *table._pending] == []
