"""Connections that have a key, or live as long as an object: all else is as it is without."""

from __future__ import annotations

from typing import Any, assert_type

from typedsignals import ANY, Connection, Namespace, Payload, Signal


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None


class Widget:
    def refresh(self, sender: Shop, order_id: int, **extra: Any) -> None: ...


def ship(sender: Shop, order_id: int, **extra: Any) -> str:
    return "shipped"


def ship_wrong(sender: Shop, order_id: str, **extra: Any) -> None: ...


def audit(sender: Shop, payload: OrderPlaced) -> None: ...


order_placed = Signal(OrderPlaced, sender=Shop)
shop, widget = Shop(), Widget()

# Keys.
order_placed.connect(ship, key="shop.ship")
order_placed.connect(ship, shop, key="shop.ship", weak=False)
order_placed.connect(ship, key=None)
order_placed.connect(audit, as_payload=True, key="shop.audit")
order_placed.connect(ship, key=7)  # E: a key is a string
order_placed.connect(ship_wrong, key="shop.ship")  # E: order_id is an int
order_placed.connect(audit, key="shop.audit")  # E: without as_payload
order_placed.connect(ship, ANY, True, "shop.ship")  # E: a key is passed by its name
assert_type(order_placed.connect(ship, key="shop.ship")(shop, order_id=7), str)


@order_placed.connect_via(ANY, key="shop.note")
def note(sender: Shop, order_id: int, **extra: Any) -> None: ...


@order_placed.connect_via(shop, key=b"shop.note")  # E: a key is a string
def note_bytes(sender: Shop, order_id: int, **extra: Any) -> None: ...


with order_placed.connected_to(ship, key="shop.ship") as receiver:
    assert_type(receiver(shop, order_id=7), str)
with order_placed.connected_to(audit, as_payload=True, key="shop.audit"):
    pass
with order_placed.connected_to(ship, key=7):  # E: a key is a string
    pass

# Disconnecting. Only the run time knows that one of a receiver and a key is needed.
assert_type(order_placed.disconnect(key="shop.ship"), bool)
assert_type(order_placed.disconnect(key="shop.ship", sender=shop), bool)
order_placed.disconnect()
order_placed.disconnect(key=7)  # E: a key is a string
order_placed.disconnect(7)  # E: no callable


def keys(connections: tuple[Connection, ...]) -> None:
    for connection in connections:
        assert_type(connection.key, str | None)
        connection.key = "other"  # E: frozen


# Lifetimes. Only the run time knows which objects can keep a receiver.
order_placed.connect(lambda sender, **extra: None, alive=widget)  # E[pyright]: extra has no type
order_placed.connect(ship, shop, alive=widget, key="shop.ship")
order_placed.connect(widget.refresh, alive=widget)
order_placed.connect(audit, as_payload=True, alive=widget)
order_placed.connect(ship_wrong, alive=widget)  # E: order_id is an int
order_placed.connect(audit, alive=widget)  # E: without as_payload
assert_type(order_placed.connect(ship, alive=widget)(shop, order_id=7), str)


@order_placed.connect_via(ANY, alive=widget)
def refresh(sender: Shop, order_id: int, **extra: Any) -> None: ...


with order_placed.connected_to(ship, alive=widget):  # E: it lives as long as the block
    pass

# Everything at once.
assert_type(Namespace("shop").disconnect_all(), int)
assert_type(order_placed.disconnect_all(), int)

# A signal as one sender sees it.
mine = order_placed.of(shop)
mine.connect(ship, key="shop.ship", alive=widget)
mine.connect(ship, key=7)  # E: a key is a string
mine.connect(ship_wrong, key="shop.ship", alive=widget)  # E: order_id is an int
assert_type(mine.disconnect(key="shop.ship"), bool)
mine.disconnect(key=7)  # E: a key is a string
with mine.connected_to(ship, key="shop.ship"):
    pass

# A hook.
may_ship = Namespace("shop").hook("may-ship", OrderPlaced, sender=Shop, returns=str)
may_ship.connect(ship, key="shop.ship", alive=widget)
may_ship.connect(ship, key=7)  # E: a key is a string
may_ship.connect(widget.refresh, alive=widget)  # E: None is not a str
may_ship.connect_via(ANY, key="shop.ship", alive=widget)(ship)
assert_type(may_ship.disconnect(key="shop.ship"), bool)
with may_ship.connected_to(ship, key="shop.ship"):
    pass
