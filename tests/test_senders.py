"""Which sends count as sends by the sender that a receiver is connected to."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Hashable
from enum import IntEnum
from functools import partial
from typing import Any, NoReturn
from unittest.mock import MagicMock, Mock, call

import pytest
from werkzeug.local import LocalProxy

from tests.ways import Ping, Way, every_way
from typedsignals import ANY, SenderError, Signal
from typedsignals._identity import unwrapped
from typedsignals._validating.senders import MOST_KNOWN_TYPES


class Plain:
    """Something that sends."""

    def method(self) -> None: ...

    def other(self) -> None: ...

    def receive(self, sender: object) -> None: ...

    @classmethod
    def of_class(cls) -> None: ...


class Slotted:
    """Something that cannot be referred to weakly."""

    __slots__ = ("field",)

    def method(self) -> None: ...


class Hostile:
    """Every comparison raises an error."""

    def __eq__(self, other: object) -> NoReturn:
        raise AssertionError("compared")

    def __hash__(self) -> NoReturn:
        raise AssertionError("hashed")

    def __bool__(self) -> NoReturn:
        raise AssertionError("asked for its truth")

    def __len__(self) -> NoReturn:
        raise AssertionError("asked for its length")


class Chameleon:
    """Equals everything, and has the same hash."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Answering:
    """Has every attribute."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args: name


SENDERS: dict[str, object] = {
    "zero": 0,
    "one": 1,
    "minus one": -1,
    "True": True,
    "False": False,
    "None": None,
    "empty string": "",
    "string": "x",
    "bytes": b"x",
    "float": 0.5,
    "empty tuple": (),
    "tuple of zero": (0,),
    "list": [],
    "dict": {},
    "set": set(),
    "object": object(),
    "plain": Plain(),
    "slotted": Slotted(),
    "hostile": Hostile(),
    "chameleon": Chameleon(),
    "answering": Answering(),
    "mock": Mock(),
    "magic mock": MagicMock(),
    "mock of a string": Mock(spec=str),
    "mock of an integer": Mock(spec=int),
    "mock of a method": Mock(spec=Plain().method),
    "mock.call": call,
    "class": Plain,
    "type": type,
    "function": every_way,
    "builtin": print,
    "module": gc,
    "NotImplemented": NotImplemented,
    "Ellipsis": ...,
    "signal": Signal(),
}

each_sender = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS.keys())


def receiver(sender: object, payload: object = None, **extra: object) -> object:
    return sender


@every_way
def test_anything_can_be_a_sender(way: Way) -> None:
    """Its receivers are called for it, until they are disconnected from it, and for no other sender."""
    for sender in SENDERS.values():
        signal = way.signal()
        way.connect(signal, receiver, sender)
        assert way.send(signal, sender) == [receiver]
        assert all(way.send(signal, other) == [] for other in SENDERS.values() if other is not sender)
        assert signal.connections[0].sender is sender
        signal.disconnect(receiver, sender)
        assert way.send(signal, sender) == []
        assert signal.connections == ()


@each_sender
def test_every_receiver_gets_the_sender_itself(sender: object) -> None:
    """Whether it asked for this one or for any."""
    signal = Signal()
    signal.connect(receiver)
    assert signal.send(sender)[0][1] is sender
    signal.connect(receiver, sender)
    assert signal.send(sender)[0][1] is sender


@each_sender
def test_introspection_takes_anything_as_a_sender(sender: object) -> None:
    """`has_receivers_for` and `receivers_for` ask about any sender."""
    signal = Signal()
    assert not signal.has_receivers_for(sender)
    signal.connect(receiver, sender)
    assert signal.has_receivers_for(sender)
    assert list(signal.receivers_for(sender)) == [receiver]
    assert not signal.has_receivers_for(ANY)
    assert not signal.has_receivers_for(object())


@each_sender
def test_disconnecting_from_another_sender_changes_nothing(sender: object) -> None:
    """Nor does disconnecting another receiver from this one."""
    signal = Signal()
    signal.connect(receiver, sender)
    signal.disconnect(receiver, object())
    signal.disconnect(print, sender)
    assert [value for _, value in signal.send(sender)] == [sender]


def joined(*parts: str) -> str:
    """Make a new string object."""
    return "".join(parts)


class Name(str):
    """A string of a subclass, with its own comparison."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 1


class Colour(IntEnum):
    RED = 1


