"""Signals of one sender: fields without the sender, receivers with it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, assert_type

from typedsignals import BoundSignal, Connection, Hook, Outcome, Payload, Prepared, Signal, Stream


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    total: Decimal
    coupon: str | None = None


class OrderShipped(Payload):
    order_id: int


order_placed = Signal(OrderPlaced, sender=Shop)
unowned = Signal(OrderPlaced)
untyped = Signal()
shop = Shop()
total = Decimal("9.90")
mine = order_placed.of(shop)

# Of whom.
order_placed.of("shop")  # E: str is no Shop
order_placed.of(Shop)  # E: the class is no instance
order_placed.of()  # E: no sender
order_placed.of(shop, order_id=7)  # E: no fields yet
unowned.of("shop").send(order_id=7, total=total)
untyped.of("shop").send(anything=1)

# Sending.
mine.send(order_id=7, total=total)
mine.send(order_id=7, total=total, coupon="A1")
mine.send_robust(order_id=7, total=total)
mine.send_payload(OrderPlaced(order_id=7, total=total))
mine.prepare(order_id=7, total=total)

mine.send(order_id="7", total=total)  # E: str is no int
mine.send(order_id=7)  # E: total is missing
mine.send(order_id=7, total=total, cupon="A1")  # E: no such field
mine.send(shop, order_id=7, total=total)  # E: it has its sender
mine.send(7, total)  # E: fields are keywords
mine.send_robust(order_id="7", total=total)  # E: str is no int
mine.send_robust(order_id=7)  # E: total is missing
mine.send_payload(OrderShipped(order_id=7))  # E: another payload
mine.send_payload(shop, OrderPlaced(order_id=7, total=total))  # E: it has its sender
mine.prepare(order_id="7", total=total)  # E: str is no int
mine.prepare(order_id=7)  # E: total is missing
mine.prepare(shop, order_id=7, total=total)  # E: it has its sender


async def send_async() -> None:
    await mine.send_async(order_id=7, total=total)
    await mine.send_async(order_id="7", total=total)  # E: str is no int
    await mine.send_robust_async(order_id=7)  # E: total is missing
    await mine.send_concurrent(order_id=7, total=total, cupon="A1")  # E: no such field
    await mine.send_payload_async(OrderShipped(order_id=7))  # E: another payload


# Connecting.


def ship(sender: Shop, order_id: int, **extra: Any) -> str:
    return f"{order_id}"


async def ship_async(sender: object, **extra: object) -> None: ...
def take(sender: Shop, order: OrderPlaced) -> int:
    return order.order_id


def wrong_field(sender: Shop, order_id: str, **extra: Any) -> None: ...
def misspelt(sender: Shop, orderid: int, **extra: Any) -> None: ...
def lacking(sender: Shop, order_id: int) -> None: ...
def wrong_sender(sender: str, **extra: Any) -> None: ...
def no_sender(**extra: Any) -> None: ...
def wrong_payload(sender: Shop, order: OrderShipped) -> None: ...


mine.connect(ship)
mine.connect(ship, weak=False, priority=1, once=True, thread=True)
mine.connect(ship_async)
mine.connect(take, as_payload=True)
mine.connect(lambda sender, order: order.order_id, as_payload=True, weak=False)
mine.connect(wrong_field)  # E: order_id is an int
mine.connect(misspelt)  # E: no such field
mine.connect(lacking)  # E: total has nowhere to go
mine.connect(wrong_sender)  # E: the sender is a Shop
mine.connect(no_sender)  # E: the sender comes by position
mine.connect(take)  # E: gets fields
mine.connect(wrong_payload, as_payload=True)  # E: another payload
mine.connect(ship, shop)  # E: it has its sender
mine.connect(ship, sender=shop)  # E: it has its sender
mine.connect(ship, False)  # E: options are keywords
mine.connect()  # E: no receiver
mine.connected_to(wrong_field)  # E: order_id is an int
mine.connected_to(ship, shop)  # E: it has its sender
mine.disconnect(ship, shop)  # E: it has its sender
mine.connect_via(shop)  # E: that is the signal's


@mine.connect
def decorated(sender: Shop, order_id: int, **extra: Any) -> str:
    return "shipped"


@mine.connect  # E: order_id is an int
def decorated_wrongly(sender: Shop, order_id: str, **extra: Any) -> None: ...


# Results.
Results = list[tuple[Callable[..., Any], Any]]
assert_type(mine.signal.send(shop, order_id=7, total=total), Results)
assert_type(mine.sender, Shop)
assert_type(mine.send(order_id=7, total=total), Results)
assert_type(mine.send_robust(order_id=7, total=total), list[Outcome])
assert_type(mine.prepare(order_id=7, total=total), Prepared[OrderPlaced, Shop])
assert_type(mine.connect(ship)(shop, order_id=7, total=total), str)
assert_type(mine.connect(take, as_payload=True)(shop, OrderPlaced(order_id=7, total=total)), int)
assert_type(mine.disconnect(ship), bool)
assert_type(mine.connections, tuple[Connection, ...])
assert_type(mine.receivers, tuple[Callable[..., Any], ...])
assert_type(mine.has_receivers, bool)
assert_type(mine.wait_sync(), tuple[Shop, OrderPlaced])
mine.wait_sync(where=lambda sender, payload: payload.order_id > 7)
mine.wait_sync(shop)  # E: it has its sender
mine.sender = shop  # E: frozen
mine.payload  # E: no such attribute
with mine.connected_to(ship) as receiver:
    assert_type(receiver(shop, order_id=7, total=total), str)


async def wait() -> None:
    assert_type(await mine.wait(timeout=1), tuple[Shop, OrderPlaced])
    async with mine.stream() as events:
        assert_type(events, Stream[OrderPlaced, Shop])


# Passing it on.


def of_shop(bound: BoundSignal[OrderPlaced, Shop]) -> None:
    bound.send(order_id=7, total=total)
    assert_type(bound.sender, Shop)


def of_anybody(bound: BoundSignal[OrderPlaced]) -> None: ...
def of_a_name(bound: BoundSignal[OrderPlaced, str]) -> None: ...
def shipped(bound: BoundSignal[OrderShipped, Any]) -> None: ...


of_shop(mine)
of_anybody(mine)
of_a_name(mine)  # E: the sender is a Shop
shipped(mine)  # E: another payload
of_shop(order_placed)  # E: not of one sender

# A signal of an instance.


class Store:
    _opened = Signal(OrderShipped)

    @property
    def opened(self) -> BoundSignal[OrderShipped, Store]:
        return type(self)._opened.of(self)


Store().opened.send(order_id=7)
Store().opened.connect(ship_async)
assert_type(Store().opened.sender, Store)
assert_type(Store().opened.wait_sync()[1].order_id, int)

# An annotation cannot name the fields; where checkers infer the result, they know them.
Store().opened.send(order_id="7")


class Inferred:
    _opened = Signal(OrderShipped)

    @property
    def opened(self):  # E[mypy]: it asks for an annotation
        return type(self)._opened.of(self)


Inferred().opened.send(order_id=7)
Inferred().opened.send(order_id="7")  # E[pyright,pyrefly]: str is no int

# The results of a hook.
may_ship = Hook(OrderShipped, sender=Shop, returns=bool).of(shop)
Answers = list[tuple[Callable[..., Any], bool]]
assert_type(may_ship.send(order_id=7), Answers)
assert_type(may_ship.send_payload(OrderShipped(order_id=7)), Answers)
assert_type(may_ship.send_robust(order_id=7), list[Outcome[bool]])
assert_type(may_ship.prepare(order_id=7), Prepared[OrderShipped, Shop, bool])
assert_type(may_ship.prepare(order_id=7).send(), Answers)
may_ship.send(order_id="7")  # E: str is no int
may_ship.first(order_id=7)  # E: that is the hook's


async def ask() -> None:
    assert_type(await may_ship.send_async(order_id=7), Answers)
    assert_type(await may_ship.send_concurrent(order_id=7), Answers)
    assert_type(await may_ship.send_robust_async(order_id=7), list[Outcome[bool]])
