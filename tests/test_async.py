"""Coroutine receivers are recognised and awaited in order, on any event loop."""

from __future__ import annotations

import asyncio
import gc
import inspect
import types
from collections.abc import Callable, Coroutine, Generator
from functools import partial, partialmethod, wraps
from types import MethodType
from typing import Any
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec

import anyio
import anyio.lowlevel
import pytest
import wrapt
from pydantic import BaseModel, field_validator

from tests.ways import AnyReceiver, AnySignal, CheckedPing, Ping, finished
from typedsignals import AsyncReceiverError, Payload, PayloadError, Signal

pytestmark = pytest.mark.usefixtures("code")


async def function(sender: object, payload: object = None, **extra: object) -> str:
    await anyio.lowlevel.checkpoint()
    return "awaited"


class Receivers:
    async def method(self, sender: object, **extra: object) -> str:
        return "awaited"

    @classmethod
    async def of_class(cls, sender: object, **extra: object) -> str:
        return "awaited"

    @staticmethod
    async def static(sender: object, **extra: object) -> str:
        return "awaited"

    async def with_option(self, option: object, sender: object, **extra: object) -> str:
        return "awaited"

    partial_method = partialmethod(with_option, "option")


class Called:
    async def __call__(self, sender: object, **extra: object) -> str:
        return "awaited"


class CalledWithOption:
    async def __call__(self, option: object, sender: object, **extra: object) -> str:
        return "awaited"


class CalledStatically:
    @staticmethod
    async def __call__(sender: object, **extra: object) -> str:
        return "awaited"


@wraps(function)
async def wrapped(*args: Any, **kwargs: Any) -> str:
    return await function(*args, **kwargs)


async def takes_option(option: object, sender: object, **extra: object) -> str:
    return "awaited"


class SlottedCalled:
    __slots__ = ()

    async def __call__(self, sender: object, **extra: object) -> str:
        return "awaited"


def marked() -> AnyReceiver:
    """A plain function that is marked as a coroutine function, as adapters for synchronous code are."""

    def plain(sender: object, **extra: object) -> Coroutine[Any, Any, str]:
        return function(sender)

    if hasattr(inspect, "markcoroutinefunction"):
        receiver: AnyReceiver = inspect.markcoroutinefunction(plain)
        return receiver
    plain._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return plain


class CalledByClass:
    @classmethod
    async def __call__(cls, sender: object, **extra: object) -> str:
        return "awaited"


@types.coroutine
def generator_based(sender: object, **extra: object) -> Generator[Any, Any, str]:
    return (yield from function(sender).__await__())


class MarkedObject:
    """Its plain ``__call__`` returns a coroutine, and is marked as a coroutine function."""

    def __init__(self) -> None:
        mark: Any = getattr(inspect, "markcoroutinefunction", None)
        if mark is not None:
            mark(self)
        else:
            self._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]

    def __call__(self, sender: object, **extra: object) -> Coroutine[Any, Any, str]:
        return function(sender)


class MarkedCall:
    __call__ = staticmethod(marked())


class Decorated:
    """A custom decorator that runs what it decorates, and passes its attributes on."""

    def __init__(self, decorated: Any) -> None:
        self.decorated = decorated

    def __getattr__(self, name: str) -> Any:
        return getattr(self.decorated, name)

    def __call__(self, sender: object, **extra: object) -> str:
        return "plain"


class Failing:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __call__(self, sender: object, **extra: object) -> str:
        return "plain"


