"""Receivers that live as long as another object, which keeps them."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from tests.ways import AnyReceiver, AnySignal, Ping, Way, every_way, finished
from typedsignals import ANY, DeadReceiverWarning, Payload, ReceiverSignatureError, Signal, WeakReceiverError
from typedsignals._connecting.kept import NAME


class Widget:
    """Something that receivers live as long as."""

    def method(self, sender: object, payload: object = None, **extra: object) -> None: ...


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)

    number: int = 1


class Extensible(BaseModel):
    model_config = ConfigDict(extra="allow")

    number: int = 1


@dataclass(frozen=True)
class Record:
    number: int = 1


class Slotted:
    __slots__ = ("__weakref__",)

    def method(self, sender: object, payload: object = None, **extra: object) -> None: ...


class OnlyDict:
    __slots__ = ("__dict__",)


class NoReferences:
    """A callable object that Python cannot refer to weakly."""

    __slots__ = ()

    def __call__(self, sender: object, payload: object = None, **extra: object) -> None: ...


class Handle:
    """A proxy, by werkzeug's protocol."""

    def __init__(self, widget: object) -> None:
        self.widget = widget

    def _get_current_object(self) -> object:
        return self.widget


def function(sender: object, payload: object = None, **extra: object) -> None: ...


def made() -> Callable[..., None]:
    """Make a function that nothing else refers to."""

    def local(sender: object, payload: object = None, **extra: object) -> None: ...

    return local


def closure(over: object) -> Callable[..., object]:
    """Make a function that refers to an object, and that nothing else refers to."""

    def local(sender: object, payload: object = None, **extra: object) -> object:
        return over

    return local


def number_of(signal: AnySignal) -> int:
    """Count the connections."""
    return len(signal.connections)


def kept_by(widget: Any) -> list[AnyReceiver]:
    """List the receivers that an object keeps, each as often as it does."""
    return [held.receiver for held in widget.__dict__[NAME].receivers.values()]


def pickled(widget: Any) -> Any:
    return pickle.loads(pickle.dumps(widget))  # noqa: S301 - our own


