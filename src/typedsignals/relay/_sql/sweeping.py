"""Delete messages that nobody needs any more.

Not together with the last delivery: two groups that end at once would each see that of the other, and leave the message
behind, or wait for each other.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, literal, or_, select

from .clock import now
from .tables import dead, delivery, message

MOST_AT_ONCE = 1000


def sweep(connection: Connection) -> int:
    """Delete messages that have reached all their groups, at most a thousand; return how many."""
    needed = or_(_refers(delivery.c.seq), _refers(dead.c.seq))
    unneeded = select(message.c.seq).where(message.c.heard, ~needed).order_by(message.c.seq).limit(MOST_AT_ONCE)
    return connection.execute(delete(message).where(message.c.seq.in_(unneeded))).rowcount


def purge(connection: Connection, *, older: float | None = None, subject: str | None = None) -> int:
    """Delete dead deliveries and unheard messages; return how many.

    Args:
        connection: A connection in a transaction.
        older: Only those that were published so many seconds ago.
        subject: Only those whose sender has this text.
    """
    conditions = []
    if older is not None:
        conditions.append(message.c.time < now() - older)
    if subject is not None:
        conditions.append(message.c.subject == subject)
    chosen = select(message.c.seq).where(and_(literal(True), *conditions))
    buried = connection.execute(delete(dead).where(dead.c.seq.in_(chosen))).rowcount
    unheard = connection.execute(delete(message).where(~message.c.heard, *conditions)).rowcount
    sweep(connection)
    return buried + unheard


def _refers(number: ColumnElement[int]) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(number == message.c.seq))
