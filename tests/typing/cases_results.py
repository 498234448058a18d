"""Results: each has a precise type, and nothing is `Any` that need not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, assert_type

from typedsignals import ANY, Connection, Outcome, Payload, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None


order_placed = Signal(OrderPlaced, sender=Shop, name="order-placed", doc="An order is placed.", validate="always")
shop = Shop()
payload = OrderPlaced(order_id=7)

Results = list[tuple[Callable[..., Any], Any]]
assert_type(order_placed.send(shop, order_id=7), Results)
assert_type(order_placed.send_payload(shop, payload), Results)
assert_type(order_placed.send_robust(shop, order_id=7), list[Outcome])


async def send_async() -> None:
    assert_type(await order_placed.send_async(shop, order_id=7), Results)
    assert_type(await order_placed.send_payload_async(shop, payload), Results)
    assert_type(await order_placed.send_robust_async(shop, order_id=7), list[Outcome])


for outcome in order_placed.send_robust(shop, order_id=7):
    assert_type(outcome.receiver, Callable[..., Any])
    assert_type(outcome.error, BaseException | None)
    assert_type(outcome.ok, bool)
    outcome.ok = True  # E: read only
    outcome.error = None  # E: frozen
    outcome.exception  # E: no such attribute

for connection in order_placed.connections:
    assert_type(connection, Connection)
    assert_type(connection.receiver, Callable[..., Any])
    assert_type(connection.weak, bool)
    assert_type(connection.as_payload, bool)
    assert_type(connection.priority, int)
    assert_type(connection.once, bool)
    assert_type(connection.is_async, bool)
    assert_type(connection.takes_extra, bool)
    connection.weak = False  # E: frozen
    connection.strong  # E: no such attribute

assert_type(order_placed.name, str | None)
assert_type(order_placed.sender_type, type[Shop] | None)
assert_type(order_placed.payload_type, type[OrderPlaced] | None)
assert_type(order_placed.connections, tuple[Connection, ...])
assert_type(order_placed.receivers, Mapping[Any, Callable[..., Any]])
assert_type(order_placed.has_receivers_for(shop), bool)
assert_type(order_placed.receivers_for(shop), Iterator[Callable[..., Any]])
assert_type(order_placed.receivers_for(ANY), Iterator[Callable[..., Any]])
assert_type(order_placed.is_muted, bool)
assert_type(order_placed.receiver_connected, Signal[Any, Any, ...])
assert_type(order_placed.receiver_disconnected, Signal[Any, Any, ...])
order_placed.sent  # E: no such attribute
order_placed.is_muted = True  # E: read only
order_placed.connections = ()  # E: read only


def ship(sender: Shop, order_id: int, **extra: Any) -> str:
    return f"{order_id}"


async def ship_async(sender: Shop, **extra: Any) -> str:
    return "shipped"


# The receiver comes back with the signature that the signal calls it by, and its own result.
assert_type(order_placed.connect(ship)(shop, order_id=7), str)
assert_type(order_placed.connect_via(shop)(ship)(shop, order_id=7), str)
assert_type(order_placed.disconnect(ship), bool)
assert_type(order_placed.disconnect_all(), int)

with order_placed.connected_to(ship) as receiver:
    assert_type(receiver(shop, order_id=7), str)
    receiver(shop, order_id="7")  # E: str is no int
    receiver(order_id=7)  # E: no sender
with order_placed.connected_to(ship, sender=shop, priority=1) as receiver_of_shop:
    assert_type(receiver_of_shop(shop, order_id=7, coupon="A1"), str)
with order_placed.muted(ship, ship_async):
    ...
order_placed.muted([ship])  # E: a list is not callable
order_placed.muted(None)  # E: nor is None
with order_placed.muted() as nothing:
    assert_type(nothing, None)


async def call() -> None:
    assert_type(await order_placed.connect(ship_async)(shop, order_id=7), str)


assert_type(payload.order_id, int)
assert_type(payload.coupon, str | None)
