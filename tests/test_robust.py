"""Sends that call every receiver, whatever the others raise."""

from __future__ import annotations

import logging
import pickle
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from types import ModuleType
from typing import Any

import pytest

from tests.ways import AnySignal, CheckedPing, Ping, finished
from typedsignals import AsyncReceiverError, Outcome, Payload, PayloadError, SenderError, Signal

pytestmark = pytest.mark.usefixtures("code")

SENDS: list[Callable[[AnySignal], list[Outcome]]] = [
    lambda signal: signal.send_robust(None),
    lambda signal: finished(signal.send_robust_async(None)),
]

both = pytest.mark.parametrize("send", SENDS, ids=["send_robust", "send_robust_async"])


def failing(sender: object, **extra: object) -> None:
    raise KeyError("secret")


def returning(sender: object, **extra: object) -> str:
    return "value"


async def coroutine_receiver(sender: object, **extra: object) -> str:
    return "awaited"


async def failing_coroutine_receiver(sender: object, **extra: object) -> str:
    raise KeyError("secret")


@both
def test_every_receiver_is_called(send: Callable[[AnySignal], list[Outcome]]) -> None:
    """What they return and raise comes back, in order."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(failing)
    signal.connect(returning)
    first, second = send(signal)
    assert (first.receiver, first.value, first.ok) == (failing, None, False)
    assert isinstance(first.error, KeyError)
    assert second == Outcome(returning, "value", None)
    assert second.ok


@both
def test_failures_are_logged(send: Callable[[AnySignal], list[Outcome]], caplog: pytest.LogCaptureFixture) -> None:
    """As errors, with the receiver, its place, the signal and the traceback; successes are not logged."""
    signal = Signal[Any, Any, ...](name="order-placed")
    signal.connect(failing)
    signal.connect(returning)
    (outcome, _) = send(signal)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("typedsignals", logging.ERROR)
    assert record.getMessage() == (
        f"receiver 'failing' ({__file__}:{failing.__code__.co_firstlineno}) of <Signal 'order-placed'> raised KeyError"
    )
    assert record.exc_info is not None
    assert record.exc_info[1] is outcome.error


@both
def test_a_returned_exception_is_a_value(send: Callable[[AnySignal], list[Outcome]]) -> None:
    """It was not raised, so the receiver did not fail."""
    signal, error = Signal[Any, Any, ...](), ValueError()

    def receiver(sender: object) -> ValueError:
        return error

    signal.connect(receiver)
    (outcome,) = send(signal)
    assert outcome == Outcome(receiver, error, None)
    assert outcome.ok


@both
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_not_a_failure_of_the_receiver_propagates(
    send: Callable[[AnySignal], list[Outcome]], error: type[BaseException]
) -> None:
    """A receiver can end the program; later receivers are not called."""
    signal, calls = Signal[Any, Any, ...](), list[int]()

    def ending(sender: object) -> None:
        raise error

    signal.connect(ending)
    signal.connect(lambda sender, **extra: calls.append(1), weak=False)
    with pytest.raises(error):
        send(signal)
    assert calls == []


@both
@pytest.mark.parametrize("asyncio", [None, ModuleType("asyncio")])
def test_it_propagates_where_asyncio_is_not_imported(
    send: Callable[[AnySignal], list[Outcome]], asyncio: ModuleType | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or is being imported by another thread: nothing can be one of its cancellations then."""
    monkeypatch.delitem(sys.modules, "asyncio")
    if asyncio is not None:
        monkeypatch.setitem(sys.modules, "asyncio", asyncio)
    signal = Signal[Any, Any, ...]()

    @signal.connect
    def ending(sender: object) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        send(signal)


def test_a_coroutine_receiver_fails_alone() -> None:
    """`send_robust` cannot await it, and calls the others."""
    signal = Signal[Any, Any, ...](name="ping")
    signal.connect(coroutine_receiver)  # type: ignore[signal-async]
    signal.connect(returning)
    first, second = signal.send_robust(None)
    assert isinstance(first.error, AsyncReceiverError)
    assert first.error.receiver is coroutine_receiver
    assert (
        "of <Signal 'ping'> is a coroutine function, which send_robust cannot await; "
        "use send_robust_async, or send_robust with"
    ) in str(first.error)
    assert second == Outcome(returning, "value")


