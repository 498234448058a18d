"""Signals without a payload: whatever Blinker allows, type checkers do too."""

from __future__ import annotations

from typing import Any, assert_type

from typedsignals import ANY, NamedSignal, Signal, signal


class Shop: ...


def anything(*args: Any, **kwargs: Any) -> None: ...
def only_sender(sender: Shop) -> None: ...
def some_fields(sender: object, order_id: int, **extra: Any) -> None: ...
def no_parameters() -> None: ...
async def awaited(sender: Any, *, count: int) -> None: ...


shop = Shop()
plain = Signal()
Signal("What it means.")
Signal(None)
Signal(name="plain", doc="What it means.", validate="never")

plain.send()  # E[mypy,pyright,ty]: without payload, the sender may be left out, but no type can say so
plain.send(shop)
plain.send(None, order_id=7, anything="goes")
plain.send_robust(shop, order_id=7)
plain.connect(anything)
plain.connect(only_sender)
plain.connect(some_fields, shop)
plain.connect(some_fields, sender=ANY, weak=False)
plain.connect(awaited, priority=1, once=True)
plain.connect(lambda sender, **extra: None, weak=False)  # E[pyright,pyrefly]: extra has no type
plain.connect(lambda sender: None, weak=False)  # E[mypy]: cannot infer the type of the lambda
plain.connected_to(anything)
plain.disconnect(anything)
plain.connect(7)  # E: no callable


@plain.connect
def decorated(sender: Shop, order_id: int) -> str:
    return f"{order_id}"


@plain.connect_via(shop)
def via(sender: Shop, order_id: int, **extra: Any) -> None: ...


assert_type(decorated(shop, 7), str)


async def send_async() -> None:
    await plain.send_async()  # E[mypy,pyright,ty]: as above
    await closed.send_async()
    await plain.send_async(shop, order_id=7)
    await plain.send_robust_async(shop, order_id=7)


# Blinker's wrappers.
plain.send(shop, _async_wrapper=anything, order_id=7)

# By name.
closed = signal("closed", "The shop is closed.")
closed.send()
closed.send(shop, at="noon")
closed.send(at="noon")
closed.connect(only_sender)
assert_type(closed, NamedSignal)

# Meta-signals.


def on_connected(sender: Any, receiver: Any, weak: bool, **extra: Any) -> None: ...


plain.receiver_connected.connect(on_connected)
plain.receiver_disconnected.connect(anything)
