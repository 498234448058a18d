"""The order book, which refuses an order that was placed before."""

from __future__ import annotations

from .domain import OrderRefusedError, Shop, Turn, order_placed


class OrderBook:
    def __init__(self) -> None:
        self._entered: set[int] = set()
        order_placed.connect(self.enter, priority=Turn.CHECK)

    def enter(self, sender: Shop, order_id: int, **extra: object) -> None:
        """Enter the order; its number cannot be used again, even if the order is refused later."""
        if order_id in self._entered:
            raise OrderRefusedError(f"order {order_id} was placed before")
        self._entered.add(order_id)
