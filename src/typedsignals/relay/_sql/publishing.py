"""Write a message, and a delivery for each group that subscribes to it, in the transaction of the caller."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, insert, literal, select, update
from sqlalchemy.orm import registry

from .clock import now
from .tables import COUNTED, delivery, message, subscription

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper, Session

    from .._message.message import Message


class MessageRow:
    """A message in a session, which writes it with everything else that it flushes."""

    def __init__(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)


registry(metadata=message.metadata).map_imperatively(MessageRow, message)


def add_to_session(session: Session, sent: Message) -> None:
    """Let a session write a message at its next flush; a savepoint that is rolled back takes it along."""
    session.add(MessageRow(_values(sent)))


def insert_now(connection: Connection, sent: Message) -> None:
    """Write a message at once."""
    (seq,) = connection.execute(insert(message).values(_values(sent)).returning(message.c.seq)).one()
    _subscribed(connection, seq, sent.type, sent.key)


@event.listens_for(MessageRow, "after_insert")
def _after_insert(_mapper: Mapper[MessageRow], connection: Connection, row: Any) -> None:
    _subscribed(connection, row.seq, row.type, row.key)


def _values(sent: Message) -> dict[str, Any]:
    return {
        "id": sent.id,
        "type": sent.type,
        "source": sent.source,
        "subject": sent.subject,
        "key": sent.key,
        "time": now(),
        "heard": True,
        "content": sent.content,
        "headers": json.dumps(dict(sent.headers)),
    }


def _subscribed(connection: Connection, seq: int, kind: str, key: str | None) -> None:
    """Make the deliveries; if there are none, mark the message as unheard."""
    groups = select(
        subscription.c.grp,
        literal(seq, delivery.c.seq.type),
        literal(key, delivery.c.key.type),
        literal(0),
        now(),
    ).where(subscription.c.type == kind)
    made = insert(delivery).from_select(["grp", "seq", "key", "attempt", "due"], groups)
    if not connection.execute(made.execution_options(**COUNTED)).rowcount:
        connection.execute(update(message).where(message.c.seq == seq).values(heard=False))