class Called(str):
    """A string that can be called."""

    __slots__ = ()

    def __call__(self) -> None: ...


class Title(str):
    """A string that can be referred to weakly."""


@pytest.mark.parametrize(
    ("connected", "sent"),
    [
        (joined("a", "bc"), joined("ab", "c")),
        (10**30, 10**29 * 10),
        (Name("abc"), "abc"),
        ("abc", Name("abc")),
        (Called("abc"), "abc"),
        (Colour.RED, 1),
        (1, Colour.RED),
    ],
)
def test_strings_and_integers_go_by_value(connected: object, sent: object) -> None:
    """Also those of subclasses."""
    signal = Signal()
    signal.connect(receiver, connected)
    assert signal.send(sent) == [(receiver, sent)]
    signal.disconnect(receiver, sent)
    assert signal.connections == ()


@pytest.mark.parametrize(
    ("connected", "sent"),
    [
        (0.5, float("0.5")),
        (1, True),
        (True, 1),
        (0, False),
        (False, 0),
        (0, None),
        ("", None),
        (1, 1.0),
        (1, "1"),
        (b"abc", "abc"),
        ((1, 2), tuple([1, 2])),
        ([], []),
        (frozenset({1}), frozenset([1])),
        (Chameleon(), Chameleon()),
        (0, ANY),
    ],
)
def test_everything_else_goes_by_identity(connected: object, sent: object) -> None:
    """Even if two senders are equal; and integers are neither ids nor booleans."""
    signal = Signal()
    signal.connect(receiver, connected)
    assert signal.send(sent) == []


def test_a_string_means_the_same_when_the_object_is_gone() -> None:
    """It is its value that receivers are connected to."""
    signal = Signal()
    signal.connect(receiver, Title("abc"))
    gc.collect()
    assert signal.send("abc") == [(receiver, "abc")]


def test_an_integer_is_not_mistaken_for_an_id() -> None:
    """The id of a sender, used as a sender, is another sender, and so is a method's pair of ids."""
    signal, sender = Signal(), Plain()
    signal.connect(receiver, sender)
    assert signal.send(id(sender)) == []
    assert signal.send((id(sender),)) == []
    signal.connect(receiver, sender.method)
    assert signal.send((id(Plain.method), id(sender))) == []


def test_a_bound_method_is_the_same_sender_each_time() -> None:
    """Python creates it anew at each access: the object and the function identify it."""
    signal, sender = Signal(), Plain()
    signal.connect(receiver, sender.method)
    gc.collect()
    assert len(signal.send(sender.method)) == 1
    assert signal.connections[0].sender == sender.method
    assert signal.send(sender.other) == []
    assert signal.send(Plain().method) == []
    signal.connect(receiver, Plain.of_class)
    assert len(signal.send(Plain.of_class)) == 1


def test_a_method_sender_goes_with_its_object() -> None:
    """It does not keep the object alive."""
    signal, sender = Signal(), Plain()
    signal.connect(receiver, sender.method)
    gone = weakref.ref(sender)
    del sender
    assert gone() is None
    assert signal.connections == ()


def test_a_method_of_a_slotted_object_is_kept_as_a_sender() -> None:
    """Because nothing could tell when it is gone."""
    signal, sender = Signal(), Slotted()
    signal.connect(receiver, sender.method)
    assert len(signal.send(sender.method)) == 1
    assert signal.connections[0].sender == sender.method


def test_a_sender_is_not_kept_alive() -> None:
    """And its connections end with it, even those of strongly held receivers."""
    signal, sender, kept = Signal(), Plain(), Plain()
    signal.connect(receiver, sender)
    signal.connect(lambda sender, **extra: None, sender, weak=False)
    signal.connect(receiver, kept)
    gone = weakref.ref(sender)
    del sender
    assert gone() is None
    assert [connection.sender for connection in signal.connections] == [kept]


def test_a_sender_in_a_cycle_goes_with_the_cycle() -> None:
    """Even one that has a receiver of its own."""
    signal, sender = Signal(), Plain()
    sender.itself = sender  # type: ignore[attr-defined]
    signal.connect(sender.receive, sender, weak=True)
    del sender
    gc.collect()
    assert signal.connections == ()


