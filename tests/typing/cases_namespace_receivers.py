"""Receivers of a namespace: plain functions of a signal, a sender and a payload."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, assert_type

from typedsignals import Namespace, Payload, Signal


class OrderPlaced(Payload):
    order_id: int


shop = Namespace("shop")
order_placed = shop.signal("order-placed", OrderPlaced)


# What is decorated stays what it is.
@shop.connect
def audit(signal: Signal[Any, Any, ...], sender: object, payload: object) -> int:
    return 1


assert_type(audit(order_placed, "web", None), int)


# Names of parameters and narrower types of what is Any do not matter.
@shop.connect
def narrow(which: Signal[Any, Any, ...], by: str, what: OrderPlaced | Mapping[str, Any]) -> None: ...


@shop.connect
def with_default(signal: Signal[Any, Any, ...], sender: object, payload: object, level: str = "info") -> None: ...


@shop.connect
def anything(*arguments: Any) -> None: ...


class Log:
    def __init__(self) -> None:
        shop.connect(self.write, weak=True, priority=1)

    def write(self, signal: Signal[Any, Any, ...], sender: object, payload: object) -> None: ...

    def __call__(self, signal: Signal[Any, Any, ...], sender: object, payload: object) -> None: ...


def leveled(level: str, signal: Signal[Any, Any, ...], sender: object, payload: object) -> None: ...


assert_type(shop.connect(Log(), weak=False), Log)
shop.connect(partial(leveled, "info"), weak=False)
# From a bound, which lets other receivers keep their own types, pyright does not infer what a lambda's parameters are.
shop.connect(lambda signal, sender, payload: signal.name, weak=False)  # E[pyright]: their types are unknown
assert_type(shop.disconnect(audit), bool)
assert_type(shop.disconnect_all(), int)


# Receivers of a signal are called differently.
@order_placed.connect
def ship(sender: object, order_id: int, **extra: Any) -> None: ...


shop.connect(ship)  # E: it takes no signal and payload


@shop.connect  # E: no payload
def without_payload(signal: Signal[Any, Any, ...], sender: object) -> None: ...


@shop.connect  # E: one parameter more
def with_more(signal: Signal[Any, Any, ...], sender: object, payload: object, more: object) -> None: ...


@shop.connect  # E: the payload comes by position
def by_keyword(signal: Signal[Any, Any, ...], sender: object, *, payload: object) -> None: ...


@shop.connect  # E: str is no signal
def of_name(signal: str, sender: object, payload: object) -> None: ...


shop.connect("audit")  # E: str is not callable
shop.connect(audit, "sender")  # E: there is no sender to choose
shop.connect(audit, sender="web")  # E: nor by keyword
shop.connect(audit, priority="high")  # E: str is no int
shop.disconnect("audit")  # E: str is not callable