def test_send_robust_async_awaits() -> None:
    """Coroutine receivers, with what they raise."""
    signal = Signal[Any, Any, ...]()
    for receiver in (coroutine_receiver, failing_coroutine_receiver, failing, returning):
        signal.connect(receiver)
    outcomes = finished(signal.send_robust_async(None))
    assert [outcome.value for outcome in outcomes] == ["awaited", None, None, "value"]
    assert [type(outcome.error) for outcome in outcomes] == [type(None), KeyError, KeyError, type(None)]


@both
def test_an_inner_failure_is_the_receivers(send: Callable[[AnySignal], list[Outcome]]) -> None:
    """Even if what it raises is an error of this package."""
    signal, inner = Signal[Any, Any, ...](), Signal(Ping)
    wrong: Any = "one"

    def receiver(sender: object) -> None:
        inner.send(None, number=wrong)

    signal.connect(receiver)
    (outcome,) = send(signal)
    assert isinstance(outcome.error, PayloadError)


def test_wrong_sends_are_refused() -> None:
    """A robust send is robust against receivers, not against its caller."""
    signal, calls = Signal[Any, Any, ...](Ping, sender=str), list[int]()
    signal.connect(lambda sender, **extra: calls.append(1), weak=False)
    with pytest.raises(PayloadError):
        signal.send_robust("x", number="one")
    with pytest.raises(SenderError):
        signal.send_robust(1)
    with pytest.raises(TypeError, match=r"send_robust\(\) takes .*, but got 1 positional argument after the sender"):
        signal.send_robust("x", 1)
    with pytest.raises(
        TypeError, match=r"send_robust_async\(\) takes .*, but got 2 positional arguments after the sender"
    ):
        finished(signal.send_robust_async("x", 1, 2))
    assert calls == []


@both
def test_without_receivers_there_are_no_outcomes(send: Callable[[AnySignal], list[Outcome]]) -> None:
    """Whether the payload is validated or not."""
    assert send(Signal[Any, Any, ...](Ping)) == []
    assert send(Signal[Any, Any, ...](Ping, validate="connected")) == []


def test_validation_is_skipped_without_receivers() -> None:
    """If the signal says so; but not for a sender that has receivers."""
    signal = Signal[Any, Any, ...](Ping, validate="connected")
    assert signal.send_robust("x", number="one") == []
    assert finished(signal.send_robust_async("x", number="one")) == []
    signal.connect(returning, "x")
    assert signal.send_robust("y", number="one") == []
    with pytest.raises(PayloadError):
        signal.send_robust("x", number="one")


def test_outcomes_are_the_same_however_they_were_made() -> None:
    """A send makes them in another way than the class, and nobody can tell."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(returning)
    (made,) = signal.send_robust(None)
    called = Outcome(returning, "value")
    assert made == called
    assert (hash(made), repr(made), made.ok) == (hash(called), repr(called), True)
    assert replace(made, value=2) == Outcome(returning, 2)
    assert pickle.loads(pickle.dumps(made)) == called  # noqa: S301 - made here
    assert not hasattr(made, "__dict__")
    changed: Any = made
    with pytest.raises(FrozenInstanceError):
        changed.value = 2


def test_a_receiver_that_takes_the_payload_fails_alone_too() -> None:
    """Among receivers of all kinds, whose payload is made once."""

    class Owner:
        def receive(self, sender: object, payload: Ping) -> int:
            return payload.number

    signal, owner = Signal[Any, Any, ...](Ping), Owner()
    signal.connect(owner.receive, as_payload=True)
    signal.connect(failing, weak=False)
    signal.connect(returning)
    outcomes = signal.send_robust(None, number=7)
    assert [outcome.value for outcome in outcomes] == [7, None, "value"]
    assert [outcome.receiver for outcome in outcomes] == [owner.receive, failing, returning]
    assert isinstance(outcomes[1].error, KeyError)


def test_outcomes_are_immutable() -> None:
    """They are records of the past."""
    outcome: Any = Outcome(returning, 1)
    with pytest.raises(FrozenInstanceError):
        outcome.value = 2


def failing_with_payload(sender: object, payload: Payload) -> None:
    raise KeyError("secret")


@both
@pytest.mark.parametrize("payload", [Ping, CheckedPing])
def test_receivers_of_the_payload_may_fail(send: Callable[[AnySignal], list[Outcome]], payload: type[Payload]) -> None:
    """Also if there are no others."""
    signal = Signal[Any, Any, ...](payload)
    signal.connect(failing_with_payload, as_payload=True)
    (outcome,) = send(signal)
    assert isinstance(outcome.error, KeyError)