def collected() -> None:
    gc.collect()


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """No receiver here is lost by mistake."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DeadReceiverWarning)
        yield
    assert caught == []


@every_way
@pytest.mark.parametrize("make", [lambda widget: made(), closure])
def test_a_receiver_lives_as_long_as_its_keeper(way: Way, make: Callable[[object], AnyReceiver]) -> None:
    """Even if nothing else refers to it, and if it refers to its keeper."""
    signal, widget = way.signal(), Widget()
    receiver = make(widget)
    way = Way(way.send, way.payload, {name: value for name, value in way.options.items() if name != "weak"})
    way.connect(signal, receiver, alive=widget)
    gone, receiver_gone = weakref.ref(widget), weakref.ref(receiver)
    del receiver
    collected()
    assert way.send(signal, None) == [receiver_gone()]
    del widget
    collected()
    assert (gone(), receiver_gone()) == (None, None)
    assert way.send(signal, None) == []
    assert number_of(signal) == 0


def test_without_a_cycle_it_dies_at_once_with_its_keeper() -> None:
    """The garbage collector is not needed."""
    signal, widget = Signal(), Widget()
    gc.disable()
    try:
        for _ in range(3):
            signal.connect(made(), alive=widget)
        assert number_of(signal) == 3
        del widget
        assert number_of(signal) == 0
    finally:
        gc.enable()
    table = signal._table
    assert [*table._buckets, *table._pending] == []


def test_a_coroutine_function_lives_as_long() -> None:
    """It is awaited."""

    async def local(sender: object, **extra: object) -> str:
        return "awaited"

    signal, widget = Signal(), Widget()
    signal.connect(local, alive=widget)
    del local
    collected()
    assert [value for _, value in finished(signal.send_async(None))] == ["awaited"]


def test_its_record_is_that_of_a_weak_connection() -> None:
    """The receiver may go."""
    signal, widget = Signal(), Widget()
    signal.connect(function, "x", alive=widget, priority=2, key="k")
    (made,) = signal.connections
    assert (made.receiver, made.sender, made.weak, made.priority, made.key) == (function, "x", True, 2, "k")
    assert list(signal.receivers_for("x")) == list(signal.receivers.values()) == [function]


def test_several_signals_may_share_a_receiver_and_its_keeper() -> None:
    """Each connection ends alone; all end with the keeper."""
    signals, widget = [Signal(), Signal(), Signal()], Widget()
    receiver = closure(widget)
    for signal in signals:
        signal.connect(receiver, alive=widget)
        signal.connect(receiver, "x", alive=widget)
    assert len(kept_by(widget)) == 6
    assert signals[0].disconnect(receiver)
    assert len(kept_by(widget)) == 4
    gone = weakref.ref(receiver)
    del receiver, widget
    collected()
    assert gone() is None
    assert [signal.connections for signal in signals] == [(), (), ()]


def test_nothing_is_left_of_connections_whose_keepers_have_died() -> None:
    """Even if the signal is never sent or looked at."""
    signal = Signal()
    signal.connect(made(), alive=Widget())
    signal.connect(made(), "x", alive=Widget())
    collected()
    table = signal._table
    assert [*table._buckets, *table._senders, *table._pending] == []


def test_a_receiver_may_live_as_long_as_several_keepers() -> None:
    """By a connection for each; the one that dies ends its own only."""
    signal, first, second = Signal(), Widget(), Widget()
    receiver = made()
    signal.connect(receiver, "x", alive=first)
    signal.connect(receiver, "y", alive=second)
    del receiver, first
    collected()
    assert [connection.sender for connection in signal.connections] == ["y"]


def again_weakly(signal: AnySignal, receiver: AnyReceiver) -> None:
    signal.connect(receiver, key="k")
    signal.send(None)


def again_strongly(signal: AnySignal, receiver: AnyReceiver) -> None:
    signal.connect(receiver, key="k", weak=False)
    assert signal.disconnect(key="k")


def again_for_another(signal: AnySignal, receiver: AnyReceiver) -> None:
    widget = Widget()
    signal.connect(receiver, key="k", alive=widget)
    assert len(kept_by(widget)) == 1


def replaced(signal: AnySignal, receiver: AnyReceiver) -> None:
    signal.connect(function, key="k")


ENDS: list[Callable[[AnySignal, AnyReceiver], object]] = [
    lambda signal, receiver: signal.disconnect(key="k"),
    lambda signal, receiver: signal.disconnect_all(),
    lambda signal, receiver: signal.send(None),  # by once=True
    again_weakly,
    again_strongly,
    again_for_another,
    replaced,
]


@pytest.mark.parametrize("end", ENDS)
def test_its_keeper_lets_go_of_it_when_the_connection_ends(end: Callable[[AnySignal, AnyReceiver], object]) -> None:
    """However it ends."""
    signal, widget, receiver = Signal[Any, Any, ...](), Widget(), made()
    gone = weakref.ref(receiver)
    signal.connect(receiver, alive=widget, key="k", once=True)
    assert kept_by(widget) == [receiver]
    end(signal, receiver)
    assert kept_by(widget) == []
    del receiver
    assert gone() is None


def test_its_keeper_lets_go_of_it_when_the_sender_dies() -> None:
    """The connection is gone then."""
    signal, widget, sender = Signal(), Widget(), Widget()
    signal.connect(made(), sender, alive=widget)
    assert len(kept_by(widget)) == 1
    del sender
    collected()
    assert kept_by(widget) == []


def test_its_keeper_lets_go_of_it_when_the_signal_dies() -> None:
    """A program's longest-lived object may keep receivers of signals that come and go."""
    signal, widget = Signal(Ping), Widget()
    signal.connect(made(), alive=widget)
    signal.send(None)
    assert len(kept_by(widget)) == 1
    del signal
    collected()
    assert kept_by(widget) == []


