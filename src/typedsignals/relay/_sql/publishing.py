"""Write a message, and a delivery for each group that subscribes to it, in the transaction of the caller."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, event, insert, literal, select, update
from sqlalchemy.orm import registry

from .clock import now
from .tables import COUNTED, delivery, message, subscription

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper, Session

    from .._message.message import Message
    from .databases import Executor


class MessageRow:
    """A message in a session, which writes it with everything else that it flushes."""

    def __init__(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)


registry(metadata=message.metadata).map_imperatively(MessageRow, message)


def add_to_session(session: Session, sent: Message) -> None:
    """Let a session write a message at its next flush; a savepoint that is rolled back takes it along."""
    session.add(MessageRow(_values(sent) | {"time": now()}))


def insert_now(connection: Executor, sent: Message) -> None:
    """Write a message at once."""
    seq = connection.execute(_INSERT, _values(sent)).inserted_primary_key[0]
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
        "heard": True,
        "content": sent.content,
        "headers": json.dumps(dict(sent.headers)) if sent.headers else "{}",
    }


# Statements are made once, as making one takes longer than executing it.
_INSERT = insert(message).values(time=now())
_SEQ = bindparam("a_seq", type_=delivery.c.seq.type)
_DELIVERIES = (
    insert(delivery)
    .from_select(
        ["grp", "seq", "key", "attempt", "due"],
        select(subscription.c.grp, _SEQ, bindparam("a_key", type_=delivery.c.key.type), literal(0), now()).where(
            subscription.c.type == bindparam("a_type")
        ),
    )
    .execution_options(**COUNTED)
)
_UNHEARD = update(message).where(message.c.seq == _SEQ).values(heard=False)


def _subscribed(connection: Executor, seq: int, kind: str, key: str | None) -> None:
    """Make the deliveries; if there are none, mark the message as unheard."""
    if not connection.execute(_DELIVERIES, {"a_seq": seq, "a_key": key, "a_type": kind}).rowcount:
        connection.execute(_UNHEARD, {"a_seq": seq})
