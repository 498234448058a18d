"""Look whether anything was lost or done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .database import Order, Picking, Shelf


@dataclass(frozen=True)
class Inspection:
    """What the shop has done.

    Attributes:
        orders: The orders that were taken.
        picked: How often each was taken from the shelves.
        confirmed: How many mails confirm each.
        undeliverable: The orders with an address that does not exist.
        shelves: The shelves.
        pieces: How many pieces were taken from each, by what is written down of orders.
    """

    orders: Collection[int]
    picked: Counter[int]
    confirmed: Counter[int]
    undeliverable: Collection[int]
    shelves: Collection[Shelf]
    pieces: Counter[tuple[str, str]]

    @classmethod
    def of(cls, engine: Engine, mails: Path) -> Inspection:
        """Read it from the tables and the mails of the shop."""
        with Session(engine) as session:
            orders, pickings = session.scalars(select(Order)).all(), session.scalars(select(Picking)).all()
            pieces: Counter[tuple[str, str]] = Counter()
            for picking in pickings:
                pieces[picking.shop, picking.sku] += picking.pieces
            return cls(
                orders=[order.number for order in orders],
                picked=Counter(picking.order for picking in pickings),
                confirmed=_confirmed(mails),
                undeliverable=[order.number for order in orders if order.customer.endswith(".invalid")],
                shelves=session.scalars(select(Shelf)).all(),
                pieces=pieces,
            )

    def mistakes(self) -> Iterator[str]:
        """Say what was lost or done twice."""
        everything = Counter(self.orders)
        yield from _differences("picked", everything, self.picked)
        yield from _differences("confirmed", everything - Counter(self.undeliverable), self.confirmed)
        for shelf in self.shelves:
            if shelf.pieces + self.pieces[shelf.shop, shelf.sku] != shelf.pieces_at_first:
                yield f"{shelf.sku} in {shelf.shop}: the shelf does not have what it had, without what was taken"

    def summary(self) -> str:
        """Sum up what was done."""
        return (
            f"{len(self.orders)} orders were taken, {self.picked.total()} were picked from the shelves, and "
            f"{self.confirmed.total()} were confirmed by mail. {len(self.undeliverable)} could not be, as said above."
        )


def _differences(done: str, wanted: Counter[int], found: Counter[int]) -> Iterator[str]:
    for order in sorted(wanted | found):
        if wanted[order] != found[order]:
            yield f"order {order} was {done} {found[order]} times instead of {wanted[order]}"


def _confirmed(mails: Path) -> Counter[int]:
    subjects = (str(message_from_bytes(file.read_bytes())["Subject"]) for file in mails.glob("*.eml"))
    return Counter(int(subject.rsplit(" ", 1)[1]) for subject in subjects if subject.startswith("Your order "))
