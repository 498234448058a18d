"""The stock of a shop, with a wrong sender."""

from __future__ import annotations

from examples.shop import stock
from examples.shop.domain import Shop, stock_low


class Warehouse(stock.Warehouse):
    def _take(self, sender: Shop, sku: str, quantity: int) -> None:
        self.pieces[sku] -= quantity
        if self.pieces[sku] < stock.REORDER_LEVEL:
            stock_low.send_robust(sender.name, sku=sku, left=self.pieces[sku])  # mistake: a name is not a Shop
