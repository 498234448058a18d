"""The tables."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """Something that is kept."""


class Account(Table):
    __tablename__ = "accounts"

    number: Mapped[int] = mapped_column(primary_key=True)
    cents: Mapped[int]


class Balance(Table):
    """What an account had after a change."""

    __tablename__ = "balances"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey(Account.number))
    cents: Mapped[int]
