"""The code with which each contender sends one event to a number of receivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import blinker
import django.conf
import django.dispatch
import pluggy
import psygnal
import pyee

import typedsignals

from .event import (
    FIELDS,
    KEYWORDS,
    POSITIONAL,
    Log,
    OrderPlaced,
    Shop,
    django_receivers,
    keyword_receivers,
    payload_receivers,
    positional_receivers,
)

if not django.conf.settings.configured:
    django.conf.settings.configure()


@dataclass
class Case:
    """One thing to measure.

    Attributes:
        statement: The statement to time.
        names: The names that the statement uses, and objects to keep alive.
        events: How many events the statement sends.
    """

    statement: str
    names: dict[str, Any] = field(default_factory=dict)
    events: int = 1


Build = Callable[[int, Log | None], Case]
"""Makes a case with a number of receivers, which record what they get if there is a log."""

SHOP = Shop()


def _case(statement: str, **names: Any) -> Case:
    return Case(statement, {**FIELDS, "sender": SHOP, **names})


def _connected(signal: Any, receivers: list[Callable[..., None]], statement: str) -> Case:
    for receiver in receivers:
        signal.connect(receiver)
    return _case(statement, signal=signal, receivers=receivers)


def floor(number: int, log: Log | None) -> Case:
    """No library at all: a loop over receivers."""
    receivers = keyword_receivers(number, log)
    return _case(f"for receiver in receivers:\n    receiver(sender, {KEYWORDS})", receivers=receivers)


def floor_with_model(number: int, log: Log | None) -> Case:
    """A pydantic model that validates, then that loop."""
    statement = f"payload = Model({KEYWORDS})\nfor receiver in receivers:\n    receiver(sender, {KEYWORDS})"
    return _case(statement, receivers=keyword_receivers(number, log), Model=OrderPlaced)


def typed_signal(validate: Any = "always", *, weak: bool = True, as_payload: bool = False) -> Build:
    """typedsignals, with these options."""

    def build(number: int, log: Log | None) -> Case:
        signal = typedsignals.Signal(OrderPlaced, validate=validate)
        receivers = (payload_receivers if as_payload else keyword_receivers)(number, log)
        for receiver in receivers:
            signal.connect(receiver, weak=weak, as_payload=as_payload)  # type: ignore[call-overload]
        return _case(f"signal.send(sender, {KEYWORDS})", signal=signal, receivers=receivers)

    return build


def typed_robust(number: int, log: Log | None) -> Case:
    """`send_robust` of typedsignals."""
    statement = f"signal.send_robust(sender, {KEYWORDS})"
    return _connected(typedsignals.Signal(OrderPlaced), keyword_receivers(number, log), statement)


def typed_payload(number: int, log: Log | None) -> Case:
    """`send_payload` of typedsignals, with an object that was made earlier."""
    case = _connected(
        typedsignals.Signal(OrderPlaced), keyword_receivers(number, log), "signal.send_payload(sender, payload)"
    )
    return Case(case.statement, {**case.names, "payload": OrderPlaced(**FIELDS)})


def untyped_signal(number: int, log: Log | None) -> Case:
    """typedsignals without a payload."""
    return _connected(typedsignals.Signal(), keyword_receivers(number, log), f"signal.send(sender, {KEYWORDS})")


def blinker_signal(number: int, log: Log | None) -> Case:
    """Blinker, which validates nothing."""
    return _connected(blinker.Signal(), keyword_receivers(number, log), f"signal.send(sender, {KEYWORDS})")


def blinker_with_model(number: int, log: Log | None) -> Case:
    """Blinker, with a pydantic model that validates."""
    case = blinker_signal(number, log)
    return Case(f"Model({KEYWORDS})\n{case.statement}", {**case.names, "Model": OrderPlaced})


def django_signal(number: int, log: Log | None) -> Case:
    """Django's dispatcher, which validates nothing."""
    statement = f"signal.send(sender=sender, {KEYWORDS})"
    return _connected(django.dispatch.Signal(), django_receivers(number, log), statement)


def django_robust(number: int, log: Log | None) -> Case:
    """Django's robust dispatch."""
    case = django_signal(number, log)
    return Case(f"signal.send_robust(sender=sender, {KEYWORDS})", case.names)


def psygnal_signal(number: int, log: Log | None) -> Case:
    """psygnal (compiled), which passes arguments by position and validates nothing."""

    class Sender:
        order_placed = psygnal.Signal(int, str, float, list)

    sender = Sender()
    receivers = positional_receivers(number, log)
    for receiver in receivers:
        sender.order_placed.connect(receiver)
    return _case(f"source.order_placed.emit({POSITIONAL})", source=sender, receivers=receivers)


def pyee_emitter(number: int, log: Log | None) -> Case:
    """pyee's EventEmitter, which holds receivers strongly and validates nothing."""
    emitter = pyee.EventEmitter()
    receivers = keyword_receivers(number, log)
    for receiver in receivers:
        emitter.add_listener("order_placed", receiver)
    return _case(f"emitter.emit('order_placed', sender, {KEYWORDS})", emitter=emitter, receivers=receivers)


def pluggy_hook(number: int, log: Log | None) -> Case:
    """A pluggy hook, which holds receivers strongly and validates nothing."""
    marker, implementation = pluggy.HookspecMarker("bench"), pluggy.HookimplMarker("bench")

    class Specification:
        @marker
        def order_placed(self, sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None: ...

    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(Specification)
    for receiver in keyword_receivers(number, log):
        plugin = type("Plugin", (), {"order_placed": staticmethod(implementation(receiver))})()
        manager.register(plugin)
    return _case(f"hook.order_placed(sender=sender, {KEYWORDS})", hook=manager.hook, manager=manager)


SENDING: dict[str, Build] = {
    "L0: bare loop": floor,
    "L1: pydantic model + bare loop": floor_with_model,
    "typedsignals": typed_signal(),
    "typedsignals, connected": typed_signal("connected"),
    "typedsignals, never": typed_signal("never"),
    "typedsignals, strong": typed_signal(weak=False),
    "typedsignals, payload object": typed_signal(as_payload=True),
    "typedsignals, no payload": untyped_signal,
    "Blinker": blinker_signal,
    "Blinker + pydantic model": blinker_with_model,
    "django.dispatch": django_signal,
    "psygnal": psygnal_signal,
    "pyee": pyee_emitter,
    "pluggy": pluggy_hook,
}
"""The contenders for sending an event to a number of receivers."""
