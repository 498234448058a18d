"""Blocks that hold sends: what reduces them, and how they are entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_type

from typedsignals import Payload, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int


class UrgentOrderPlaced(OrderPlaced):
    hours: int = 1


class OrderShipped(Payload):
    order_id: int


order_placed = Signal(OrderPlaced, sender=Shop)
started = Signal()
shop = Shop()


def last(payloads: Sequence[OrderPlaced]) -> OrderPlaced:
    return payloads[-1]


def first_of_any(payloads: Iterable[OrderPlaced]) -> UrgentOrderPlaced:
    return UrgentOrderPlaced(order_id=next(iter(payloads)).order_id)


def last_fields(payloads: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return payloads[-1]


def of_a_list(payloads: list[OrderPlaced]) -> OrderPlaced:
    return payloads[-1]


def of_another(payloads: Sequence[OrderShipped]) -> OrderShipped:
    return payloads[-1]


def to_another(payloads: Sequence[OrderPlaced]) -> OrderShipped:
    return OrderShipped(order_id=payloads[-1].order_id)


def of_one(payload: OrderPlaced) -> OrderPlaced:
    return payload


async def asynchronous(payloads: Sequence[OrderPlaced]) -> OrderPlaced:
    return payloads[-1]


# Both kinds of blocks, which give nothing. Sends are checked inside as usual.
with order_placed.held():
    order_placed.send(shop, order_id=7)
    order_placed.send(shop, order_id="7")  # E: str is no int


async def hold() -> None:
    async with order_placed.held() as entered:
        assert_type(entered, None)
        await order_placed.send_async(shop, order_id=7)


with order_placed.held() as given:
    assert_type(given, None)

# What reduces takes any sequence of payloads, and returns one.
order_placed.held(reduce=last)
order_placed.held(reduce=first_of_any)
order_placed.held(reduce=lambda payloads: payloads[-1])
order_placed.held(reduce=lambda payloads: OrderPlaced(order_id=max(payload.order_id for payload in payloads)))
order_placed.held(reduce=None)
order_placed.held(reduce=of_a_list)  # E: it need not be a list
order_placed.held(reduce=of_another)  # E: the payload is another one
order_placed.held(reduce=to_another)  # E: the payload is another one
order_placed.held(reduce=of_one)  # E: it takes one payload
order_placed.held(reduce=asynchronous)  # E: its result is no payload
order_placed.held(reduce=lambda payloads: payloads[-1].order_id)  # E: int is no payload
order_placed.held(reduce=lambda payloads: payloads[-1].order_ids)  # E: no such field
order_placed.held(reduce="last")  # E: str is no function
order_placed.held(last)  # E: only as a keyword

# What happens if an exception ends the block.
order_placed.held(on_error="deliver")
order_placed.held(reduce=last, on_error="drop")
order_placed.held(on_error="raise")  # E: no such choice
order_placed.held(on_error=True)  # E: no such choice

# Without a payload, anything goes.
started.held(reduce=last_fields)
started.held(reduce=lambda payloads: {**payloads[0], **payloads[-1]})
