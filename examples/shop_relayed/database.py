"""The tables of the shop. The relay adds its own to the same database."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from typedsignals.relay import begin_immediate

FOLDER = Path(os.environ.get("SHOP_FOLDER", "."))
ADDRESS = f"sqlite:///{FOLDER / 'shop.db'}"


class Table(DeclarativeBase):
    pass


class Order(Table):
    """An order that was taken."""

    __tablename__ = "shop_order"

    number: Mapped[int] = mapped_column(primary_key=True)
    shop: Mapped[str]
    customer: Mapped[str]


class Shelf(Table):
    """How many pieces of a product a shop has."""

    __tablename__ = "shelf"

    shop: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(primary_key=True)
    pieces: Mapped[int]
    pieces_at_first: Mapped[int]


class Picking(Table):
    """Pieces that were taken from a shelf. One order could be in it twice, if it were worked on twice."""

    __tablename__ = "picking"

    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int]
    shop: Mapped[str]
    sku: Mapped[str]
    pieces: Mapped[int]


def new_engine() -> Engine:
    """Make the shop's own engine. On SQLite, transactions that write must say so when they begin."""
    return begin_immediate(create_engine(ADDRESS))