@wrapt.decorator
def transparent(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


class Owner:
    def method(self, sender: object, **extra: object) -> None: ...

    @transparent
    async def transparent_method(self, sender: object, **extra: object) -> str:
        return "awaited"


owner = Receivers()

COROUTINE_RECEIVERS: dict[str, Any] = {
    "function": function,
    "method": owner.method,
    "class method": owner.of_class,
    "class method of the class": Receivers.of_class,
    "static method": Receivers.static,
    "partial": partial(takes_option, "option"),
    "partial of a partial": partial(partial(takes_option), "option"),
    "partial of a method": partial(owner.with_option, "option"),
    "partial of a callable object": partial(Called()),
    "partial method": owner.partial_method,
    "method of a callable object": MethodType(CalledWithOption(), "option"),
    "method of a partial": MethodType(partial(takes_option), "option"),
    "callable object": Called(),
    "callable object, statically": CalledStatically(),
    "slotted callable object": SlottedCalled(),
    "callable object, by its class": CalledByClass(),
    "wrapped": wrapped,
    "wrapped by wrapt": transparent(function),
    "method wrapped by wrapt": Owner().transparent_method,
    "generator-based": generator_based,
    "marked": marked(),
    "partial of marked": partial(marked()),
    "marked, wrapped by wrapt": transparent(marked()),
    "marked object": MarkedObject(),
    "object with a marked call": MarkedCall(),
    "AsyncMock": AsyncMock(return_value="awaited"),
    "AsyncMock of a function": AsyncMock(spec=function, return_value="awaited"),
    "AsyncMock of a method": AsyncMock(spec=owner.method, return_value="awaited"),
    "autospec": create_autospec(function, return_value="awaited"),
}

PLAIN_RECEIVERS: dict[str, Any] = {
    "lambda": lambda sender, **extra: "plain",
    "class": type("Made", (), {"__init__": lambda self, sender, **extra: None}),
    "class with async call": type("Made", (Called,), {"__init__": lambda self, sender, **extra: None}),
    "Mock": Mock(),
    "MagicMock": MagicMock(),
    "Mock of a method": Mock(spec=Owner().method),
    "MagicMock of a function": MagicMock(spec=lambda sender: None),
    "MagicMock of a method": MagicMock(spec=Owner().method),
    "MagicMock of code": MagicMock(__code__=MagicMock()),
    "passes on the attributes of a coroutine function": Decorated(function),
    "passes on the attributes of a marked one": Decorated(marked()),
    "passes on the attributes of an AsyncMock": Decorated(AsyncMock()),
    "fails when it is asked": Failing(),
    "builtin": print,
}

every_coroutine_receiver = pytest.mark.parametrize(
    "receiver", COROUTINE_RECEIVERS.values(), ids=COROUTINE_RECEIVERS.keys()
)


@every_coroutine_receiver
@pytest.mark.anyio
async def test_coroutine_receivers_are_awaited(receiver: Any) -> None:
    """Whatever their kind; the results are their values, not coroutines."""
    signal = Signal()
    signal.connect(receiver, weak=False)
    assert await signal.send_async("x") == [(receiver, "awaited")]
    (outcome,) = await signal.send_robust_async("x")
    assert (outcome.receiver, outcome.value, outcome.error) == (receiver, "awaited", None)
    assert signal.connections[0].is_async


@every_coroutine_receiver
def test_send_refuses_coroutine_receivers(receiver: Any) -> None:
    """Before any receiver runs, even one with a higher priority."""
    signal, calls = Signal(), list[int]()
    signal.connect(lambda sender, **extra: calls.append(1), weak=False, priority=1)
    signal.connect(receiver, weak=False)
    with pytest.raises(AsyncReceiverError, match=r"is a coroutine function, which send cannot await; use send_async"):
        signal.send("x")
    assert calls == []


def test_a_coroutine_receiver_that_dies_while_the_fields_are_validated_stops_no_send() -> None:
    """As if it had never been connected."""

    async def receiver(sender: object, **extra: object) -> None: ...

    alive: list[Any] = [receiver]
    del receiver

    class Ending(BaseModel):
        x: int

        @field_validator("x")
        @classmethod
        def end(cls, value: int) -> int:
            alive.clear()
            gc.collect()
            return value

    signal: AnySignal = Signal(Ending)
    signal.connect(alive[0])
    assert signal.send(None, x=1) == []


@pytest.mark.parametrize("receiver", PLAIN_RECEIVERS.values(), ids=PLAIN_RECEIVERS.keys())
def test_plain_receivers_are_called_inline(receiver: Any) -> None:
    """By `send_async`, as by `send`."""
    signal = Signal()
    signal.connect(receiver, weak=False)
    assert not signal.connections[0].is_async
    assert [called for called, _ in finished(signal.send_async("x"))] == [receiver]
    assert [called for called, _ in signal.send("x")] == [receiver]


SENDS_ASYNC: list[Callable[[AnySignal], Coroutine[Any, Any, Any]]] = [
    lambda signal: signal.send_async(None),
    lambda signal: signal.send_robust_async(None),
    lambda signal: signal.send_payload_async(None, Ping()),
]


@pytest.mark.anyio
@pytest.mark.parametrize("send", SENDS_ASYNC)
async def test_receivers_run_one_after_the_other(send: Callable[[AnySignal], Coroutine[Any, Any, Any]]) -> None:
    """In order: each ends before the next begins, coroutine functions and others mixed."""
    signal, calls = Signal[Any, Any, ...](Ping), list[str]()

    def made(name: str) -> AnyReceiver:
        async def receiver(sender: object, **extra: object) -> None:
            calls.append(f"{name} begins")
            await anyio.lowlevel.checkpoint()
            calls.append(f"{name} ends")

        return receiver

    def plain(sender: object, **extra: object) -> None:
        calls.append("plain")

    signal.connect(made("second"), weak=False)
    signal.connect(plain)
    signal.connect(made("third"), weak=False)
    signal.connect(made("first"), weak=False, priority=1)
    await send(signal)
    assert calls == [*"first begins,first ends,second begins,second ends,plain,third begins,third ends".split(",")]


@pytest.mark.anyio
@pytest.mark.parametrize("send", SENDS_ASYNC)
async def test_a_receiver_disconnected_while_another_waits_is_not_called(
    send: Callable[[AnySignal], Coroutine[Any, Any, Any]],
) -> None:
    """Another task disconnects it meanwhile, and connects another one, which is not called either."""
    signal, calls, waiting, go = Signal[Any, Any, ...](Ping), list[str](), anyio.Event(), anyio.Event()

    async def first(sender: object, **extra: object) -> None:
        calls.append("first")
        waiting.set()
        await go.wait()

    async def second(sender: object, **extra: object) -> None:
        calls.append("second")

    async def third(sender: object, **extra: object) -> None:
        calls.append("third")

    signal.connect(first)
    signal.connect(second)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send, signal)
        await waiting.wait()
        signal.disconnect(second)
        signal.connect(third, weak=False)
        go.set()
    assert calls == ["first"]


