"""Look at the deliveries that were given up, and decide what becomes of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, literal, select

from .clock import now
from .tables import dead, delivery, message

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A delivery that was given up.

    Attributes:
        id: The identifier of the message.
        group: The group.
        type: The full name of the signal.
        attempt: How often it was delivered.
        time: When it was given up.
        reason: The class of the error and its place; no values.
    """

    id: str
    group: str
    type: str
    attempt: int
    time: datetime
    reason: str


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """List all that was given up, the earliest first."""
    columns = [message.c.id, dead.c.grp, message.c.type, dead.c.attempt, dead.c.time, dead.c.error]
    found = connection.execute(select(*columns).where(dead.c.seq == message.c.seq).order_by(dead.c.time, dead.c.seq))
    return [
        DeadLetter(
            id=row.id,
            group=row.grp,
            type=row.type,
            attempt=row.attempt,
            time=datetime.fromtimestamp(row.time, UTC),
            reason=row.error,
        )
        for row in found
    ]


def retry(connection: Connection, ids: Collection[str]) -> int:
    """Deliver again what was given up, as if it had never been delivered; return how many."""
    columns = ["grp", "seq", "key", "attempt", "due"]
    again = select(dead.c.grp, dead.c.seq, dead.c.key, literal(0), now()).where(_chosen(ids))
    connection.execute(insert(delivery).from_select(columns, again))
    return drop(connection, ids)


def drop(connection: Connection, ids: Collection[str]) -> int:
    """Delete what was given up; return how many."""
    return connection.execute(delete(dead).where(_chosen(ids))).rowcount


def content_of(connection: Connection, number: str) -> bytes | None:
    """Return the payload of a message, as JSON; None if there is no such message."""
    return connection.execute(select(message.c.content).where(message.c.id == number)).scalar()


def _chosen(ids: Collection[str]) -> ColumnElement[bool]:
    return dead.c.seq.in_(select(message.c.seq).where(message.c.id.in_(ids)))
