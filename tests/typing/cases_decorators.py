"""Decorators: `connect` and `connect_via` check what they decorate, and leave it callable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_type

from typedsignals import ANY, Payload, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    total: Decimal
    coupon: str | None = None


class OrderShipped(Payload):
    order_id: int
    parcels: int


order_placed = Signal(OrderPlaced, sender=Shop)
order_cancelled = Signal(OrderPlaced)
order_shipped = Signal(OrderShipped)
untyped = Signal()
shop = Shop()
total = Decimal("9.90")


@order_placed.connect
def extra_any(sender: Shop, order_id: int, **extra: Any) -> str:
    return f"{order_id}"


@order_placed.connect
def extra_object(sender: Shop, order_id: int, **extra: object) -> None: ...


@order_placed.connect
def all_named(sender: Shop, order_id: int, total: Decimal, coupon: str | None = None) -> None: ...


@order_placed.connect
async def awaited(sender: Shop, order_id: int, **extra: Any) -> str:
    return f"{order_id}"


@order_placed.connect
@order_cancelled.connect
def of_both(sender: object, order_id: int, **extra: Any) -> None: ...


@order_placed.connect_via(shop)
def via(sender: Shop, order_id: int, **extra: Any) -> str:
    return f"{order_id}"


@order_placed.connect_via(shop)
async def via_awaited(sender: Shop, order_id: int, **extra: Any) -> str:
    return f"{order_id}"


@order_placed.connect_via(ANY, priority=10, once=True)
def via_any(sender: Shop, order_id: int, **extra: Any) -> None: ...


@order_placed.connect_via(shop, True, as_payload=False)
@order_placed.connect_via(Shop(), weak=True)
def via_two(sender: Shop, order_id: int, **extra: Any) -> None: ...


@order_cancelled.connect_via("shop")
def via_name(sender: object, order_id: int, **extra: Any) -> None: ...


# What is decorated can be called, as the signal would.
assert_type(extra_any(shop, order_id=7, total=total), str)
assert_type(via(shop, order_id=7, total=total, coupon=None), str)
extra_any("shop", order_id=7, total=total)  # E: str is no Shop
extra_any(shop, order_id="7", total=total)  # E: str is no int
via(shop, order_ids=7, total=total)  # E: no such field


async def call_awaited() -> None:
    assert_type(await awaited(shop, order_id=7, total=total), str)
    assert_type(await via_awaited(shop, order_id=7, total=total), str)


# Without the decorator's syntax.
order_placed.connect_via(shop)(extra_object)
order_placed.connect_via(shop)(lambda *args, **kwargs: None)  # E[pyright]: args and kwargs have no type


def no_extra(sender: Shop, order_id: int) -> None: ...
def wrong_type(sender: Shop, order_id: str, **extra: Any) -> None: ...


order_placed.connect_via(shop)(no_extra)  # E: total and coupon have nowhere to go
order_placed.connect_via(shop)(wrong_type)  # E: order_id is an int
order_placed.connect_via("shop")(extra_object)  # E: the sender is a Shop
order_placed.connect_via()(extra_object)  # E: no sender


@order_placed.connect  # E: order_id is an int
def wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


@order_placed.connect  # E: no such field
def misspelt(sender: Shop, order_ids: int, **extra: Any) -> None: ...


@order_placed.connect  # E: total and coupon have nowhere to go
def forgetful(sender: Shop, order_id: int) -> None: ...


@order_placed.connect  # E: the sender is a Shop
def strange(sender: str, order_id: int, **extra: Any) -> None: ...


@order_placed.connect  # E: order_id is an int
async def awaited_wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


@order_placed.connect_via(shop)  # E: order_id is an int
def via_wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


@order_placed.connect_via(shop)  # E: no such field
def via_misspelt(sender: Shop, order_ids: int, **extra: Any) -> None: ...


@order_placed.connect_via(shop)  # E: total and coupon have nowhere to go
def via_forgetful(sender: Shop, order_id: int) -> None: ...


@order_placed.connect_via(shop)  # E: the sender is a Shop
def via_strange(sender: str, order_id: int, **extra: Any) -> None: ...


@order_placed.connect_via("shop")  # E: the sender is a Shop
def via_wrong_sender(sender: Shop, order_id: int, **extra: Any) -> None: ...


@order_placed.connect_via(shop, prioritty=1)  # E: no such option
def via_wrong_option(sender: Shop, order_id: int, **extra: Any) -> None: ...


@order_placed.connect(priority=1)  # E: options need connect_via
def with_options(sender: Shop, order_id: int, **extra: Any) -> None: ...


# Of several signals with payloads of their own, a decorator gets what the one below it leaves: a receiver of that one's
# payload. Statements connect the function itself.


@order_shipped.connect  # E: it takes what order_placed sends, but for the plugin
@order_placed.connect
def of_two(sender: object, order_id: int, **extra: Any) -> None: ...


@order_shipped.connect_via(ANY)  # E: it takes what order_placed sends, but for the plugin
@order_placed.connect_via(ANY)
def via_of_two(sender: object, order_id: int, **extra: Any) -> None: ...


@order_shipped.connect
@untyped.connect
def of_an_untyped_one(sender: object, order_id: int, **extra: Any) -> None: ...


@untyped.connect
@order_shipped.connect
def of_a_typed_one(sender: object, order_id: int, **extra: Any) -> None: ...


def of_both_by_statement(sender: object, order_id: int, **extra: Any) -> None: ...


order_shipped.connect(of_both_by_statement)
order_placed.connect(of_both_by_statement)


# Methods that are connected in the body of their class are functions there, and types do not tell that the sender is no
# `self`.


class Office:
    @order_placed.connect  # E: the sender is a Shop
    def ship(self, order_id: int, **extra: Any) -> None: ...  # E[mypy]: nor is a Shop an Office, but for the plugin

    @order_cancelled.connect
    def cancel(self, order_id: int, **extra: Any) -> None: ...

    @order_cancelled.connect  # E: no field sender
    def refund(self, sender: object, order_id: int, **extra: Any) -> None: ...

    @order_placed.connect
    @staticmethod
    def log(sender: Shop, order_id: int, **extra: Any) -> None: ...

    @staticmethod
    @order_placed.connect
    def print(sender: Shop, order_id: int, **extra: Any) -> None: ...
