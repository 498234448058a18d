"""The stock, in a worker: what it writes is committed together with the end of the message, so exactly once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from examples.shop.domain import LineItem, Shop, order_placed, stock_low
from examples.shop.stock import REORDER_LEVEL
from typedsignals.relay import Reject

from .database import Picking, Shelf
from .relay import relay


@relay.receiver(order_placed, group="stock", session=True)
def pick(sender: Shop, session: Session, /, order_id: int, lines: tuple[LineItem, ...], **extra: object) -> None:
    """Take everything that was ordered from the shelves, and tell if a product is about to run out."""
    for line in lines:
        shelf = session.get_one(Shelf, (sender.name, line.sku), with_for_update=True)
        before, left = shelf.pieces, shelf.pieces - line.quantity
        if left < 0:
            raise Reject("there are too few pieces")
        shelf.pieces = left
        session.add(Picking(order=order_id, shop=sender.name, sku=line.sku, pieces=line.quantity))
        if left < REORDER_LEVEL <= before:
            relay.publish(session, stock_low, sender, sku=line.sku, left=left)