@every_way
def test_a_connection_without_alive_becomes_one_with_it(way: Way) -> None:
    """In its position; from then on, its receiver lives as long as the keeper."""
    signal, widget, receiver = way.signal(), Widget(), made()
    signal.connect(receiver, as_payload=way.options.get("as_payload", False))
    way.connect(signal, function)
    signal.connect(receiver, as_payload=way.options.get("as_payload", False), alive=widget)
    gone = weakref.ref(receiver)
    del receiver
    assert way.send(signal, None) == [gone(), function]
    del widget
    collected()
    assert way.send(signal, None) == [function]


def test_connecting_again_with_the_same_keeper_replaces_the_options() -> None:
    """The keeper keeps it once; a send that is under way still calls it."""
    signal, widget, receiver = Signal(), Widget(), made()

    def first(sender: object, **extra: object) -> None:
        signal.connect(receiver, alive=widget, priority=-1)

    signal.connect(first)
    signal.connect(receiver, alive=widget, priority=-2)
    assert [called for called, _ in signal.send(None)] == [first, receiver]
    assert kept_by(widget) == [receiver]
    assert [connection.priority for connection in signal.connections] == [0, -1]


def test_a_block_keeps_the_receiver_and_restores_its_lifetime() -> None:
    """Whether the block is about the same receiver or another one of its key."""
    signal, widget = Signal(), Widget()
    receiver = made()
    signal.connect(receiver, alive=widget, key="k", priority=1)
    before = signal.connections
    for other in (receiver, function):
        with signal.connected_to(other, key="k"):
            assert [(made.receiver, made.weak) for made in signal.connections] == [(other, False)]
        assert signal.connections == before
        assert kept_by(widget) == [receiver]
    del receiver, other, before
    collected()
    assert number_of(signal) == 1
    del widget
    collected()
    assert number_of(signal) == 0


def test_a_block_does_not_outlive_the_keeper_of_what_it_found() -> None:
    """What it would restore is gone then."""
    signal, widget = Signal(), Widget()
    signal.connect(function, alive=widget)
    with signal.connected_to(function):
        del widget
        collected()
        assert number_of(signal) == 1
    assert number_of(signal) == 0
    table = signal._table
    assert [*table._buckets, *table._temporary, *table._pending] == []


def test_a_method_of_another_object_keeps_that_alive_as_long() -> None:
    """The connection ends with the keeper."""
    signal, widget, other = Signal(), Widget(), Widget()
    signal.connect(other.method, alive=widget)
    gone = weakref.ref(other)
    del other
    collected()
    assert len(signal.send(None)) == 1
    del widget
    collected()
    assert (gone(), number_of(signal)) == (None, 0)


@pytest.mark.parametrize("keeper", [Widget, Slotted])
def test_a_method_of_the_keeper_itself_needs_no_keeping(keeper: Callable[[], Any]) -> None:
    """It lives as long by itself, and no cycle has to be found; so the object may also be one that cannot keep."""
    signal, widget = Signal(), keeper()
    signal.connect(widget.method, alive=widget)
    assert number_of(signal) == 1
    assert not hasattr(widget, NAME)
    gc.disable()
    try:
        del widget
        assert number_of(signal) == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("receiver", [NoReferences(), NoReferences().__call__, print])
def test_a_receiver_that_cannot_be_referred_to_weakly_can_be_kept(receiver: Any) -> None:
    """Its keeper can."""
    signal, widget = Signal(), Widget()
    signal.connect(receiver, alive=widget)
    assert [connection.receiver for connection in signal.connections] == [receiver]
    assert signal.disconnect(receiver)
    signal.connect(receiver, alive=widget)
    del widget
    collected()
    assert number_of(signal) == 0


