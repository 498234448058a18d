"""Signals that accept only plain functions, or only coroutine functions."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Coroutine
from functools import partial, partialmethod, wraps
from typing import Any, get_args
from unittest.mock import AsyncMock

import pytest

from tests.ways import AnySignal, finished
from typedsignals import (
    ANY,
    DeclarationError,
    DroppedReceiverWarning,
    NamedSignal,
    Namespace,
    Payload,
    ReceiverSignatureError,
    Signal,
)
from typedsignals._checking.kinds import Accepts


class Ping(Payload):
    number: int = 1


def plain(sender: object, **extra: object) -> str:
    return "plain"


async def awaited(sender: object, **extra: object) -> str:
    return "awaited"


def around(function: Callable[..., Any]) -> Callable[..., Any]:
    """Pass on what the function returns: a coroutine, if it is a coroutine function."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def around_async(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


class Plain:
    def __call__(self, sender: object, **extra: object) -> None: ...
    def method(self, sender: object, **extra: object) -> None: ...
    @staticmethod
    def static(sender: object, **extra: object) -> None: ...
    @classmethod
    def of_class(cls, sender: object, **extra: object) -> None: ...

    bound = partialmethod(method)


class Awaited:
    async def __call__(self, sender: object, **extra: object) -> None: ...
    async def method(self, sender: object, **extra: object) -> None: ...
    @staticmethod
    async def static(sender: object, **extra: object) -> None: ...
    @classmethod
    async def of_class(cls, sender: object, **extra: object) -> None: ...

    bound = partialmethod(method)


def kinds(function: Callable[..., Any], owner: Any) -> dict[str, Callable[..., Any]]:
    """Return callables of all kinds."""
    return {
        "function": function,
        "partial": partial(function, number=2),
        "partial of a partial": partial(partial(function), number=2),
        "object": owner,
        "method": owner.method,
        "static method": owner.static,
        "class method": owner.of_class,
        "bound method": owner.bound,
        "partial of an object": partial(owner),
        "partial of a method": partial(owner.method, number=2),
        "wrapper": (around_async if owner.__class__ is Awaited else around)(plain),
    }


PLAIN = kinds(plain, Plain())
AWAITED = kinds(awaited, Awaited()) | {"mock": AsyncMock()}
if sys.version_info >= (3, 12):
    AWAITED["marked"] = inspect.markcoroutinefunction(around(awaited))

SIGNALS: dict[str, Callable[[Accepts], AnySignal]] = {
    "with a payload": lambda accepts: Signal[Any, Any, ...](Ping, accepts=accepts),
    "without": lambda accepts: Signal[Any, Any, ...](accepts=accepts),
    "in a namespace": lambda accepts: Namespace("n").signal("ping", Ping, accepts=accepts),
    "by name": lambda accepts: Namespace("n").signal("ping", accepts=accepts),
    "of a sender": lambda accepts: Namespace("n").signal("ping", sender=str, accepts=accepts),
}
EACH_SIGNAL = pytest.mark.parametrize("made", SIGNALS.values(), ids=SIGNALS)


def connections(signal: AnySignal) -> list[object]:
    return [connection.receiver for connection in signal.connections]


@EACH_SIGNAL
@pytest.mark.parametrize("accepts", get_args(Accepts))
def test_a_signal_tells_what_it_accepts(made: Callable[[Accepts], AnySignal], accepts: Accepts) -> None:
    """As an attribute, however the signal is declared."""
    assert made(accepts).accepts == accepts


def test_a_signal_accepts_any_receiver_by_default() -> None:
    """And does not keep that for itself."""
    signal = Signal(Ping)
    assert signal.accepts == "any"
    assert "accepts" not in vars(signal)
    for receiver in (*PLAIN.values(), *AWAITED.values()):
        signal.connect(receiver, weak=False)
    assert len(signal.connections) == len(PLAIN) + len(AWAITED)


