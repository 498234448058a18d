"""Testing, waiting and concurrent sending: payloads and senders keep the types that the signal declares."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from typing import Any, assert_type

from typedsignals import ANY, Namespace, Payload, Signal, Stream
from typedsignals.pytest_plugin import CaptureSignals
from typedsignals.testing import Capture, Record, capture, isolated, muted, only


class Shop: ...


class OrderPlaced(Payload):
    order_id: int


class OrderShipped(Payload):
    parcel: str


order_placed = Signal(OrderPlaced, sender=Shop)
order_shipped = Signal(OrderShipped)
untyped = Signal()
namespace = Namespace("shop")
shop = Shop()


def is_large(sender: Shop, payload: OrderPlaced) -> bool:
    return payload.order_id > 7


def is_parcel(sender: object, payload: OrderShipped) -> bool:
    return True


def ship(sender: Shop, order_id: int) -> None: ...


# One signal: its payload and its sender.
assert_type(capture(order_placed).one().payload.order_id, int)
assert_type(capture(order_placed), Capture[OrderPlaced, Shop])
assert_type(capture(order_placed).one(), Record[OrderPlaced, Shop])
assert_type(capture(order_placed).last.sender, Shop)
assert_type(capture(order_placed).last.time, datetime)
assert_type(capture(order_placed).payloads, tuple[OrderPlaced, ...])
assert_type(capture(order_placed).records, tuple[Record[OrderPlaced, Shop], ...])
assert_type(len(capture(order_placed)), int)
assert_type(capture(order_shipped).one().payload, OrderShipped)
capture(order_placed).one().payload.oder_id  # E: no such field
capture(order_placed).one().payload.order_id.upper()  # E: int has none
capture(order_placed).one().sender = shop  # E: frozen

with capture(order_placed) as captured:
    assert_type(captured, Capture[OrderPlaced, Shop])
    for record in captured:
        assert_type(record.payload.order_id, int)
        assert_type(record.signal, Signal[OrderPlaced, Shop, ...])


async def capture_async() -> None:
    async with capture(order_placed) as captured:
        assert_type(captured.one().payload, OrderPlaced)


# Several signals, namespaces and signals without payload: anything.
assert_type(capture(order_placed, order_shipped), Capture[Any, Any])
assert_type(capture(namespace), Capture[Any, Any])
assert_type(capture(namespace, untyped).one().payload, Any)
capture(untyped).one().payload["reason"]
capture("order-placed")  # E: no signal
capture(order_placed, "order-shipped")  # E: no signal
capture()  # E: nothing to capture

# Senders and predicates.
capture(order_placed, sender=shop)
capture(order_placed, sender=ANY)
capture(order_placed, where=is_large)
capture(order_placed, where=lambda sender, payload: payload.order_id > 7)
capture(order_placed, order_shipped, sender=shop, where=lambda sender, payload: True)
capture(order_placed, sender="shop")  # E: str is no Shop
capture(order_placed, where=is_parcel)  # E: of another payload
capture(order_placed, where=lambda sender, payload: payload.oder_id > 7)  # E: no such field

# Assertions.
captured.assert_sent(order_id=7)
captured.assert_sent(order_placed)
captured.assert_sent_once(order_placed, order_id=7)
captured.assert_not_sent()
captured.assert_order(order_placed, order_shipped)
captured.assert_sent("order-placed")  # E: no signal
captured.assert_order("order-placed")  # E: no signal

# Who receives.
with muted(order_placed, namespace) as nothing:
    assert_type(nothing, None)
blocks: list[AbstractContextManager[None]] = [only(ship, scope="context"), isolated(order_placed, scope="process")]
muted("order-placed")  # E: no signal
only(order_placed)  # E: no receiver
isolated(order_placed, scope="thread")  # E: no such scope


# The fixture that captures.
def test(capture_signals: CaptureSignals) -> None:
    assert_type(capture_signals(order_placed), Capture[OrderPlaced, Shop])
    assert_type(capture_signals(order_placed, sender=shop).one().payload.order_id, int)
    assert_type(capture_signals(order_placed, order_shipped), Capture[Any, Any])
    assert_type(capture_signals(namespace), Capture[Any, Any])
    capture_signals(order_placed, sender="shop")  # E: str is no Shop
    capture_signals("order-placed")  # E: no signal


# Waiting.
assert_type(order_placed.wait_sync(), tuple[Shop, OrderPlaced])
assert_type(order_placed.wait_sync(shop, timeout=1.5)[1].order_id, int)
order_placed.wait_sync("shop")  # E: str is no Shop
order_placed.wait_sync(where=is_large)
order_placed.wait_sync(where=is_parcel)  # E: of another payload
order_placed.wait_sync(ANY, is_large)  # E: by keyword only


async def wait() -> None:
    assert_type(await order_placed.wait(), tuple[Shop, OrderPlaced])
    assert_type((await order_placed.wait(shop, where=is_large, timeout=1))[1].order_id, int)
    await order_placed.wait("shop")  # E: str is no Shop
    await order_placed.wait(where=is_parcel)  # E: of another payload
    await order_placed.wait(timeout="1")  # E: str is no number


async def stream() -> None:
    assert_type(order_placed.stream(), AbstractAsyncContextManager[Stream[OrderPlaced, Shop]])
    async with order_placed.stream(shop, max_buffer=7, when_full="drop_oldest") as events:
        assert_type(events, Stream[OrderPlaced, Shop])
        assert_type(events.dropped, int)
        async for sender, payload in events:
            assert_type(sender, Shop)
            assert_type(payload.order_id, int)
    order_placed.stream("shop")  # E: str is no Shop
    order_placed.stream(max_buffer="7")  # E: str is no int
    order_placed.stream(when_full="block")  # E: no such policy


# Sending concurrently.
async def send() -> None:
    assert_type(await order_placed.send_concurrent(shop, order_id=7), list[tuple[Callable[..., Any], Any]])
    await order_placed.send_concurrent(shop, order_id="7")  # E: str is no int
    await order_placed.send_concurrent(shop)  # E: order_id is missing
    await order_placed.send_concurrent(shop, order_id=7, oder_id=7)  # E: no such field
    await order_placed.send_concurrent("shop", order_id=7)  # E: str is no Shop


order_placed.connect(ship, thread=True)
order_placed.connect_via(shop, thread=True)(ship)
order_placed.connected_to(ship, thread=True)
order_placed.connect(ship, thread="yes")  # E: str is no bool
assert_type(order_placed.connections[0].thread, bool)
