"""Namespaces: a signal that is declared in one is typed as one that is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, assert_type

import typedsignals
from typedsignals import NamedSignal, Namespace, Payload, Signal, default_namespace


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None


shop = Shop()
signals = Namespace("shop")
Namespace()


def ship(sender: Shop, order_id: int, **extra: Any) -> None: ...
def ship_wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


# A payload and a sender.
order_placed = signals.signal("order-placed", OrderPlaced, sender=Shop, doc="An order is placed.", validate="connected")
order_placed.send(shop, order_id=7)
order_placed.send(shop, order_id=7, coupon="A1")
order_placed.send(shop, order_id="7")  # E: str is no int
order_placed.send(shop)  # E: order_id is missing
order_placed.send(shop, order_id=7, cupon="A1")  # E: no such field
order_placed.send("shop", order_id=7)  # E: str is no Shop
order_placed.connect(ship)
order_placed.connect(ship_wrong)  # E: order_id is an int
assert_type(order_placed.send(shop, order_id=7), list[tuple[Callable[..., Any], Any]])

assert_type(signals.disconnect_all(), int)

# A payload.
order_packed = signals.signal("order-packed", OrderPlaced)
order_packed.send(None, order_id=7)
order_packed.send("anyone", order_id=7)
order_packed.send(None, order_id="7")  # E: str is no int
order_packed.send(order_id=7)  # E: no sender
order_packed.connect(ship)
order_packed.connect(ship_wrong)  # E: order_id is an int

# A sender.
opened = signals.signal("opened", sender=Shop)
opened.send(shop, anything="goes")
opened.send("shop")  # E[mypy,pyright,ty]: str is no Shop
opened.connect(ship_wrong)

# Neither.
closed = signals.signal("closed")
closed.send()
closed.send(shop, anything="goes")
closed.connect(ship)
closed.connect(ship_wrong)
assert_type(closed, NamedSignal)
assert_type(signals.signal("closed", "The shop is closed."), NamedSignal)
assert_type(signals.signal("closed", doc="The shop is closed."), NamedSignal)
assert_type(typedsignals.signal("closed"), NamedSignal)
assert_type(typedsignals.signal("closed", "The shop is closed."), NamedSignal)
assert_type(NamedSignal("closed", "The shop is closed."), NamedSignal)

# What is no declaration.
signals.signal()  # E: no name
signals.signal(7)  # E: the name is a str
signals.signal("x", Shop)  # E: no model
signals.signal("x", 7)  # E: no model
signals.signal("x", OrderPlaced, Shop)  # E: sender is a keyword
signals.signal("x", OrderPlaced, sender="shop")  # E: no class
signals.signal("x", OrderPlaced, validate="sometimes")  # E: no such mode
signals.signal("x", OrderPlaced, name="y")  # E: the name is given
Namespace(7)  # E: the name is a str
typedsignals.signal("x", OrderPlaced)  # E: Blinker's signals have no payload

# A mapping of names to signals of any kind.
mapping: Mapping[str, Signal[Any, Any, ...]] = signals
assert_type(signals.name, str)
assert_type(len(signals), int)
assert_type(list(signals), list[str])
assert_type("opened" in signals, bool)
assert_type(signals["opened"], Signal[Any, Any, ...])
assert_type(signals.get("opened"), Signal[Any, Any, ...] | None)
assert_type(default_namespace, Namespace)
for name, each in signals.items():
    assert_type(name, str)
    each.send(None, anything="goes")
signals["opened"] = opened  # E: signals are declared, not put in
del signals["opened"]  # E: signals stay


# Which kinds of receivers a signal accepts: types cannot tell a coroutine function from another, but the plugin can.
signals.signal("sync", OrderPlaced, sender=Shop, validate="never", accepts="sync").connect(ship)
signals.signal("async", OrderPlaced, accepts="async").connect(ship)
signals.signal("any", sender=Shop, accepts="any").connect(ship)
assert_type(signals.signal("named", accepts="sync"), NamedSignal)
assert_type(NamedSignal("named", accepts="async").accepts, Literal["any", "sync", "async"])
Signal(OrderPlaced, accepts="sync").connect(ship_wrong)  # E: order_id is an int
signals.signal("neither", OrderPlaced, accepts="both")  # E: no such kind
Signal(OrderPlaced, sender=Shop, accepts=True)  # E: a bool is no kind
Signal(accepts="plain")  # E: no such kind