@pytest.mark.anyio
@pytest.mark.parametrize("payload", [Ping, CheckedPing])
async def test_an_invalid_payload_reaches_no_receiver(payload: Any) -> None:
    """As for `send`."""
    signal, calls = Signal[Any, Any, ...](payload), list[str]()

    async def receiver(sender: object, **extra: object) -> None:
        calls.append("called")

    signal.connect(receiver)
    with pytest.raises(PayloadError):
        await signal.send_async(None, number="one")
    with pytest.raises(PayloadError):
        await signal.send_robust_async(None, number="one")
    assert calls == []


@pytest.mark.anyio
async def test_payload_objects_reach_coroutine_receivers() -> None:
    """With ``as_payload=True``."""
    signal, payload = Signal(Ping), Ping(number=3)

    async def receiver(sender: object, payload: Ping) -> int:
        return payload.number

    signal.connect(receiver, as_payload=True)
    assert await signal.send_async(None, number=2) == [(receiver, 2)]
    assert await signal.send_payload_async(None, payload) == [(receiver, 3)]


@pytest.mark.anyio
async def test_the_first_exception_ends_an_async_send() -> None:
    """And reaches the caller."""
    signal, calls = Signal(), list[str]()

    async def failing(sender: object) -> None:
        await anyio.lowlevel.checkpoint()
        raise KeyError("missing")

    async def after(sender: object) -> None:
        calls.append("after")

    signal.connect(failing)
    signal.connect(after)
    with pytest.raises(KeyError, match="missing"):
        await signal.send_async(None)
    assert calls == []


@pytest.mark.anyio
@pytest.mark.parametrize("send", SENDS_ASYNC)
async def test_a_cancelled_send_ends(send: Callable[[AnySignal], Coroutine[Any, Any, Any]]) -> None:
    """Even a robust one: a cancellation is not the receiver's failure, and later receivers are not called."""
    signal, calls = Signal[Any, Any, ...](Ping), list[str]()

    async def waiting(sender: object, **extra: object) -> None:
        calls.append("waiting")
        scope.cancel()
        await anyio.sleep_forever()

    async def after(sender: object, **extra: object) -> None:
        calls.append("after")

    signal.connect(waiting)
    signal.connect(after)
    with anyio.CancelScope() as scope:
        await send(signal)
    assert scope.cancelled_caught
    assert calls == ["waiting"]


