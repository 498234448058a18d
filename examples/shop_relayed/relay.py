"""Which signals travel to workers, and through which database."""

from __future__ import annotations

from examples.shop.domain import Shop, order_placed, stock_low
from typedsignals.relay import Relay

from .database import ADDRESS

LEASE = 2.0
"""Short, so that the demo soon goes on with what a killed worker had. A real shop keeps the default, 30 seconds."""

shops = {name: Shop(name) for name in ("Bern", "Dublin")}

relay = Relay(
    "shop",
    database=ADDRESS,
    modules=["examples.shop_relayed.stock", "examples.shop_relayed.mails"],
    lease=LEASE,
)
relay.carry(order_placed, subject=lambda shop: shop.name, sender=shops.__getitem__)
relay.carry(stock_low, subject=lambda shop: shop.name, sender=shops.__getitem__)