@EACH_SIGNAL
@pytest.mark.parametrize(("accepts", "taken", "refused"), [("sync", PLAIN, AWAITED), ("async", AWAITED, PLAIN)])
def test_receivers_of_the_other_kind_are_refused(
    made: Callable[[Accepts], AnySignal],
    accepts: Accepts,
    taken: dict[str, Callable[..., Any]],
    refused: dict[str, Callable[..., Any]],
) -> None:
    """Whatever kind of callable it is, and however it is connected; nothing is connected then."""
    signal = made(accepts)
    for receiver in taken.values():
        signal.connect(receiver, weak=False)
    before = connections(signal)
    assert len(before) == len(taken)
    for receiver in refused.values():
        with pytest.raises(ReceiverSignatureError, match=f"accepts='{accepts}'") as caught:
            signal.connect(receiver, weak=False)
        assert (caught.value.signal, caught.value.receiver) == (signal, receiver)
        with pytest.raises(ReceiverSignatureError), signal.connected_to(receiver):
            pass
        with pytest.raises(ReceiverSignatureError):
            signal.connect_via(ANY, priority=3)(receiver)
    assert connections(signal) == before


def test_the_error_names_the_receiver_and_says_what_to_do() -> None:
    """With its file and line."""
    signal: AnySignal = Signal(Ping, name="ping", accepts="sync")
    with pytest.raises(ReceiverSignatureError) as caught:
        signal.connect(awaited)
    line = awaited.__code__.co_firstlineno
    assert str(caught.value) == (
        f"receiver 'awaited' ({__file__}:{line}) cannot be connected to <Signal 'ping'>: it is a coroutine function, "
        "but the signal is declared with accepts='sync', as it is sent where nothing can be awaited; connect a plain "
        "function, which may start a task, or declare the signal with accepts='any'"
    )
    asynchronous: AnySignal = Signal(Ping, name="ping", accepts="async")
    with pytest.raises(ReceiverSignatureError) as caught:
        asynchronous.connect(plain)
    line = plain.__code__.co_firstlineno
    assert str(caught.value) == (
        f"receiver 'plain' ({__file__}:{line}) cannot be connected to <Signal 'ping'>: it is a plain function, but the "
        "signal is declared with accepts='async', so that no receiver blocks the event loop; write it as `async def`, "
        "or declare the signal with accepts='any'"
    )


@pytest.mark.parametrize("accepts", ["sync", "async"])
def test_a_receiver_of_the_right_kind_may_still_be_wrong(accepts: Accepts) -> None:
    """Its options and its parameters are checked as by any signal."""
    signal: Any = Signal(Ping, accepts=accepts)
    with pytest.raises(ReceiverSignatureError, match="priority= must be a number, not a str"):
        signal.connect(plain if accepts == "sync" else awaited, priority="high")
    assert signal.connections == ()


def test_with_the_payload_as_an_object_too() -> None:
    """The kind of receiver does not depend on what it gets."""

    async def receive(sender: object, payload: Ping) -> None: ...

    signal: AnySignal = Signal(Ping, accepts="sync")
    with pytest.raises(ReceiverSignatureError, match="accepts='sync'"):
        signal.connect(receive, as_payload=True)


def test_a_plain_wrapper_of_a_coroutine_function_is_accepted_as_either() -> None:
    """It may run the coroutine or return it, which cannot be seen from outside."""
    returning = around(awaited)

    @wraps(awaited)
    def running(*args: Any, **kwargs: Any) -> str:
        coroutine: Coroutine[Any, Any, str] = awaited(*args, **kwargs)
        return finished(coroutine)

    sync, asynchronous = Signal(Ping, accepts="sync"), Signal(Ping, accepts="async")
    sync.connect(running)
    asynchronous.connect(returning)
    asynchronous.connect(partial(returning), weak=False)
    assert sync.send(None) == [(running, "awaited")]
    assert [value for _, value in finished(asynchronous.send_async(None))] == ["awaited", "awaited"]
    endless = around(plain)
    endless.__wrapped__ = endless  # type: ignore[attr-defined]  # as `functools.wraps` sets it
    for neither in (around(plain), endless):
        with pytest.raises(ReceiverSignatureError):
            asynchronous.connect(neither)