@pytest.mark.parametrize("make", [list, dict, Slotted, lambda: float("0.25"), lambda: tuple([1, 2])])
def test_a_sender_that_cannot_be_referred_to_weakly_is_kept(make: Callable[[], object]) -> None:
    """By its connection, so no new object can have its id and be taken for it."""
    signal = Signal()
    signal.connect(receiver, make())
    assert all(signal.send(make()) == [] for _ in range(100))
    (connection,) = signal.connections
    assert len(signal.send(connection.sender)) == 1


def test_a_kept_sender_is_let_go_with_its_last_connection() -> None:
    """Only the connection keeps it."""
    signal, witness = Signal(), Plain()
    gone = weakref.ref(witness)
    sender: tuple[Plain] = (witness,)
    signal.connect(receiver, sender)
    signal.connect(print, sender)
    signal.disconnect(receiver, sender)
    del witness, sender
    assert gone() is not None
    signal.disconnect(print)
    assert gone() is None


def test_the_id_of_a_dead_sender_means_nothing() -> None:
    """A new object at its address is a new sender, even after sends from the dead one were prepared."""
    signal = Signal()
    ids = set[Hashable]()
    reused = 0
    while not reused and len(ids) < 100_000:
        sender = Plain()
        reused = id(sender) in ids
        ids.add(id(sender))
        assert signal.send(sender) == []
        signal.connect(receiver, sender)
        assert len(signal.send(sender)) == 1
        del sender
    assert reused
    assert signal.connections == ()


def test_the_id_of_a_dead_method_sender_means_nothing() -> None:
    """As for its object."""
    signal = Signal()
    for _ in range(200):
        sender = Plain()
        assert signal.send(sender.method) == []
        signal.connect(receiver, sender.method)
        assert len(signal.send(sender.method)) == 1
        del sender


def test_a_receiver_for_any_and_for_a_sender_is_called_once() -> None:
    """At its earlier position, with that connection's options."""
    signal, calls = Signal(Ping), list[str]()

    def both(sender: object, payload: Ping | None = None, **extra: object) -> None:
        calls.append("keywords" if payload is None else "payload")

    def between(sender: object, **extra: object) -> None:
        calls.append("between")

    signal.connect(both)
    signal.connect(between)
    signal.connect(both, "x", as_payload=True)
    assert len(signal.send("x")) == 2
    assert calls == ["keywords", "between"]
    signal.connect(both, "x", as_payload=True, priority=1)
    signal.send("x")
    assert calls[2:] == ["payload", "between"]
    signal.send("y")
    assert calls[4:] == ["keywords", "between"]


def test_receivers_for_any_and_for_a_sender_share_one_order() -> None:
    """That of their connection."""
    signal, calls = Signal(), list[str]()
    signal.connect(lambda sender, **extra: calls.append("a"), "x", weak=False)
    signal.connect(lambda sender, **extra: calls.append("b"), weak=False)
    signal.connect(lambda sender, **extra: calls.append("c"), "x", weak=False)
    signal.send("x")
    assert calls == ["a", "b", "c"]


def test_disconnecting_from_any_disconnects_from_all() -> None:
    """Disconnecting from one sender leaves the others, and ANY."""
    signal, kept = Signal(), Plain()
    for sender in ("x", 3, kept, ANY, None):
        signal.connect(receiver, sender)
    signal.connect(print, "x")
    signal.disconnect(receiver, "x")
    assert [connection.sender for connection in signal.connections] == [3, kept, ANY, None, "x"]
    signal.disconnect(receiver)
    assert [connection.receiver for connection in signal.connections] == [print]
    signal.disconnect(receiver)


# Proxies


def proxy_of(target: object) -> Any:
    """A proxy like Flask's ``current_app``."""
    return LocalProxy(lambda: target)


@every_way
def test_a_proxy_is_the_object_behind_it(way: Way) -> None:
    """In `connect`, `send` and `disconnect`."""
    for sender in SENDERS.values():
        signal = way.signal()
        way.connect(signal, receiver, proxy_of(sender))
        assert way.send(signal, sender) == [receiver]
        assert way.send(signal, proxy_of(sender)) == [receiver]
        assert signal.has_receivers_for(proxy_of(sender))
        signal.disconnect(receiver, proxy_of(sender))
        assert way.send(signal, sender) == []


@each_sender
def test_receivers_get_what_is_behind_a_proxy(sender: object) -> None:
    """Never the proxy, whoever sent before."""
    signal = Signal()
    signal.connect(receiver)
    for _ in range(2):
        assert signal.send(proxy_of(sender))[0][1] is sender
        assert signal.send(sender)[0][1] is sender


