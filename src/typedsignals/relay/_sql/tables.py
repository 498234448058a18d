"""The tables of the queue, in the user's own database. Their `metadata` is public, for tools such as Alembic."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_VERSION: Final = 1
MOST_KEY = 255
"""The longest key, in characters."""

COUNTED: Final = {"preserve_rowcount": True}
"""The execution options of an ``INSERT`` whose number of rows is asked for."""

metadata: Final = MetaData()
"""The tables of the relay."""

_Sequence = BigInteger().with_variant(Integer, "sqlite")

message: Final = Table(
    "typedsignals_message",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("type", String(255), nullable=False),
    Column("source", String(255), nullable=False),
    Column("subject", Text),
    Column("key", String(MOST_KEY)),
    Column("time", Double, nullable=False),
    Column("heard", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False),
    # Without this, SQLite may give the number of the last message, if that is deleted, to the next one.
    sqlite_autoincrement=True,
)
"""All messages that somebody still needs. They are in the order of ``seq``: identifiers come from publishers' clocks.

``heard`` is false as long as no group subscribes to the type.
"""

Index("typedsignals_message_unheard", message.c.type, postgresql_where=~message.c.heard, sqlite_where=~message.c.heard)

delivery: Final = Table(
    "typedsignals_delivery",
    metadata,
    Column("grp", String(100), primary_key=True),
    Column("seq", _Sequence, primary_key=True, autoincrement=False),
    Column("key", String(MOST_KEY)),
    Column("attempt", Integer, nullable=False),
    Column("due", Double),
    Column("token", String(36)),
    Column("error", Text),
    Index("typedsignals_delivery_due", "grp", "due", "seq"),
    Index("typedsignals_delivery_key", "grp", "key", "seq"),
    Index("typedsignals_delivery_seq", "seq"),
    sqlite_with_rowid=False,
)
"""Which groups still have to receive which messages.

``due`` is when a delivery may be taken or, if it is taken, when its lease ends. It is NULL while the delivery is
parked behind an earlier one with its key. ``token`` says who holds the lease.
"""

dead: Final = Table(
    "typedsignals_dead",
    metadata,
    Column("grp", String(100), primary_key=True),
    Column("seq", _Sequence, primary_key=True, autoincrement=False),
    Column("key", String(MOST_KEY)),
    Column("attempt", Integer, nullable=False),
    Column("time", Double, nullable=False),
    Column("error", Text, nullable=False),
    Index("typedsignals_dead_seq", "seq"),
    sqlite_with_rowid=False,
)
"""The deliveries that were given up, and why: the class of the error and its place, not its text."""

subscription: Final = Table(
    "typedsignals_subscription",
    metadata,
    Column("grp", String(100), primary_key=True),
    Column("type", String(255), primary_key=True),
    Index("typedsignals_subscription_type", "type"),
)
"""Which groups receive messages of which types."""

schema: Final = Table("typedsignals_schema", metadata, Column("version", Integer, primary_key=True))
"""One row: the version of these tables."""

inbox: Final = Table(
    "typedsignals_inbox",
    metadata,
    Column("grp", String(100), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("time", Double, nullable=False),
    sqlite_with_rowid=False,
)
"""Which messages a group has worked on, for receivers that ask."""