def test_the_send_of_one_signal_may_receive_another() -> None:
    """The methods that send are of the kind that they seem."""
    other, sync, asynchronous = Signal(Ping), Signal(Ping, accepts="sync"), Signal(Ping, accepts="async")
    sync.connect(other.send)
    asynchronous.connect(other.send_async)
    for signal, send in ((sync, other.send_async), (asynchronous, other.send)):
        with pytest.raises(ReceiverSignatureError):
            signal.connect(send)


@pytest.mark.parametrize("accepts", ["both", None, True, ["sync"]])
def test_there_are_no_other_kinds(accepts: Any) -> None:
    """The error names the three; nothing is declared."""
    namespace = Namespace()
    for declare in (
        lambda: Signal(Ping, accepts=accepts),
        lambda: Signal(accepts=accepts),
        lambda: NamedSignal("ping", accepts=accepts),
        lambda: namespace.signal("ping", Ping, accepts=accepts),
    ):
        with pytest.raises(DeclarationError, match="accepts= must be 'any', 'sync' or 'async', not "):
            declare()
    assert list(namespace) == []


class TestDeclaredAgain:
    """Declarations that are executed again, and such that contradict."""

    def test_with_another_kind_it_contradicts(self) -> None:
        """The message shows both."""
        namespace = Namespace("n")
        signal = namespace.signal("ping", Ping, accepts="sync")
        assert namespace.signal("ping", Ping, accepts="sync") is namespace.signal("ping") is signal
        with pytest.raises(DeclarationError, match=r"with payload Ping and accepts='sync', and now with payload Ping;"):
            namespace.signal("ping", Ping)
        with pytest.raises(DeclarationError, match="and now with payload Ping and accepts='async'"):
            namespace.signal("ping", Ping, accepts="async")

    def test_a_signal_without_a_payload_contradicts_too(self) -> None:
        """To accept fewer kinds is part of a declaration; to say nothing only looks the signal up."""
        namespace = Namespace("n")
        signal = namespace.signal("ping")
        with pytest.raises(DeclarationError, match="with no payload, and now with no payload and accepts='sync'"):
            namespace.signal("ping", accepts="sync")
        assert namespace.signal("ping") is signal
        other = namespace.signal("pong", accepts="sync")
        assert isinstance(other, NamedSignal)
        assert namespace.signal("pong") is namespace.signal("pong", accepts="sync") is other

    @staticmethod
    def run(namespace: Namespace, accepts: str) -> AnySignal:
        """Execute a notebook cell that declares the signal and its payload."""
        names: dict[str, Any] = {"__name__": "__main__", "shop": namespace, "Payload": Payload}
        cell = f"class Placed(Payload):\n    x: int = 1\nsignal = shop.signal('placed', Placed, accepts={accepts!r})"
        exec(cell, names)  # noqa: S102 - written above
        signal: AnySignal = names["signal"]
        return signal

    def test_executed_again_it_is_followed(self) -> None:
        """Receivers of a kind that is no longer accepted are disconnected, with a warning at their line."""
        namespace = Namespace("shop")
        signal = self.run(namespace, "any")
        signal.connect(plain)
        signal.connect(awaited)
        with pytest.warns(DroppedReceiverWarning, match="it is a coroutine function") as warned:
            assert self.run(namespace, "sync") is signal
        assert (warned[0].filename, warned[0].lineno) == (__file__, awaited.__code__.co_firstlineno)
        assert signal.accepts == "sync"
        assert connections(signal) == [plain]
        with pytest.raises(ReceiverSignatureError):
            signal.connect(awaited)
        assert self.run(namespace, "any").accepts == "any"
        signal.connect(awaited)
        assert connections(signal) == [plain, awaited]
