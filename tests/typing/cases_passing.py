"""Signals as values: annotated, passed on, kept in classes, copied and pickled."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, assert_type

from pydantic import BaseModel

from typedsignals import Namespace, Payload, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int


class OrderShipped(Payload):
    order_id: int


PayloadT = TypeVar("PayloadT", bound=BaseModel)
SenderT = TypeVar("SenderT")
P = ParamSpec("P")

order_placed = Signal(OrderPlaced, sender=Shop)
order_shipped = Signal(OrderShipped)
untyped = Signal()
shop = Shop()


def ship(sender: Shop, order_id: int, **extra: Any) -> None: ...
def ship_wrong(sender: str, order_id: int, **extra: Any) -> None: ...


# An annotation with the payload alone leaves the fields open.


def with_payload(signal: Signal[OrderPlaced]) -> None:
    signal.send(None, order_id=7)
    signal.send_payload(None, OrderPlaced(order_id=7))
    signal.send_payload(None, OrderShipped(order_id=7))  # E: another payload


def with_sender(signal: Signal[OrderPlaced, Shop]) -> None:
    signal.send(shop, order_id=7)
    signal.send("shop", order_id=7)  # E[mypy,pyright,ty]: str is no Shop
    signal.send_payload(shop, OrderPlaced(order_id=7))
    signal.connect(ship)
    signal.connect(ship_wrong)  # E: the sender is a Shop


def with_any(signal: Signal[Any, Any, ...]) -> None:
    signal.send(None, order_id=7)
    signal.send_payload(None, OrderPlaced(order_id=7))
    signal.connect(ship)


with_payload(order_placed)
with_payload(Signal(OrderPlaced))
with_payload(untyped)
with_payload(order_shipped)  # E: another payload
with_sender(order_placed)
with_sender(Signal(OrderPlaced))
with_sender(untyped)
with_sender(Signal(OrderPlaced, sender=str))  # E: another sender
with_any(order_placed)
with_any(order_shipped)
with_any(untyped)


# Code that is generic in the signal.


def send_twice(signal: Signal[PayloadT, SenderT, P], sender: SenderT, *args: P.args, **kwargs: P.kwargs) -> None:
    signal.send(sender, *args, **kwargs)
    signal.send(sender, *args, **kwargs)


send_twice(order_placed, shop, order_id=7)
send_twice(order_placed, shop, order_id="7")  # E: str is no int
send_twice(order_placed, shop)  # E: order_id is missing
send_twice(order_placed, "shop", order_id=7)  # E: str is no Shop


def resend(signal: Signal[PayloadT, SenderT, P], sender: SenderT, payload: PayloadT) -> None:
    signal.send_payload(sender, payload)


resend(order_placed, shop, OrderPlaced(order_id=7))
resend(order_placed, "shop", OrderPlaced(order_id=7))  # E: str is no Shop
resend(order_placed, shop, OrderShipped(order_id=7))  # E: another payload


def listener(signal: Signal[PayloadT, SenderT, P]) -> Callable[[SenderT, PayloadT], None]:
    def receive(sender: SenderT, payload: PayloadT) -> None: ...

    return signal.connect(receive, as_payload=True, weak=False)


assert_type(listener(order_placed), Callable[[Shop, OrderPlaced], None])


class Recorder(Generic[PayloadT, SenderT]):
    def __init__(self, signal: Signal[PayloadT, SenderT, ...]) -> None:
        self.seen: list[tuple[SenderT, PayloadT]] = []
        signal.connect(self.record, as_payload=True)

    def record(self, sender: SenderT, payload: PayloadT) -> None:
        self.seen.append((sender, payload))


assert_type(Recorder(order_placed).seen, list[tuple[Shop, OrderPlaced]])


# Attributes of classes, modules and namespaces.


class Cart:
    emptied = Signal(OrderPlaced, sender=Shop)
    named = Namespace("cart").signal("named", OrderPlaced)

    def __init__(self) -> None:
        self.own = Signal(OrderPlaced, sender=Cart)
        self.own.send(self, order_id=7)
        self.own.send(shop, order_id=7)  # E: Shop is no Cart

    def empty(self) -> None:
        self.emptied.send(shop, order_id=7)
        self.emptied.send(shop, order_id="7")  # E: str is no int
        self.emptied.connect(self.on_emptied)
        self.emptied.connect(self.on_emptied_wrong)  # E: order_id is an int

    def on_emptied(self, sender: Shop, order_id: int) -> None: ...
    def on_emptied_wrong(self, sender: Shop, order_id: str) -> None: ...


Cart.emptied.send(shop, order_id=7)
Cart.emptied.send(shop)  # E: order_id is missing
Cart().emptied.send("shop", order_id=7)  # E: str is no Shop
Cart.named.send(None, order_id=7)
Cart.named.send(None, order_id="7")  # E: str is no int
Cart().own.send(shop, order_id=7)  # E: Shop is no Cart

# Copies.
copied = copy.deepcopy(order_placed)
copied.send(shop, order_id=7)
copied.send(shop, order_id="7")  # E: str is no int
pickle.dumps(order_placed)

# In payloads.


class Announced(Payload):
    signal: Signal[Any, Any, ...]


announced = Signal(Announced)
announced.send(None, signal=order_placed)
announced.send(None, signal="order_placed")  # E: str is no Signal


# Subclasses.


class CountedSignal(Signal[PayloadT, SenderT, P]):
    count = 0


counted = CountedSignal(OrderPlaced, sender=Shop)
assert_type(counted.count, int)
counted.send(shop, order_id=7)
counted.send(shop, order_id="7")  # E: str is no int