def test_a_proxy_is_asked_anew_at_each_send() -> None:
    """It may stand for another object each time."""
    signal, targets = Signal(), [Plain(), Plain()]
    signal.connect(receiver)
    proxy: Any = LocalProxy(lambda: targets[0])
    assert signal.send(proxy)[0][1] is targets[0]
    targets.reverse()
    assert signal.send(proxy)[0][1] is targets[0]


def test_a_proxy_of_a_proxy_is_the_object_behind_both() -> None:
    """And afterwards, no proxy is taken for a sender."""
    signal, sender = Signal(), Plain()
    signal.connect(receiver)
    for _ in range(2):
        assert signal.send(proxy_of(proxy_of(sender)))[0][1] is sender
        assert signal.send(proxy_of(sender))[0][1] is sender
    assert signal.connect(print, proxy_of(proxy_of(sender))) is print
    assert signal.connections[1].sender is sender
    signal.disconnect(print, proxy_of(proxy_of(sender)))
    assert len(signal.connections) == 1


def test_a_proxy_of_itself_is_itself() -> None:
    """An object may have the method of a proxy, for code that does not know whether it has one."""

    class Own:
        def _get_current_object(self) -> Own:
            return self

    signal, sender = Signal(), Own()
    signal.connect(receiver, sender)
    assert signal.send(sender)[0][1] is sender
    assert signal.send(Own()) == []


def test_an_unbound_proxy_says_so() -> None:
    """With its own error, and no receiver is called."""
    signal = Signal()
    signal.connect(receiver)

    def nothing() -> NoReturn:
        raise RuntimeError("working outside of application context")

    proxy: Any = LocalProxy(nothing)
    with pytest.raises(RuntimeError, match="outside of application context"):
        signal.send(proxy)
    with pytest.raises(RuntimeError, match="outside of application context"):
        signal.connect(receiver, proxy)
    assert len(signal.connections) == 1


def test_a_dead_proxied_sender_takes_its_connections() -> None:
    """The connection refers to the object, not to the proxy."""
    signal = Signal()
    targets = [Plain()]
    proxy: Any = LocalProxy(lambda: targets[0])
    signal.connect(receiver, proxy)
    targets.clear()
    assert signal.connections == ()


# Declared sender types


class Shop: ...


class Branch(Shop): ...


typed: Signal[Ping, Shop, Any] = Signal(Ping, sender=Shop)


@every_way
def test_only_instances_of_the_declared_type_may_send(way: Way) -> None:
    """Whatever was sent before; otherwise no receiver is called."""
    payload: Any = way.payload
    signal: Any = Signal(payload, sender=Shop) if payload else Signal(sender=Shop)
    way.connect(signal, receiver)
    for good in (Shop(), Branch(), proxy_of(Branch())):
        assert way.send(signal, good) == [receiver]
    for bad in (None, 0, "shop", object(), Shop, proxy_of("shop"), ANY):
        with pytest.raises(SenderError, match="must be of type Shop, got"):
            way.send(signal, bad)
    assert way.send(signal, Shop()) == [receiver]


def test_receivers_are_connected_to_instances_of_the_declared_type() -> None:
    """Or to ANY; a receiver for another sender could never be called."""
    signal = Signal(Ping, sender=Shop)
    shop = Shop()
    signal.connect(receiver, shop)
    signal.connect(receiver, ANY)
    bad: Any = "shop"
    with pytest.raises(SenderError) as caught:
        signal.connect(receiver, bad)
    assert (caught.value.signal, caught.value.sender) == (signal, "shop")
    with pytest.raises(SenderError):
        signal.connected_to(receiver, bad).__enter__()
    assert len(signal.connections) == 2
    signal.disconnect(receiver, "shop")


