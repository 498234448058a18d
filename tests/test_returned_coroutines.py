"""Plain receivers that return a coroutine: every way of sending that can await it does."""

from __future__ import annotations

import asyncio
import functools
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from tests.ways import AnySignal, CheckedPing, Ping
from typedsignals import Signal

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("code")]


async def fetch(sender: object, payload: object = None, **extra: object) -> str:
    await anyio.lowlevel.checkpoint()
    return "fetched"


async def fail(sender: object, **extra: object) -> str:
    await anyio.lowlevel.checkpoint()
    raise LookupError("lost")


@functools.wraps(fetch)
def wrapper(*args: Any, **kwargs: Any) -> Any:
    return fetch(*args, **kwargs)


def by_name(sender: object, payload: object = None, **extra: object) -> Awaitable[str]:
    return fetch(sender)


class Owner:
    def method(self, sender: object, payload: object = None, **extra: object) -> Awaitable[str]:
        return fetch(sender)

    def __call__(self, sender: object, payload: object = None, **extra: object) -> Awaitable[str]:
        return fetch(sender)


class Coroutine:
    """What compilers make of ``async def``: an object of their own type, with a coroutine's methods."""

    def __init__(self) -> None:
        self._coroutine = fetch(None)

    def send(self, value: Any) -> Any:
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Any:
        return self._coroutine.__await__()


owner = Owner()
RECEIVERS: dict[str, Callable[..., Any]] = {
    "lambda": lambda sender, payload=None, **extra: fetch(sender),
    "wrapper": wrapper,
    "function": by_name,
    "method": owner.method,
    "callable object": owner,
    "partial": functools.partial(by_name),
    "compiled": lambda sender, payload=None, **extra: Coroutine(),
}
SIGNALS: dict[str, Callable[[], AnySignal]] = {
    "by field": lambda: Signal(Ping),
    "as a whole": lambda: Signal(CheckedPing),
    "untyped": Signal,
}
WAYS: dict[str, Callable[[AnySignal], Awaitable[list[Any]]]] = {
    "send_async": lambda signal: signal.send_async(None),
    "send_async wrapped": lambda signal: signal.send_async(None, _sync_wrapper=None),
    "send_robust_async": lambda signal: _values(signal.send_robust_async(None)),
    "send_concurrent": lambda signal: signal.send_concurrent(None),
}


async def _values(outcomes: Awaitable[list[Any]]) -> list[Any]:
    return [(outcome.receiver, outcome.value) for outcome in await outcomes]


every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
every_signal = pytest.mark.parametrize("made", SIGNALS.values(), ids=SIGNALS.keys())


@every_way
@every_signal
@pytest.mark.parametrize("receiver", RECEIVERS.values(), ids=RECEIVERS.keys())
async def test_it_is_awaited(way: Any, made: Callable[[], AnySignal], receiver: Callable[..., Any]) -> None:
    """Alone, and beside coroutine functions and plain ones, in order."""
    signal = made()
    signal.connect(receiver)
    assert [value for _, value in await way(signal)] == ["fetched"]

    def plain(sender: object, **extra: object) -> str:
        return "plain"

    signal.connect(fetch)
    signal.connect(plain)
    assert [value for _, value in await way(signal)] == ["fetched", "fetched", "plain"]


@every_way
async def test_a_receiver_of_the_payload_is_awaited_too(way: Any) -> None:
    """And one that is called once."""
    signal = Signal(Ping)
    signal.connect(by_name, as_payload=True, once=True)
    assert [value for _, value in await way(signal)] == ["fetched"]
    assert await way(signal) == []


async def test_a_coroutine_that_is_sent_with_a_payload_object_is_awaited() -> None:
    """As in any other way of sending."""
    signal = Signal(Ping)
    signal.connect(by_name)
    assert await signal.send_payload_async(None, Ping()) == [(by_name, "fetched")]


async def test_what_it_raises_is_the_receivers_failure() -> None:
    """And treated as each way of sending treats failures."""
    signal = Signal(Ping)
    signal.connect(failing := lambda sender, **extra: fail(sender))
    signal.connect(by_name)
    with pytest.raises(LookupError):
        await signal.send_async(None)
    first, second = await signal.send_robust_async(None)
    assert (type(first.error), second.value) == (LookupError, "fetched")
    with pytest.raises(ExceptionGroup) as caught:
        await signal.send_concurrent(None)
    assert [type(error) for error in caught.value.exceptions] == [LookupError]
    signal.disconnect(failing)


async def test_one_from_a_worker_thread_is_awaited_on_the_event_loop() -> None:
    """Where coroutines belong."""
    signal = Signal(Ping)
    signal.connect(by_name, thread=True)
    assert await signal.send_concurrent(None) == [(by_name, "fetched")]


async def test_concurrent_ones_run_together() -> None:
    """Each can wait for the other to have begun."""
    signal, begun = Signal[Any, Any, ...](), [anyio.Event(), anyio.Event()]

    async def meet(number: int) -> int:
        begun[number].set()
        await begun[1 - number].wait()
        return number

    receivers = [lambda sender, number=number, **extra: meet(number) for number in range(2)]
    for receiver in receivers:
        signal.connect(receiver)
    assert [value for _, value in await signal.send_concurrent(None)] == [0, 1]


@pytest.mark.parametrize("anyio_backend", ["asyncio"], scope="module")
@every_way
async def test_tasks_and_futures_are_handed_back(way: Any) -> None:
    """They run by themselves, and their author may want them back."""
    signal: AnySignal = Signal(Ping)
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def begin(sender: object, **extra: object) -> asyncio.Future[str]:
        return future

    def begin_task(sender: object, **extra: object) -> asyncio.Task[str]:
        return asyncio.ensure_future(fetch(sender))

    signal.connect(begin)
    signal.connect(begin_task)
    (_, first), (_, second) = await way(signal)
    assert first is future
    assert isinstance(second, asyncio.Task)
    assert await second == "fetched"


@pytest.mark.parametrize("anyio_backend", ["asyncio"], scope="module")
async def test_a_coroutine_that_a_coroutine_function_returns_is_its_value() -> None:
    """Only what the call of a receiver returns is awaited."""
    signal: AnySignal = Signal(Ping)

    async def handing_back(sender: object, **extra: object) -> Any:
        return fetch(sender)

    signal.connect(handing_back)
    for way in WAYS.values():
        ((_, value),) = await way(signal)
        assert await value == "fetched"


async def test_send_leaves_the_warning_to_python() -> None:
    """It cannot await."""
    signal = Signal(Ping)
    signal.connect(by_name)
    with pytest.warns(RuntimeWarning, match="was never awaited"):
        del signal.send(None)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ((_, value),) = signal.send(None)
        assert await value == "fetched"
