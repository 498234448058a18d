"""The ways of sending, most of which have their own loop over the receivers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from pydantic import model_validator

from typedsignals import ANY, Payload, Signal

T = TypeVar("T")
AnySignal = Signal[Any, Any, ...]
AnyReceiver = Callable[..., Any]


class Ping(Payload):
    """Validated field by field."""

    number: int = 1


class CheckedPing(Payload):
    """Validated as a whole, because it has a validator of its own."""

    number: int = 1

    @model_validator(mode="after")
    def check(self) -> CheckedPing:
        return self


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that never waits, and so needs no event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise AssertionError("it waits for something")


@dataclass(frozen=True)
class Way:
    """A way of sending, with the signals that it sends, and how to connect receivers to them."""

    send: Callable[[AnySignal, object], list[AnyReceiver]]
    payload: type[Payload] | None = Ping
    options: Mapping[str, Any] = field(default_factory=dict)

    def signal(self) -> AnySignal:
        return Signal() if self.payload is None else Signal[Any, Any, ...](self.payload)

    def connect(self, signal: AnySignal, receiver: AnyReceiver, sender: object = ANY, **options: Any) -> None:
        signal.connect(receiver, sender, **{**self.options, **options})


def _send(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in signal.send(sender)]


def _send_number(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in signal.send(sender, number=7)]


def _send_wrapped(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in signal.send(sender, _async_wrapper=lambda receiver: receiver)]


def _send_async(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in finished(signal.send_async(sender))]


def _send_robust(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    outcomes = signal.send_robust(sender)
    assert [outcome.error for outcome in outcomes if not outcome.ok] == []
    return [outcome.receiver for outcome in outcomes]


def _send_robust_async(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    outcomes = finished(signal.send_robust_async(sender))
    assert [outcome.error for outcome in outcomes if not outcome.ok] == []
    return [outcome.receiver for outcome in outcomes]


def _send_payload(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in signal.send_payload(sender, Ping())]


def _send_payload_async(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in finished(signal.send_payload_async(sender, Ping()))]


def _send_prepared(signal: AnySignal, sender: object) -> list[AnyReceiver]:
    return [receiver for receiver, _ in signal.prepare(sender).send()]


WAYS = {
    "weak functions": Way(_send),
    "any receivers": Way(_send, options={"weak": False}),
    "given fields": Way(_send_number),
    "no payload": Way(_send, payload=None),
    "no payload, any receivers": Way(_send, payload=None, options={"weak": False}),
    "validated as a whole": Way(_send, payload=CheckedPing),
    "payload object": Way(_send, options={"as_payload": True}),
    "wrapper": Way(_send_wrapped),
    "async": Way(_send_async),
    "async, validated as a whole": Way(_send_async, payload=CheckedPing),
    "async, payload object": Way(_send_async, options={"as_payload": True}),
    "robust": Way(_send_robust),
    "robust async": Way(_send_robust_async),
    "ready payload": Way(_send_payload),
    "ready payload, async": Way(_send_payload_async),
    "prepared": Way(_send_prepared),
    "prepared, no payload": Way(_send_prepared, payload=None),
}

every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
