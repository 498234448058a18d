"""Sending: the fields and the sender of every way to send."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from typedsignals import Payload, Signal


class Shop: ...


class Franchise(Shop): ...


class Item(Payload):
    sku: str
    count: int = 1


class OrderPlaced(Payload):
    order_id: int
    total: Decimal
    coupon: str | None = None


class OrderShipped(Payload):
    order_id: int


order_placed = Signal(OrderPlaced, sender=Shop)
unowned = Signal(OrderPlaced)
shop = Shop()
total = Decimal("9.90")

# What is declared can be sent.
order_placed.send(shop, order_id=7, total=total)
order_placed.send(shop, order_id=7, total=total, coupon="A1")
order_placed.send(shop, order_id=7, total=total, coupon=None)
order_placed.send(shop, total=total, order_id=7)
order_placed.send(Franchise(), order_id=7, total=total)
order_placed.send_robust(shop, order_id=7, total=total)
order_placed.send_payload(shop, OrderPlaced(order_id=7, total=total))

# Without a sender type, anything may send.
unowned.send(shop, order_id=7, total=total)
unowned.send(None, order_id=7, total=total)
unowned.send("shop", order_id=7, total=total)
unowned.send_robust(None, order_id=7, total=total)
unowned.send_payload(None, OrderPlaced(order_id=7, total=total))

# A value of the wrong type.
order_placed.send(shop, order_id="7", total=total)  # E: str is no int
order_placed.send(shop, order_id=7, total=9.90)  # E: float is no Decimal
order_placed.send(shop, order_id=7, total=total, coupon=1)  # E: int is no str
order_placed.send(shop, order_id=None, total=total)  # E: None is no int
order_placed.send_robust(shop, order_id="7", total=total)  # E: str is no int
unowned.send(None, order_id="7", total=total)  # E: str is no int

# A missing field.
order_placed.send(shop, order_id=7)  # E: total is missing
order_placed.send(shop)  # E: both are missing
order_placed.send_robust(shop, order_id=7)  # E: total is missing
unowned.send(None, order_id=7)  # E: total is missing

# An unknown field.
order_placed.send(shop, order_id=7, total=total, cupon="A1")  # E: no such field
order_placed.send(shop, order_id=7, total=total, sender=shop)  # E: no such field
order_placed.send_robust(shop, order_id=7, total=total, cupon="A1")  # E: no such field
unowned.send(None, order_id=7, total=total, cupon="A1")  # E: no such field

# Fields by position.
order_placed.send(shop, 7, total)  # E: fields are keywords
order_placed.send_robust(shop, 7, total=total)  # E: fields are keywords

# The wrong sender.
order_placed.send("shop", order_id=7, total=total)  # E: str is no Shop
order_placed.send(None, order_id=7, total=total)  # E: None is no Shop
order_placed.send(Shop, order_id=7, total=total)  # E: the class is no instance
order_placed.send_robust("shop", order_id=7, total=total)  # E: str is no Shop
order_placed.send_payload("shop", OrderPlaced(order_id=7, total=total))  # E: str is no Shop

# No sender.
order_placed.send(order_id=7, total=total)  # E: no sender
order_placed.send()  # E: no sender
order_placed.send_robust(order_id=7, total=total)  # E: no sender
order_placed.send_payload(OrderPlaced(order_id=7, total=total))  # E: no sender
unowned.send(order_id=7, total=total)  # E: no sender
order_placed.send(sender=shop, order_id=7, total=total)  # E: the sender goes by position

# The wrong payload.
order_placed.send_payload(shop, OrderShipped(order_id=7))  # E: another payload
order_placed.send_payload(shop, {"order_id": 7, "total": total})  # E: a dictionary
order_placed.send_payload(shop)  # E: no payload
order_placed.send_payload(shop, order_id=7, total=total)  # E: fields instead of a payload
order_placed.send_payload(shop, OrderPlaced)  # E: the class is no instance


async def send_async() -> None:
    await order_placed.send_async(shop, order_id=7, total=total)
    await order_placed.send_async(Franchise(), order_id=7, total=total, coupon="A1")
    await order_placed.send_robust_async(shop, order_id=7, total=total)
    await order_placed.send_payload_async(shop, OrderPlaced(order_id=7, total=total))
    await unowned.send_async(None, order_id=7, total=total)

    await order_placed.send_async(shop, order_id="7", total=total)  # E: str is no int
    await order_placed.send_async(shop, order_id=7)  # E: total is missing
    await order_placed.send_async(shop, order_id=7, total=total, cupon="A1")  # E: no such field
    await order_placed.send_async("shop", order_id=7, total=total)  # E: str is no Shop
    await order_placed.send_async(order_id=7, total=total)  # E: no sender
    await order_placed.send_async(shop, 7, total)  # E: fields are keywords

    await order_placed.send_robust_async(shop, order_id="7", total=total)  # E: str is no int
    await order_placed.send_robust_async(shop, order_id=7)  # E: total is missing
    await order_placed.send_robust_async(shop, order_id=7, total=total, cupon="A1")  # E: no such field
    await order_placed.send_robust_async("shop", order_id=7, total=total)  # E: str is no Shop
    await order_placed.send_robust_async(order_id=7, total=total)  # E: no sender

    await order_placed.send_payload_async(shop, OrderShipped(order_id=7))  # E: another payload
    await order_placed.send_payload_async("shop", OrderPlaced(order_id=7, total=total))  # E: str is no Shop
    await order_placed.send_payload_async(OrderPlaced(order_id=7, total=total))  # E: no sender
    await order_placed.send_payload_async(shop, order_id=7, total=total)  # E: fields instead of a payload


# The wrappers of receivers. No type can name a keyword besides those of a ParamSpec; unpacked, they are accepted, and the
# rest of the call is checked.


def wrapper(receiver: Callable[..., Any]) -> Callable[..., Any]:
    return receiver


wrapping: dict[str, Any] = {"_async_wrapper": wrapper}
order_placed.send(shop, order_id=7, total=total, _async_wrapper=wrapper)  # E: but for the plugin
order_placed.send_robust(shop, order_id=7, total=total, _async_wrapper=wrapper)  # E: but for the plugin
order_placed.send(shop, order_id=7, total=total, **wrapping)
order_placed.send_robust(shop, order_id=7, total=total, **wrapping)
order_placed.send(shop, order_id="7", total=total, **wrapping)  # E: str is no int
order_placed.send(shop, order_id=7, total=total, cupon="A1", **wrapping)  # E: no such field
order_placed.send("shop", order_id=7, total=total, **wrapping)  # E: str is no Shop


async def send_wrapped() -> None:
    wrapping: dict[str, Any] = {"_sync_wrapper": wrapper}
    await order_placed.send_async(shop, order_id=7, total=total, _sync_wrapper=wrapper)  # E: but for the plugin
    await order_placed.send_robust_async(shop, order_id=7, total=total, _sync_wrapper=wrapper)  # E: but for the plugin
    await order_placed.send_concurrent(shop, order_id=7, total=total, _sync_wrapper=wrapper)  # E: but for the plugin
    await order_placed.send_async(shop, order_id=7, total=total, **wrapping)
    await order_placed.send_robust_async(shop, order_id=7, total=total, **wrapping)
    await order_placed.send_concurrent(shop, order_id=7, total=total, **wrapping)
    await order_placed.send_async(shop, order_id="7", total=total, **wrapping)  # E: str is no int