# Blinker's wrappers


def test_async_wrapper_lets_send_call_coroutine_receivers() -> None:
    """It is given only those, and what it returns is called in their place; results name the receiver."""
    signal, given = Signal[Any, Any, ...](Ping), list[object]()

    def wrapper(receiver: AnyReceiver) -> AnyReceiver:
        given.append(receiver)
        return lambda *args, **kwargs: asyncio.run(receiver(*args, **kwargs))

    def plain(sender: object, **extra: object) -> str:
        return "plain"

    signal.connect(function)
    signal.connect(plain)
    sent: Any = signal.send(None, _async_wrapper=wrapper)
    assert sent == [(function, "awaited"), (plain, "plain")]
    assert given == [function]


@pytest.mark.anyio
async def test_sync_wrapper_lets_send_async_await_plain_receivers() -> None:
    """It is given only those."""
    signal, given = Signal[Any, Any, ...](Ping), list[object]()

    def wrapper(receiver: AnyReceiver) -> AnyReceiver:
        given.append(receiver)

        async def call(*args: object, **kwargs: object) -> object:
            await anyio.lowlevel.checkpoint()
            return receiver(*args, **kwargs)

        return call

    def plain(sender: object, **extra: object) -> str:
        return "plain"

    signal.connect(function)
    signal.connect(plain)
    assert await signal.send_async(None, _sync_wrapper=wrapper) == [(function, "awaited"), (plain, "plain")]
    assert given == [plain]


ROBUST_AND_READY: dict[str, Callable[[Any, Any], list[Any]]] = {
    "send": lambda signal, wrapper: [value for _, value in signal.send(None, _async_wrapper=wrapper)],
    "send_robust": lambda signal, wrapper: [
        outcome.value for outcome in signal.send_robust(None, _async_wrapper=wrapper) if outcome.ok
    ],
    "send_payload": lambda signal, wrapper: [
        value for _, value in signal.send_payload(None, Ping(), _async_wrapper=wrapper)
    ],
}


@pytest.mark.parametrize("send", ROBUST_AND_READY.values(), ids=ROBUST_AND_READY.keys())
@pytest.mark.parametrize("typed", [True, False])
def test_every_plain_way_of_sending_takes_an_async_wrapper(send: Callable[[Any, Any], list[Any]], typed: bool) -> None:
    """Receivers do not get it as a field, whether there is something to wrap or not."""
    if not typed and send is ROBUST_AND_READY["send_payload"]:
        return
    signal, received = Signal[Any, Any, ...](Ping) if typed else Signal[Any, Any, ...](), list[set[str]]()

    def wrapper(receiver: AnyReceiver) -> AnyReceiver:
        return lambda *args, **kwargs: asyncio.run(receiver(*args, **kwargs))

    def plain(sender: object, **extra: object) -> str:
        received.append({*extra})
        return "plain"

    async def coroutine(sender: object, **extra: object) -> str:
        received.append({*extra})
        return "awaited"

    signal.connect(plain)
    assert send(signal, wrapper) == ["plain"]
    signal.connect(coroutine, once=True)
    assert send(signal, wrapper) == ["plain", "awaited"]
    assert send(signal, None) == ["plain"]
    assert received == [{"number"} if typed else set()] * 4


def test_receivers_that_are_called_once_get_the_sender_of_an_async_send() -> None:
    """They are left to general code."""
    signal = Signal[Any, Any, ...](Ping)

    async def receive(sender: object, **extra: object) -> object:
        return sender

    for _ in range(2):
        signal.connect(receive, once=True)
        assert finished(signal.send_async("x")) == [(receive, "x")]


def test_wrapped_receivers_get_the_sender_and_their_failures_name_the_signal(caplog: pytest.LogCaptureFixture) -> None:
    """Like those that need no wrapper."""
    order_placed = Signal[Any, Any, ...](Ping, name="order-placed")

    async def receive(sender: object, **extra: object) -> object:
        return sender

    async def fail(sender: object, **extra: object) -> None:
        raise KeyError("secret")

    order_placed.connect(receive)
    order_placed.connect(fail)
    for _ in range(2):
        wrapped, failed = order_placed.send_robust(
            "x", _async_wrapper=lambda receiver: lambda *args, **fields: finished(receiver(*args, **fields))
        )
        assert wrapped.value == "x"
        assert not failed.ok
    assert all("of <Signal 'order-placed'> raised KeyError" in message for message in caplog.messages)


