"""What Blinker 1.9 documents of its signals, checked for its signals and ours, and where it is wrong and ours are not.

`TestContract` is run with both. Where they differ on purpose, a test says how.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import blinker
import blinker.base
import pytest

import typedsignals
from tests.ways import finished


class Sender: ...


class Listener:
    def __init__(self) -> None:
        self.got: list[object] = []

    def receive(self, sender: object, **fields: object) -> None:
        self.got.append((sender, fields))


@pytest.mark.parametrize("name", blinker.__all__)
def test_what_blinker_exports_has_the_same_name(name: str) -> None:
    """From wherever clients import it: from `blinker`, or from `blinker.base` as older ones do."""
    assert getattr(blinker.base, name) is getattr(blinker, name)
    assert name in typedsignals.__all__


@pytest.fixture(params=[blinker, typedsignals], ids=["blinker", "typedsignals"])
def library(request: pytest.FixtureRequest) -> Any:
    """The same names of both libraries."""
    return request.param


@pytest.fixture
def signal(library: Any) -> Any:
    """A signal without a payload."""
    return library.Signal()


def echo(sender: object, **fields: object) -> object:
    return sender, fields


def note(calls: list[int], number: int, sender: object) -> None:
    calls.append(number)


def called(results: list[tuple[Any, Any]]) -> set[Any]:
    return {receiver for receiver, _ in results}


class TestContract:
    """Behaviour that both share."""

    def test_send_gives_receivers_and_their_values(self, signal: Any) -> None:
        """The sender by position, the rest as keywords."""
        assert signal.connect(echo) is echo
        assert signal.send("x", a=1) == [(echo, ("x", {"a": 1}))]
        assert signal.send() == [(echo, (None, {}))]
        assert signal.send(None) == [(echo, (None, {}))]

    def test_keywords_may_have_any_name(self, signal: Any) -> None:
        """Also those of the methods' own parameters."""
        names = {"self": 1, "receiver": 2, "weak": 3, "signal": 4, "_sender": 5, "_results": 6}

        def receiver(who: object, /, **fields: object) -> object:
            return fields

        signal.connect(receiver)
        assert signal.send("x", sender=0, **names) == [(receiver, {"sender": 0, **names})]

    def test_no_receivers_is_no_error(self, signal: Any) -> None:
        """And gives an empty list."""
        assert signal.send("x", a=1) == []
        assert finished(signal.send_async("x", a=1)) == []

    def test_a_receiver_is_called_once_for_each_send(self, signal: Any) -> None:
        """However often it was connected, to ANY or to the sender."""
        for sender in (signal.ANY, "x", "x", signal.ANY):
            signal.connect(echo, sender=sender)
        assert len(signal.send("x")) == 1

    def test_receivers_of_one_sender(self, signal: Any) -> None:
        """Are called for that one only."""
        one, two = Sender(), Sender()
        listener = Listener()
        signal.connect(echo, sender=one)
        signal.connect(listener.receive, two)
        assert called(signal.send(one)) == {echo}
        assert called(signal.send(two)) == {listener.receive}
        assert signal.send(Sender()) == []
        signal.connect(echo, sender=two)
        assert called(signal.send(two)) == {echo, listener.receive}

    def test_connect_takes_positions(self, signal: Any) -> None:
        """Receiver, sender, weak."""
        signal.connect(Listener().receive, signal.ANY, False)
        signal.connect(Listener().receive, "x", True)
        gc.collect()
        assert len(signal.send("x")) == 1

    def test_strings_and_integers_are_senders_by_value(self, signal: Any) -> None:
        """Other objects by identity."""
        signal.connect(echo, sender=str(b"ab", "ascii"))
        assert len(signal.send("ab")) == 1
        signal.connect(echo, sender=10**20)
        assert len(signal.send(10**19 * 10)) == 1
        listed: list[int] = []
        signal.connect(echo, sender=listed)
        assert len(signal.send(listed)) == 1
        assert signal.send([]) == []

    def test_none_is_a_sender(self, signal: Any) -> None:
        """Its receivers are called by a send without a sender."""
        signal.connect(echo, sender=None)
        assert len(signal.send()) == 1
        assert signal.send("x") == []

    def test_disconnect(self, signal: Any) -> None:
        """From one sender, or from all; from what it is not connected to, without effect."""
        listener = Listener()
        for sender in ("x", "y", "z"):
            signal.connect(echo, sender=sender)
        signal.connect(listener.receive)
        signal.disconnect(echo, sender="x")
        assert called(signal.send("x")) == {listener.receive}
        assert called(signal.send("y")) == {echo, listener.receive}
        signal.disconnect(echo)
        assert called(signal.send("z")) == {listener.receive}
        signal.disconnect(echo)
        signal.disconnect(listener.receive)
        assert not signal.receivers

    def test_weak_methods_go_with_their_object(self, signal: Any) -> None:
        """And are not receivers any longer."""
        listener = Listener()
        signal.connect(listener.receive)
        gc.collect()
        assert len(signal.send("x")) == 1
        del listener
        gc.collect()
        assert signal.send("x") == []
        assert not signal.receivers

    def test_strong_receivers_stay(self, signal: Any) -> None:
        """With ``weak=False``."""
        signal.connect(Listener().receive, weak=False)
        signal.connect(lambda sender: None, weak=False)
        gc.collect()
        assert len(signal.send("x")) == 2

    def test_senders_go_with_their_connections(self, signal: Any) -> None:
        """They are not kept alive."""
        sender = Sender()
        signal.connect(echo, sender=sender)
        assert signal.has_receivers_for(sender)
        del sender
        gc.collect()
        assert not any(signal.has_receivers_for(Sender()) for _ in range(10))

    def test_connect_via(self, signal: Any) -> None:
        """Connects for one sender, and strongly unless told otherwise."""

        def connect(weak: bool) -> None:
            @signal.connect_via("x", weak)  # type: ignore[untyped-decorator]  # of either library
            def receiver(sender: object) -> None: ...

            assert receiver.__name__ == "receiver"
            assert len(signal.send("x")) >= 1

        connect(weak=False)
        gc.collect()
        assert len(signal.send("x")) == 1
        assert signal.send("y") == []
        connect(weak=True)
        gc.collect()
        assert len(signal.send("x")) == 1

    def test_connected_to(self, signal: Any) -> None:
        """Connects for a block, even if the block raises."""
        with signal.connected_to(echo):
            assert len(signal.send("x")) == 1
        assert signal.send("x") == []
        with signal.connected_to(echo, sender="x"):
            assert signal.send("y") == []
            assert len(signal.send("x")) == 1
        with pytest.raises(KeyError), signal.connected_to(echo, sender="x"):
            raise KeyError
        assert signal.send("x") == []
        with signal.connected_to(lambda sender: "held"):
            gc.collect()
            assert [value for _, value in signal.send("x")] == ["held"]

    def test_muted(self, signal: Any) -> None:
        """Silences for a block, even if the block raises."""
        signal.connect(echo)
        with signal.muted():
            assert signal.is_muted
            assert signal.send("x") == []
            assert finished(signal.send_async("x")) == []
        with pytest.raises(KeyError), signal.muted():
            raise KeyError
        assert not signal.is_muted
        assert len(signal.send("x")) == 1

    def test_introspection(self, signal: Any) -> None:
        """`receivers` for its truth, `has_receivers_for`, `receivers_for`."""
        listener = Listener()
        assert not signal.receivers
        assert not signal.has_receivers_for("x")
        assert list(signal.receivers_for("x")) == []
        signal.connect(echo, sender="x")
        assert signal.receivers
        assert signal.has_receivers_for("x")
        assert not signal.has_receivers_for("y")
        assert not signal.has_receivers_for(signal.ANY)
        signal.connect(listener.receive)
        assert signal.has_receivers_for("y")
        assert signal.has_receivers_for(signal.ANY)
        assert set(signal.receivers_for("x")) == {echo, listener.receive}
        assert list(signal.receivers_for("y")) == [listener.receive]

    def test_exceptions_propagate(self, signal: Any) -> None:
        """The first ends the send."""

        def failing(sender: object) -> None:
            raise KeyError

        signal.connect(failing)
        with pytest.raises(KeyError):
            signal.send("x")

    def test_meta_signals(self, signal: Any) -> None:
        """`receiver_connected` and `receiver_disconnected` pass the arguments on."""
        told: list[object] = []

        def connected_listener(signal: object, /, **details: object) -> None:
            told.append((signal, details))

        signal.receiver_connected.connect(connected_listener)
        signal.receiver_disconnected.connect(connected_listener)
        signal.connect(echo, sender="x", weak=False)
        signal.disconnect(echo, sender="x")
        assert told == [
            (signal, {"receiver": echo, "sender": "x", "weak": False}),
            (signal, {"receiver": echo, "sender": "x"}),
        ]

    def test_coroutine_receivers(self, signal: Any) -> None:
        """`send_async` awaits them; `send` refuses them, unless it is given a wrapper."""

        async def receiver(sender: object, **fields: object) -> object:
            return fields

        signal.connect(receiver)
        assert asyncio.run(signal.send_async("x", a=1)) == [(receiver, {"a": 1})]
        with pytest.raises(RuntimeError):
            signal.send("x")

        def wrapper(function: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *args, **kwargs: asyncio.run(function(*args, **kwargs))

        assert signal.send("x", _async_wrapper=wrapper, a=1) == [(receiver, {"a": 1})]

    def test_plain_receivers_in_send_async(self, signal: Any) -> None:
        """Through a wrapper that turns them into coroutine functions."""

        def wrapper(function: Callable[..., Any]) -> Callable[..., Any]:
            async def call(*args: object, **kwargs: object) -> object:
                return function(*args, **kwargs)

            return call

        signal.connect(echo)
        results = asyncio.run(signal.send_async("x", _sync_wrapper=wrapper, a=1))
        assert results == [(echo, ("x", {"a": 1}))]

    def test_docs_and_names(self, library: Any) -> None:
        """A string given to a signal is its documentation."""
        assert library.Signal("Meaning.").__doc__ == library.Signal(doc="Meaning.").__doc__ == "Meaning."
        named = library.Namespace().signal("ready", "Meaning.")
        assert (named.name, named.__doc__) == ("ready", "Meaning.")
        assert "ready" in repr(named)
        assert isinstance(named, library.NamedSignal)
        assert isinstance(named, library.Signal)

    def test_namespaces(self, library: Any) -> None:
        """The same name is the same signal, in one namespace; there is a default one."""
        namespace, other = library.Namespace(), library.Namespace()
        assert namespace.signal("ready") is namespace.signal("ready")
        assert namespace.signal("ready") is namespace["ready"]
        assert namespace.signal("ready") is not other.signal("ready")
        assert list(namespace) == ["ready"]
        assert library.signal("compatibility") is library.default_namespace["compatibility"]

    def test_any(self, library: Any) -> None:
        """Is a constant of the library and of its signals."""
        assert library.Signal.ANY is library.ANY
        assert library.Signal().ANY is library.ANY
        assert repr(library.ANY) == "ANY"


class TestDifferences:
    """Where Blinker is wrong, or does less; the first half of each test checks that it still is so."""

    def test_a_meta_receiver_that_cannot_be_called_is_refused(self) -> None:
        """Blinker connects it, and each `connect` fails afterwards, because `sender` is given twice."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        theirs.receiver_connected.connect(echo)  # type: ignore[arg-type]  # wrong on purpose
        with pytest.raises(TypeError, match="multiple values for argument 'sender'"):
            theirs.connect(called)
        with pytest.raises(typedsignals.ReceiverSignatureError, match="its first parameter gets the sender"):
            ours.receiver_connected.connect(echo)
        ours.connect(called)

    def test_muted_blocks_nest(self) -> None:
        """Blinker's inner block ends the silence of the outer."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        theirs.connect(echo)
        ours.connect(echo)
        with theirs.muted():
            with theirs.muted():
                pass
            assert len(theirs.send("x")) == 1
        with ours.muted():
            with ours.muted():
                pass
            assert ours.send("x") == []

    def test_connected_to_leaves_what_it_found(self) -> None:
        """Blinker's disconnects the receiver from all senders, though it connected it to one."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        for library_signal in (theirs, ours):
            library_signal.connect(echo, sender="y")
            with library_signal.connected_to(echo, sender="x"):
                pass
        assert theirs.send("y") == []
        assert len(ours.send("y")) == 1

    def test_zero_is_a_sender(self) -> None:
        """Blinker mistakes it for ANY, and an assertion fails."""
        with pytest.raises(AssertionError):
            blinker.Signal().connect(echo, sender=0)
        ours = typedsignals.Signal()
        ours.connect(echo, sender=0)
        assert len(ours.send(0)) == 1
        assert ours.send(1) == ours.send(False) == []

    def test_the_id_of_an_unhashable_sender_is_not_used_again(self) -> None:
        """Blinker neither keeps a list alive nor notices its end, so it may mistake another list for it."""

        def mistaken(kind: Any) -> bool:
            # That a list gets the address of one that is gone is not certain, but likely each time.
            for signal in [kind() for _ in range(100)]:
                signal.connect(echo, sender=[])
                if any(signal.send([]) for _ in range(100)):
                    return True
            return False

        assert mistaken(blinker.Signal)
        assert not mistaken(typedsignals.Signal)

    def test_true_is_not_one(self) -> None:
        """To Blinker, they are the same sender."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        theirs.connect(echo, sender=1)
        ours.connect(echo, sender=1)
        assert len(theirs.send(True)) == 1
        assert ours.send(True) == []

    def test_callable_objects_with_an_async_call_are_awaited(self) -> None:
        """Blinker calls them as plain receivers, and nothing awaits the result."""

        class Called:
            async def __call__(self, sender: object) -> str:
                return "awaited"

        receiver = Called()
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        theirs.connect(receiver)
        ours.connect(receiver)
        ((_, value),) = theirs.send("x")
        assert inspect.iscoroutine(value)
        value.close()
        assert finished(ours.send_async("x")) == [(receiver, "awaited")]
        with pytest.raises(typedsignals.AsyncReceiverError):
            ours.send("x")

    def test_send_async_calls_plain_receivers(self) -> None:
        """Blinker refuses them without a wrapper."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        theirs.connect(echo)
        ours.connect(echo)
        with pytest.raises(RuntimeError):
            finished(theirs.send_async("x"))
        assert finished(ours.send_async("x")) == [(echo, ("x", {}))]

    def test_no_receiver_runs_when_one_cannot(self) -> None:
        """Blinker calls those that come before the coroutine function, in an order that it does not define."""
        calls: list[str] = []

        async def receiver(sender: object) -> None: ...

        ours = typedsignals.Signal()
        ours.connect(lambda sender, **fields: calls.append("first"), weak=False)
        ours.connect(receiver)
        with pytest.raises(typedsignals.AsyncReceiverError):
            ours.send("x")
        assert calls == []

    def test_receivers_are_called_in_order(self) -> None:
        """Blinker's order is that of a set of ids."""
        ours, calls = typedsignals.Signal(), list[int]()
        for number in range(50):
            ours.connect(partial(note, calls, number), weak=False)
        ours.send("x")
        assert calls == [*range(50)]

    def test_each_connection_decides_how_its_receiver_is_held(self) -> None:
        """In Blinker, the last connection decides for all senders."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()

        def connect(signal: Any) -> None:
            listener = Listener()
            signal.connect(listener.receive, "x", weak=False)
            signal.connect(listener.receive, "y", weak=True)

        connect(theirs)
        connect(ours)
        gc.collect()
        assert theirs.send("x") == []
        assert len(ours.send("x")) == len(ours.send("y")) == 1

    def test_a_lost_receiver_causes_a_warning(self) -> None:
        """In Blinker, a local function that is connected weakly vanishes silently."""

        def lose(signal: Any) -> Iterator[object]:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                signal.connect(lambda sender: None)
            return (warning.category for warning in caught)

        assert list(lose(blinker.Signal())) == []
        assert list(lose(typedsignals.Signal())) == [typedsignals.DeadReceiverWarning]

    def test_nothing_is_left_of_dead_connections(self) -> None:
        """Blinker keeps an empty set for each receiver and sender that is gone."""
        theirs, ours = blinker.Signal(), typedsignals.Signal()
        for number in range(100):
            for signal in (theirs, ours):
                signal.connect(echo, number + 1)
                signal.disconnect(echo, number + 1)
        assert len(vars(theirs)["_by_sender"]) == 100
        assert ours._table._buckets == {}
