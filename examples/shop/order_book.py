"""The order book: no order is taken twice."""

from __future__ import annotations

from .domain import OrderRefusedError, Shop, Turn, order_placed


class OrderBook:
    def __init__(self) -> None:
        self._entered: set[int] = set()
        order_placed.connect(self.enter, priority=Turn.CHECK)

    def enter(self, sender: Shop, order_id: int, **extra: object) -> None:
        """Enter the order; its number is used up from now on, whatever becomes of it."""
        if order_id in self._entered:
            raise OrderRefusedError(f"order {order_id} was placed before")
        self._entered.add(order_id)