def test_what_counts_as_an_instance_may_depend_on_the_instance() -> None:
    """A class that decides by instance is asked about each of them."""

    class ByName(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return getattr(instance, "good", False)

    class Named(metaclass=ByName): ...

    good, bad = Plain(), Plain()
    good.good = True  # type: ignore[attr-defined]
    signal: Any = Signal(sender=Named)
    signal.send(good)
    with pytest.raises(SenderError):
        signal.send(bad)


def test_a_mock_of_the_declared_type_may_send() -> None:
    """Mocks with a specification are instances of it, according to isinstance."""
    signal = Signal(sender=Shop)
    signal.connect(receiver)
    mock = Mock(spec=Shop)
    assert signal.send(mock)[0][1] is mock


def other_receiver(sender: object, payload: object = None, **extra: object) -> object:
    return sender


@every_way
@pytest.mark.parametrize("sender", ["connected", "other"])
def test_a_receiver_of_all_senders_is_called_as_soon_as_it_is_connected(way: Way, sender: str) -> None:
    """By the next send of every sender, whichever sent before, and only while it is connected."""
    signal = way.signal()
    way.connect(signal, receiver, "connected")
    before = way.send(signal, sender)
    way.connect(signal, other_receiver)
    assert way.send(signal, sender) == [*before, other_receiver]
    signal.disconnect(other_receiver)
    assert way.send(signal, sender) == before


@every_way
def test_a_receiver_of_one_sender_is_called_as_soon_as_it_is_connected(way: Way) -> None:
    """By the next send of that one, and by no other's."""
    signal = way.signal()
    way.connect(signal, receiver, "first")
    assert [way.send(signal, sender) for sender in ("first", "second")] == [[receiver], []]
    way.connect(signal, other_receiver, "second")
    assert [way.send(signal, sender) for sender in ("first", "second")] == [[receiver], [other_receiver]]
    signal.disconnect(other_receiver, "second")
    assert [way.send(signal, sender) for sender in ("first", "second")] == [[receiver], []]


class Unhashable(type):
    """A class of classes that can neither be compared nor put into a set."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(cls, other: object) -> bool:
        raise AssertionError("compared")


class Whole(int):
    """A third type of senders."""


def type_name(sender: object) -> str:
    return type(sender).__name__


def test_senders_of_any_number_of_types_can_send_in_turn() -> None:
    """Even if only a few types are remembered, and whatever the classes of the types do."""
    types, signal = [Unhashable(name, (), {}) for name in "ABC"], Signal[Any, Any, ...]()
    signal.connect(type_name)
    for _ in range(3):
        assert [signal.send(each())[0][1] for each in types for _ in range(2)] == [*"AABBCC"]


def test_what_a_signal_remembers_of_many_types_of_senders_changes_nothing() -> None:
    """Receivers get the sender, or what is behind a proxy, and others are refused."""
    types: list[type[Shop]] = [type(f"Shop{number}", (Shop,), {}) for number in range(MOST_KNOWN_TYPES + 2)]
    signal, senders, received = Signal(sender=Shop), [kind() for kind in types], list[object]()
    signal.connect(lambda sender, **extra: received.append(sender), weak=False)
    for sender in (*senders, *reversed(senders), *senders[::3]):
        signal.send(sender)
        proxy: Any = LocalProxy(partial(unwrapped, sender))
        signal.send(proxy)
        assert received[-2:] == [sender, sender]
        assert type(received[-1]) is type(sender)
        with pytest.raises(SenderError):
            signal.send(object())  # type: ignore[arg-type]
    assert len(received) == 2 * (2 * len(types) + len(senders[::3]))


def test_a_signal_keeps_few_types_of_senders_alive() -> None:
    """Those that it saw last."""
    signal, kinds = Signal[Any, Any, ...](), list[weakref.ref[type]]()
    for number in range(3 * MOST_KNOWN_TYPES):
        kind = type(f"Sender{number}", (), {})
        signal.send(kind())
        kinds.append(weakref.ref(kind))
    del kind
    gc.collect()
    assert sum(kind() is not None for kind in kinds) <= MOST_KNOWN_TYPES


def test_senders_of_wrong_types_are_refused_each_time() -> None:
    """Between senders of types that are remembered."""
    signal = Signal[Any, Any, ...](sender=int)
    signal.connect(type_name)
    for right in (1, True, 2, Whole(3)) * 2:
        assert signal.send(right)[0][1] == type(right).__name__
        for wrong in ("x", 1.5, None):
            with pytest.raises(SenderError):
                signal.send(wrong)


def test_sends_take_their_shortcut_again_once_no_receiver_is_for_one_sender() -> None:
    """What they knew of the receivers of all senders they find out anew."""
    signal = Signal()
    signal.connect(receiver)
    signal.connect(print, "x")
    signal.send("y")
    assert signal._table.common is None
    signal.disconnect(print, "x")
    signal.send("y")
    assert signal._table.common is not None
