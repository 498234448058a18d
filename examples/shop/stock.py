"""The stock of a shop: reserved when an order is placed, and given back when it is not paid for."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from .domain import Decline, LineItem, OrderRefusedError, Shop, Turn, order_placed, payment_failed, stock_low

REORDER_LEVEL = 10


def read_products(file: Path) -> Counter[str]:
    """How many pieces of each product there are."""
    with file.open(newline="", encoding="utf-8") as rows:
        return Counter({row["sku"]: int(row["pieces"]) for row in csv.DictReader(rows)})


class Warehouse:
    """What lies behind one shop; orders placed with other shops do not concern it."""

    def __init__(self, shop: Shop, pieces: Counter[str]) -> None:
        self.pieces = pieces
        self._reserved: dict[int, Counter[str]] = {}
        order_placed.connect(self.reserve, sender=shop, priority=Turn.RESERVE)
        payment_failed.connect(self.release, sender=shop)

    def reserve(self, sender: Shop, order_id: int, lines: tuple[LineItem, ...], **extra: object) -> None:
        """Set aside all that was ordered, or refuse the order and set aside nothing."""
        wanted: Counter[str] = Counter()
        for line in lines:
            wanted[line.sku] += line.quantity
        for sku, quantity in wanted.items():
            self._check(sku, quantity)
        self._reserved[order_id] = wanted
        for sku, quantity in wanted.items():
            self._take(sender, sku, quantity)

    def release(self, sender: Shop, order_id: int, reason: Decline, **extra: object) -> None:
        """Put back what was set aside."""
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