def message_of(error: type[Exception], call: Callable[..., object], *arguments: Any, **options: Any) -> str:
    with pytest.raises(error) as caught:
        call(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("alive", "problem"),
    [
        (None, "None, which has no __dict__ to hold it"),
        ([], "a list, which has no __dict__ to hold it"),
        (Slotted(), "a Slotted, which has no __dict__ to hold it"),
        (OnlyDict(), "a OnlyDict, which has no __weakref__ slot"),
        (Widget, "a type, as it is a class"),
        (int, "a type, as it is a class"),
    ],
)
def test_what_cannot_keep_a_receiver_is_refused(alive: Any, problem: str) -> None:
    """Nothing is connected then."""
    signal = Signal(name="order")
    expected = (
        f"receiver 'function' ({__file__}:{function.__code__.co_firstlineno}) of <Signal 'order'> cannot be kept alive "
        f"by {problem}; pass alive= an object that can, or connect it with weak=False"
    )
    assert (
        message_of(WeakReceiverError, signal.connect, function, alive=alive).split("(")[1:] == expected.split("(")[1:]
    )
    assert message_of(WeakReceiverError, signal.connect_via(ANY, alive=alive), function)
    assert number_of(signal) == 0
    assert not getattr(alive, "__dict__", {}).keys() & {NAME}


def test_alive_and_weak_false_contradict_each_other() -> None:
    """Nothing is connected then, nor decorated."""
    signal, widget = Signal(name="order"), Widget()
    expected = (
        "a connection of <Signal 'order'> was given both alive= and weak=False; with alive=, the receiver lives as "
        "long as that object, with weak=False as long as the connection: choose one of them"
    )
    assert message_of(ReceiverSignatureError, signal.connect, function, weak=False, alive=widget) == expected
    assert message_of(ReceiverSignatureError, signal.connect_via, ANY, weak=False, alive=widget) == expected
    assert number_of(signal) == 0
    assert widget.__dict__ == {}


def test_a_receiver_that_does_not_fit_is_not_kept() -> None:
    """Nothing is half connected."""
    signal, widget = Signal(Ping), Widget()
    connect: Any = signal.connect
    for wrong in (lambda: None, 7):
        with pytest.raises(ReceiverSignatureError):
            connect(wrong, alive=widget)
    assert widget.__dict__ == {}


def test_a_decorator_keeps_the_function_as_long_as_an_object() -> None:
    """And not longer, as it would by itself."""
    signal, widget = Signal(), Widget()

    @signal.connect_via(ANY, alive=widget)
    def first(sender: object, **extra: object) -> None: ...

    @signal.connect_via("x", weak=True, alive=widget)
    def second(sender: object, **extra: object) -> None: ...

    del first, second
    collected()
    assert len(signal.send("x")) == 2
    del widget
    collected()
    assert signal.send("x") == []


def test_a_proxy_stands_for_its_object() -> None:
    """As it does where it is a sender."""
    signal, widget = Signal(), Widget()
    signal.connect(made(), alive=Handle(widget))
    collected()
    assert len(kept_by(widget)) == number_of(signal) == 1


def test_a_module_can_keep_receivers() -> None:
    """Those of a plugin, for example, until it is unloaded."""
    signal, module = Signal(), ModuleType("plugin")
    signal.connect(made(), alive=module)
    collected()
    assert number_of(signal) == 1
    del module
    collected()
    assert number_of(signal) == 0


def test_a_signal_can_keep_receivers() -> None:
    """Those that pass on what another one sends."""
    source, target = Signal(Ping), Signal(Ping)
    source.connect(target.send, alive=target)
    source.connect(closure(target), alive=target)
    got: list[int] = []

    def take(sender: object, number: int = 0) -> None:
        got.append(number)

    target.connect(take)
    source.send(None, number=3)
    assert got == [3]
    gone = weakref.ref(target)
    del target
    collected()
    assert (gone(), source.connections) == (None, ())