AWAITING_WAYS: dict[str, Callable[[Any, Any], Coroutine[Any, Any, list[Any]]]] = {
    "send_async": lambda signal, wrapper: signal.send_async(None, _sync_wrapper=wrapper),
    "send_robust_async": lambda signal, wrapper: signal.send_robust_async(None, _sync_wrapper=wrapper),
    "send_concurrent": lambda signal, wrapper: signal.send_concurrent(None, _sync_wrapper=wrapper),
    "send_payload_async": lambda signal, wrapper: signal.send_payload_async(None, Ping(), _sync_wrapper=wrapper),
}


@pytest.mark.anyio
@pytest.mark.parametrize("send", AWAITING_WAYS.values(), ids=AWAITING_WAYS.keys())
@pytest.mark.parametrize("typed", [True, False])
async def test_every_awaiting_way_of_sending_takes_a_sync_wrapper(
    send: Callable[[Any, Any], Coroutine[Any, Any, list[Any]]], typed: bool
) -> None:
    """Receivers do not get it as a field, whether there is something to wrap or not."""
    if not typed and send is AWAITING_WAYS["send_payload_async"]:
        return
    signal = Signal[Any, Any, ...](Ping) if typed else Signal[Any, Any, ...]()
    received, wrapped = list[set[str]](), list[object]()

    def wrapper(receiver: AnyReceiver) -> AnyReceiver:
        wrapped.append(receiver)

        async def call(*args: object, **kwargs: object) -> object:
            await anyio.lowlevel.checkpoint()
            return receiver(*args, **kwargs)

        return call

    def plain(sender: object, **extra: object) -> None:
        received.append({*extra})

    async def coroutine(sender: object, **extra: object) -> None:
        received.append({*extra})

    signal.connect(coroutine)
    assert len(await send(signal, wrapper)) == 1
    assert wrapped == []
    signal.connect(plain)
    assert len(await send(signal, wrapper)) == 2
    assert wrapped == [plain]
    assert len(await send(signal, None)) == 2
    assert received == [{"number"} if typed else set()] * 5


@pytest.mark.parametrize("given", [None, len])
def test_a_wrapper_leaves_the_checks_of_fields_as_they_are(given: Any) -> None:
    """Unknown fields beside it, fields by position, and wrong values are refused; extra fields arrive."""

    class Open(Payload, extra="allow"):
        number: int = 1

    signal: Any = Signal(Ping)
    for _ in range(2):
        with pytest.raises(PayloadError, match="other: no such field"):
            signal.send(None, other=1, _async_wrapper=given)
        with pytest.raises(PayloadError, match="number: input should be a valid integer, got str"):
            signal.send(None, number="1", _async_wrapper=given)
        with pytest.raises(TypeError, match="after the sender"):
            signal.send(None, 1, _async_wrapper=given)
    signal = Signal(Open)
    signal.connect(lambda sender, **fields: fields, weak=False)
    assert signal.send(None, other=2, _async_wrapper=given)[0][1] == {"number": 1, "other": 2}


def test_the_error_carries_the_coroutine_receiver() -> None:
    """And the signal."""
    signal = Signal(name="order-placed")
    signal.connect(function)
    with pytest.raises(AsyncReceiverError) as caught:
        signal.send(None)
    assert (caught.value.signal, caught.value.receiver) == (signal, function)
    assert str(caught.value) == (
        f"receiver 'function' ({__file__}:{function.__code__.co_firstlineno}) of <Signal 'order-placed'> is a "
        "coroutine function, which send cannot await; use send_async, or send with _async_wrapper"
    )


def test_send_payload_refuses_coroutine_receivers() -> None:
    """As `send`, before any receiver runs."""
    signal, calls = Signal(Ping), list[int]()
    signal.connect(lambda sender, **extra: calls.append(1), weak=False)
    signal.connect(function)
    with pytest.raises(AsyncReceiverError):
        signal.send_payload(None, Ping())
    assert calls == []
