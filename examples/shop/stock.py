"""The stock of a shop, reserved when an order is placed and released when its payment fails."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from .domain import Decline, LineItem, OrderRefusedError, Shop, Turn, order_placed, payment_failed, stock_low

REORDER_LEVEL = 10


def read_products(file: Path) -> Counter[str]:
    """Read how many pieces of each product there are."""
    with file.open(newline="", encoding="utf-8") as rows:
        return Counter({row["sku"]: int(row["pieces"]) for row in csv.DictReader(rows)})


class Warehouse:
    """The warehouse of one shop; it gets only the orders of that shop."""

    def __init__(self, shop: Shop, pieces: Counter[str]) -> None:
        self.pieces = pieces
        self._reserved: dict[int, Counter[str]] = {}
        order_placed.connect(self.reserve, sender=shop, priority=Turn.RESERVE)
        payment_failed.connect(self.release, sender=shop)

    def reserve(self, sender: Shop, order_id: int, lines: tuple[LineItem, ...], **extra: object) -> None:
        """Reserve everything that was ordered, or refuse the order and reserve nothing."""
        wanted: Counter[str] = Counter()
        for line in lines:
            wanted[line.sku] += line.quantity
        for sku, quantity in wanted.items():
            self._check(sku, quantity)
        self._reserved[order_id] = wanted
        for sku, quantity in wanted.items():
            self._take(sender, sku, quantity)

    def release(self, sender: Shop, order_id: int, reason: Decline, **extra: object) -> None:
        """Put back what was reserved."""
        self.pieces.update(self._reserved.pop(order_id))

    def _check(self, sku: str, quantity: int) -> None:
        if sku not in self.pieces:
            raise OrderRefusedError(f"there is no product {sku}")
        if self.pieces[sku] < quantity:
            raise OrderRefusedError(f"{quantity} pieces of {sku} were ordered, {self.pieces[sku]} are there")

    def _take(self, sender: Shop, sku: str, quantity: int) -> None:
        before = self.pieces[sku]
        self.pieces[sku] -= quantity
        if self.pieces[sku] < REORDER_LEVEL <= before:
            stock_low.send_robust(sender, sku=sku, left=self.pieces[sku])
