"""Receivers that take the payload object instead of its fields."""

from __future__ import annotations

from typing import Any, assert_type

from typedsignals import ANY, Payload, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None


class GiftPlaced(OrderPlaced):
    wrapping: str


class OrderShipped(Payload):
    order_id: int


order_placed = Signal(OrderPlaced, sender=Shop)
gift_placed = Signal(GiftPlaced, sender=Shop)
shop = Shop()


def ship(sender: Shop, payload: OrderPlaced) -> int:
    return payload.order_id


async def ship_async(sender: Shop, order: OrderPlaced) -> None: ...
def positional(sender: object, order: OrderPlaced, /) -> None: ...
def with_default(sender: Shop, order: OrderPlaced, copies: int = 1) -> None: ...
def with_extra(sender: Shop, order: Payload, **extra: Any) -> None: ...


order_placed.connect(ship, as_payload=True)
order_placed.connect(ship, shop, as_payload=True, weak=False, priority=1, once=True)
order_placed.connect(ship, sender=ANY, as_payload=True)
order_placed.connect(ship_async, as_payload=True)
order_placed.connect(positional, as_payload=True)
order_placed.connect(with_default, as_payload=True)
order_placed.connect(with_extra, as_payload=True)
order_placed.connect(lambda sender, order: order.order_id, as_payload=True, weak=False)
gift_placed.connect(ship, as_payload=True)


def wrong_payload(sender: Shop, order: OrderShipped) -> None: ...
def narrower_payload(sender: Shop, order: GiftPlaced) -> None: ...
def wrong_sender(sender: str, order: OrderPlaced) -> None: ...
def takes_fields(sender: Shop, order_id: int, **extra: Any) -> None: ...
def no_payload(sender: Shop) -> None: ...
def keyword_payload(sender: Shop, *, payload: OrderPlaced) -> None: ...
def too_much(sender: Shop, order: OrderPlaced, copies: int) -> None: ...


order_placed.connect(wrong_payload, as_payload=True)  # E: another payload
order_placed.connect(narrower_payload, as_payload=True)  # E: the payload may be any OrderPlaced
order_placed.connect(wrong_sender, as_payload=True)  # E: the sender is a Shop
order_placed.connect(takes_fields, as_payload=True)  # E: the payload is no int
order_placed.connect(no_payload, as_payload=True)  # E: the payload has nowhere to go
order_placed.connect(keyword_payload, as_payload=True)  # E: the payload comes by position
order_placed.connect(too_much, as_payload=True)  # E: nothing comes for copies
order_placed.connect(ship, "shop", as_payload=True)  # E: the sender is a Shop
order_placed.connect(lambda sender, order: order.order, as_payload=True, weak=False)  # E: no such field
order_placed.connect(lambda sender: None, as_payload=True, weak=False)  # E: the payload has nowhere to go

# Taking the payload must be asked for.
order_placed.connect(ship)  # E: gets fields
order_placed.connect(ship, as_payload=False)  # E: gets fields
order_placed.connect(ship_async)  # E: gets fields


class Warehouse:
    def ship(self, sender: Shop, order: OrderPlaced) -> None: ...
    def ship_wrong(self, sender: Shop, order: OrderShipped) -> None: ...


order_placed.connect(Warehouse().ship, as_payload=True)
order_placed.connect(Warehouse().ship_wrong, as_payload=True)  # E: another payload
order_placed.connect(Warehouse().ship)  # E: gets fields


@order_placed.connect_via(shop, as_payload=True)
def via(sender: Shop, order: OrderPlaced) -> int:
    return order.order_id


@order_placed.connect_via(ANY, as_payload=True, priority=1)
async def via_any(sender: Shop, order: OrderPlaced) -> None: ...


@order_placed.connect_via(shop, as_payload=True)  # E: another payload
def via_wrong(sender: Shop, order: OrderShipped) -> None: ...


@order_placed.connect_via(shop)  # E: gets fields
def via_fields(sender: Shop, order: OrderPlaced) -> None: ...


assert_type(via(shop, OrderPlaced(order_id=7)), int)
via(shop, OrderShipped(order_id=7))  # E: another payload

with order_placed.connected_to(ship, as_payload=True) as receiver:
    assert_type(receiver(shop, OrderPlaced(order_id=7)), int)
with order_placed.connected_to(ship, shop, as_payload=True, priority=1):
    pass
with order_placed.connected_to(ship):  # E: gets fields
    pass
with order_placed.connected_to(wrong_payload, as_payload=True):  # E: another payload
    pass