@pytest.mark.parametrize("kind", [Model, Extensible, Record])
def test_a_keeper_looks_as_it_did_before(kind: type[Any]) -> None:
    """To whoever compares, shows, hashes, copies or writes it."""
    signal, keeper, other = Signal(), kind(), kind()
    signal.connect(made(), alive=keeper)
    assert len(kept_by(keeper)) == 1
    assert keeper == other
    assert repr(keeper) == repr(other)
    assert pickled(keeper) == copy.copy(keeper) == copy.deepcopy(keeper) == other
    if kind is Record:
        assert asdict(keeper) == asdict(other)
    else:
        assert keeper.model_dump() == dict(keeper) == {"number": 1}
        assert keeper.model_dump_json() == other.model_dump_json()
        assert keeper.model_copy(update={"number": 2}) == kind(number=2)
        assert keeper.model_fields_set == set()
    if kind is not Extensible:
        assert hash(keeper) == hash(other)
    assert number_of(signal) == 1


@pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
def test_a_deep_copy_of_a_keeper_keeps_nothing(copied: Callable[[Any], Any]) -> None:
    """But can become a keeper itself. A pickled one does not need this package to be read."""
    signal, widget = Signal(), Widget()
    signal.connect(closure(widget), alive=widget)
    twin = copied(widget)
    assert vars(twin) == {NAME: None}
    assert number_of(signal) == 1
    assert b"typedsignals._" not in pickle.dumps(widget)
    signal.connect(function, "x", alive=twin)
    del widget
    collected()
    assert [connection.receiver for connection in signal.connections] == [function]
    del twin
    collected()
    assert number_of(signal) == 0


def test_a_shallow_copy_of_a_keeper_does_not_prolong_the_life_of_a_receiver() -> None:
    """Unless the receiver refers to the original, which then lives as long as its copy."""
    signal, widget = Signal(), Widget()
    signal.connect(made(), alive=widget)
    twin = copy.copy(widget)
    del widget
    collected()
    assert number_of(signal) == 0

    widget = Widget()
    signal.connect(closure(widget), alive=widget)
    gone = weakref.ref(widget)
    twin = copy.copy(widget)
    del widget
    collected()
    assert number_of(signal) == 1
    del twin
    collected()
    assert (gone(), number_of(signal)) == (None, 0)


def test_a_shallow_copy_becomes_a_keeper_of_its_own() -> None:
    """From then on, they share nothing."""
    signal, widget = Signal(), Widget()
    signal.connect(made(), "x", alive=widget)
    twin = copy.copy(widget)
    signal.connect(made(), "y", alive=twin)
    assert len(kept_by(widget)) == len(kept_by(twin)) == 1
    del twin
    collected()
    assert [connection.sender for connection in signal.connections] == ["x"]


def test_a_keeper_may_die_while_its_receiver_is_being_called() -> None:
    """Here something holds the receiver's place for longer; when the connection ends, nothing is left to let go of."""
    signal, widget = Signal(), Widget()
    signal.connect(function, alive=widget)
    held = [*widget.__dict__[NAME].receivers.values()]
    del widget
    collected()
    assert signal.disconnect(function)
    assert len(held) == 1


def test_connecting_and_disconnecting_leaves_nothing_with_the_keeper() -> None:
    """However often."""
    signal, widget = Signal(), Widget()
    for _ in range(1_000):
        receiver = closure(widget)
        signal.connect(receiver, alive=widget)
        signal.disconnect(receiver)
    assert kept_by(widget) == []
    assert sys.getsizeof(widget.__dict__[NAME].receivers) < 1_000


def test_threads_may_share_a_keeper() -> None:
    """No receiver is lost."""
    signal, widget = Signal(Payload), Widget()
    barrier = threading.Barrier(4)

    def work(keeper: Widget) -> None:
        barrier.wait()
        for _ in range(100):
            signal.connect(made(), alive=keeper)

    threads = [threading.Thread(target=work, args=[widget]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signal.send(None)) == len(kept_by(widget)) == 400
    del widget, thread, threads
    collected()
    assert signal.send(None) == []
