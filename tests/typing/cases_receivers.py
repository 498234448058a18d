"""Receivers: what `connect` and `connected_to` take, whatever kind of callable it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from typedsignals import ANY, Payload, Signal


class Shop: ...


class Franchise(Shop): ...


class OrderPlaced(Payload):
    order_id: int
    total: Decimal
    coupon: str | None = None


order_placed = Signal(OrderPlaced, sender=Shop)
unowned = Signal(OrderPlaced)
shop = Shop()


# A receiver names what it wants and takes the rest in **extra.


def all_named(sender: Shop, order_id: int, total: Decimal, coupon: str | None = None) -> None: ...
def by_keyword(sender: Shop, *, order_id: int, total: Decimal, coupon: str | None = None) -> None: ...
def extra_any(sender: Shop, order_id: int, **extra: Any) -> None: ...
def extra_object(sender: Shop, order_id: int, **extra: object) -> None: ...
def only_extra(sender: Shop, **extra: Any) -> None: ...
def other_order(sender: Shop, *, total: Decimal, order_id: int, **extra: Any) -> None: ...
def anything(*args: Any, **kwargs: Any) -> None: ...
def positional_sender(sender: Shop, /, order_id: int, **extra: Any) -> None: ...
def optional_more(sender: Shop, order_id: int, retries: int = 3, **extra: Any) -> None: ...
def wider_sender(sender: object, order_id: int, **extra: Any) -> None: ...
def wider_field(sender: Shop, order_id: float, **extra: object) -> None: ...
def any_field(sender: Any, order_id: Any, **extra: Any) -> None: ...
def returns(sender: Shop, **extra: Any) -> int:
    return 7


async def awaited(sender: Shop, order_id: int, **extra: Any) -> None: ...


order_placed.connect(all_named)
order_placed.connect(by_keyword)
order_placed.connect(extra_any)
order_placed.connect(extra_object)
order_placed.connect(only_extra)
order_placed.connect(other_order)
order_placed.connect(anything)
order_placed.connect(positional_sender)
order_placed.connect(optional_more)
order_placed.connect(wider_sender)
order_placed.connect(wider_field)
order_placed.connect(any_field)
order_placed.connect(returns)
order_placed.connect(awaited)
unowned.connect(wider_sender)
unowned.connect(extra_any)

# What cannot take what is sent is refused.


def wrong_type(sender: Shop, order_id: str, **extra: Any) -> None: ...
def narrower_type(sender: Shop, coupon: str, **extra: Any) -> None: ...
def misspelt(sender: Shop, order_ids: int, **extra: Any) -> None: ...
def no_extra(sender: Shop, order_id: int) -> None: ...
def no_fields(sender: Shop) -> None: ...
def extra_too_narrow(sender: Shop, order_id: int, **extra: str) -> None: ...
def wrong_sender(sender: str, order_id: int, **extra: Any) -> None: ...
def narrower_sender(sender: Franchise, order_id: int, **extra: Any) -> None: ...
def no_sender(*, order_id: int, **extra: Any) -> None: ...
def no_parameters() -> None: ...
def takes_payload(sender: Shop, payload: OrderPlaced) -> None: ...
async def awaited_wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


order_placed.connect(wrong_type)  # E: order_id is an int
order_placed.connect(narrower_type)  # E: coupon may be None
order_placed.connect(misspelt)  # E: no such field
order_placed.connect(no_extra)  # E: total and coupon have nowhere to go
order_placed.connect(no_fields)  # E: no field has anywhere to go
order_placed.connect(extra_too_narrow)  # E: total is no str
order_placed.connect(wrong_sender)  # E: the sender is a Shop
order_placed.connect(narrower_sender)  # E: the sender may be any Shop
order_placed.connect(no_sender)  # E: the sender comes by position
order_placed.connect(no_parameters)  # E: the sender comes by position
order_placed.connect(takes_payload)  # E: needs as_payload=True
order_placed.connect(awaited_wrong)  # E: order_id is an int
order_placed.connect(7)  # E: no callable
order_placed.connect(None)  # E: no callable
unowned.connect(wrong_type)  # E: order_id is an int
unowned.connect(no_extra)  # E: total and coupon have nowhere to go


# Methods.


class Warehouse:
    def reserve(self, sender: Shop, order_id: int, **extra: Any) -> None: ...
    def reserve_wrong(self, sender: Shop, order_id: str, **extra: Any) -> None: ...
    def reserve_no_extra(self, sender: Shop, order_id: int) -> None: ...
    async def ship(self, sender: Shop, order_id: int, **extra: Any) -> None: ...
    async def ship_wrong(self, sender: Shop, order_ids: int, **extra: Any) -> None: ...

    @classmethod
    def count(cls, sender: Shop, order_id: int, **extra: Any) -> None: ...
    @classmethod
    def count_wrong(cls, sender: Shop, order_id: str, **extra: Any) -> None: ...

    @staticmethod
    def log(sender: Shop, order_id: int, **extra: Any) -> None: ...
    @staticmethod
    def log_wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


warehouse = Warehouse()
order_placed.connect(warehouse.reserve)
order_placed.connect(warehouse.ship)
order_placed.connect(Warehouse.count)
order_placed.connect(warehouse.count)
order_placed.connect(Warehouse.log)
order_placed.connect(warehouse.log)
order_placed.connect(warehouse.reserve_wrong)  # E: order_id is an int
order_placed.connect(warehouse.reserve_no_extra)  # E: total and coupon have nowhere to go
order_placed.connect(warehouse.ship_wrong)  # E: no such field
order_placed.connect(Warehouse.count_wrong)  # E: order_id is an int
order_placed.connect(Warehouse.log_wrong)  # E: order_id is an int
order_placed.connect(Warehouse.reserve)  # E: not bound to a Warehouse


# Callable objects and classes.


class Mailer:
    def __call__(self, sender: Shop, order_id: int, **extra: Any) -> None: ...


class AsyncMailer:
    async def __call__(self, sender: Shop, order_id: int, **extra: Any) -> None: ...


class WrongMailer:
    def __call__(self, sender: Shop, order_id: str, **extra: Any) -> None: ...


class Record:
    def __init__(self, sender: Shop, order_id: int, **extra: Any) -> None: ...


class WrongRecord:
    def __init__(self, sender: Shop, order_id: str, **extra: Any) -> None: ...


order_placed.connect(Mailer())
order_placed.connect(AsyncMailer())
order_placed.connect(Record)
order_placed.connect(WrongMailer())  # E: order_id is an int
order_placed.connect(WrongRecord)  # E: order_id is an int
order_placed.connect(Warehouse())  # E: not callable

# Lambdas. Their parameters get types from the signal, with these exceptions: pyright knows no type of keyword-only
# parameters and of **extra, which its strict mode reports; mypy finds keyword-only ones alone, and with **extra looks at
# no names.
order_placed.connect(lambda sender, **extra: None, weak=False)  # E[pyright]: extra has no type
order_placed.connect(lambda sender, order_id, **extra: order_id + 1, weak=False)  # E[pyright]: extra has no type
order_placed.connect(lambda sender, *, order_id, total, coupon=None: None, weak=False)  # E[pyright]: no types
order_placed.connect(lambda sender, order_id, total, coupon=None: None, weak=False)  # E[mypy]: positional parameters
order_placed.connect(lambda sender: None, weak=False)  # E: no field has anywhere to go
order_placed.connect(lambda sender, order_id: None, weak=False)  # E: total and coupon have nowhere to go
order_placed.connect(lambda sender, *, order_id, totals, coupon=None: None, weak=False)  # E: no such field
order_placed.connect(lambda sender, order_ids, **extra: None, weak=False)  # E[pyright,pyrefly,ty]: no such field
order_placed.connect(lambda sender, order_id, total, coupon=None: total + "", weak=False)  # E: total is no str


# Partials.


def with_printer(printer: str, sender: Shop, order_id: int, **extra: Any) -> None: ...
def with_copies(sender: Shop, order_id: int, *, copies: int, **extra: Any) -> None: ...
def with_printer_wrong(printer: str, sender: Shop, order_id: str, **extra: Any) -> None: ...


order_placed.connect(partial(with_printer, "laser"), weak=False)
order_placed.connect(partial(with_copies, copies=2), weak=False)
order_placed.connect(partial(with_copies, copies="2"), weak=False)  # E: copies is an int
# To mypy, a partial takes any arguments once it is passed on.
order_placed.connect(partial(with_printer_wrong, "laser"), weak=False)  # E[pyright,pyrefly,ty]: order_id is an int

# A partial keeps what it has bound, also where there is a field of that name.
order_placed.connect(partial(extra_any, order_id=99), weak=False)
order_placed.connect(partial(all_named, coupon=None), weak=False)
order_placed.connect(partial(optional_more, retries=5), weak=False)
order_placed.connect(partial(extra_any, order_id="99"), weak=False)  # E: order_id is an int
with order_placed.connected_to(partial(extra_any, order_id=99)):
    pass


# Generator functions: whether somebody iterates over what they return is for the sender to know.


def iterated(sender: Shop, order_id: int, **extra: Any) -> Iterator[int]:
    yield order_id


async def iterated_async(sender: Shop, order_id: int, **extra: Any) -> AsyncIterator[int]:
    yield order_id


order_placed.connect(iterated)
order_placed.connect(iterated_async)

# Options.
order_placed.connect(extra_any, shop)
order_placed.connect(extra_any, shop, True)
order_placed.connect(extra_any, shop, weak=False)
order_placed.connect(extra_any, sender=shop)
order_placed.connect(extra_any, sender=Franchise())
order_placed.connect(extra_any, ANY)
order_placed.connect(extra_any, sender=Signal.ANY)
order_placed.connect(extra_any, weak=False, priority=10, once=True)
order_placed.connect(extra_any, as_payload=False)
unowned.connect(extra_any, "shop")
unowned.connect(extra_any, None)
order_placed.connect(extra_any, "shop")  # E: the sender is a Shop
order_placed.connect(extra_any, sender=None)  # E: the sender is a Shop
order_placed.connect(extra_any, sender=Shop)  # E: the class is no instance
order_placed.connect(extra_any, shop, "weak")  # E: weak is a bool
order_placed.connect(extra_any, weak="no")  # E: weak is a bool
order_placed.connect(extra_any, priority="high")  # E: priority is an int
order_placed.connect(extra_any, once=None)  # E: once is a bool
order_placed.connect(extra_any, shop, False, False)  # E: the other options are keywords
order_placed.connect(extra_any, prioritty=1)  # E: no such option
order_placed.connect()  # E: no receiver

# For a block.
with order_placed.connected_to(extra_any):
    pass
with order_placed.connected_to(extra_any, shop, priority=1, once=True):
    pass
with order_placed.connected_to(warehouse.reserve, sender=shop), order_placed.connected_to(awaited):
    pass
with order_placed.connected_to(lambda sender, order_id, **extra: order_id + 1):  # E[pyright]: extra has no type
    pass
with order_placed.connected_to(wrong_type):  # E: order_id is an int
    pass
with order_placed.connected_to(no_extra):  # E: total and coupon have nowhere to go
    pass
with order_placed.connected_to(misspelt):  # E: no such field
    pass
with order_placed.connected_to(wrong_sender):  # E: the sender is a Shop
    pass
with order_placed.connected_to(extra_any, sender="shop"):  # E: the sender is a Shop
    pass

# Disconnecting asks nothing of the receiver: what cannot be connected is not.
order_placed.disconnect(extra_any)
order_placed.disconnect(extra_any, shop)
order_placed.disconnect(warehouse.reserve, sender=ANY)
order_placed.disconnect(7)  # E: no callable
