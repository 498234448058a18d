"""Prepared sends: the fields and the sender where they are prepared, and what delivering them gives."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, assert_type

from typedsignals import Outcome, Payload, Prepared, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    total: Decimal
    coupon: str | None = None


order_placed = Signal(OrderPlaced, sender=Shop)
unowned = Signal(OrderPlaced)
untyped = Signal()
shop = Shop()
total = Decimal("9.90")

# What can be sent can be prepared.
prepared = order_placed.prepare(shop, order_id=7, total=total)
order_placed.prepare(shop, order_id=7, total=total, coupon="A1")
unowned.prepare(None, order_id=7, total=total)
untyped.prepare("shop", anything=1)

# What cannot be sent is refused where it is prepared.
order_placed.prepare(shop, order_id="7", total=total)  # E: str is no int
order_placed.prepare(shop, order_id=7)  # E: total is missing
order_placed.prepare(shop, order_id=7, total=total, cupon="A1")  # E: no such field
order_placed.prepare("shop", order_id=7, total=total)  # E: str is no Shop
order_placed.prepare(order_id=7, total=total)  # E: no sender
order_placed.prepare(shop, 7, total)  # E: fields are keywords
unowned.prepare(None, order_id=7)  # E: total is missing

# What it is.
assert_type(prepared, Prepared[OrderPlaced, Shop])
assert_type(prepared, Prepared[OrderPlaced, Shop, Any])
assert_type(prepared.payload, OrderPlaced)
assert_type(prepared.payload.order_id, int)
assert_type(prepared.sender, Shop)
assert_type(prepared.signal, Signal[OrderPlaced, Shop, ...])
prepared.payload.order  # E: no such field
prepared.sender = shop  # E: frozen
prepared.fields  # E: no such attribute

# Delivering it.
Results = list[tuple[Callable[..., Any], Any]]
assert_type(prepared.send(), Results)
assert_type(prepared.send_robust(), list[Outcome])


async def deliver() -> None:
    assert_type(await prepared.send_async(), Results)
    assert_type(await prepared.send_robust_async(), list[Outcome])
    assert_type(await prepared.send_concurrent(), Results)


prepared.send(shop)  # E: it has its sender
prepared.send(order_id=8)  # E: it has its fields
prepared.send_payload()  # E: no such method


def wrapper(receiver: Callable[..., Any]) -> Callable[..., Any]:
    return receiver


prepared.send(_async_wrapper=wrapper)
prepared.send_robust(_async_wrapper=wrapper)
prepared.send(_async_wrapper=7)  # E: int is no function
prepared.send(_sync_wrapper=wrapper)  # E: for sends that await

# Passing it on.


def on_commit(callback: Callable[[], object]) -> None: ...
def after_commit(pending: Prepared[Any, Any]) -> None: ...
def of_orders(pending: Prepared[OrderPlaced, Any]) -> None: ...
def of_users(pending: Prepared[OrderPlaced, str]) -> None: ...


on_commit(prepared.send_robust)
on_commit(order_placed.prepare(shop, order_id=7, total=total).send_robust)
on_commit(prepared)  # E: not a function
after_commit(prepared)
of_orders(prepared)
of_users(prepared)  # E: the sender is a Shop
pending: list[Prepared[Any, Any]] = [prepared, untyped.prepare(None, a=1)]
