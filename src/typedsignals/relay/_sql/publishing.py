"""Write a message, and a delivery for each group that subscribes to it, in the transaction of the caller."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, event, insert, literal_column, select, update
from sqlalchemy.orm import registry
from typing_extensions import TypeIs

from .clock import now
from .tables import COUNTED, delivery, message, subscription

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Dialect, Insert
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
    seq = _insert(connection, _values(sent))
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
_GIVEN = ("id", "type", "source", "subject", "key", "heard", "content", "headers")
_INSERT_ONLY = _INSERT.values({name: bindparam(name) for name in _GIVEN}).inline()
_INSERT_AND_TELL = _INSERT_ONLY.returning(message.c.seq)
_SEQ = bindparam("a_seq", type_=delivery.c.seq.type)
_KEY = bindparam("a_key", type_=delivery.c.key.type)
_DELIVERIES = (
    insert(delivery)
    .from_select(
        ["grp", "seq", "key", "attempt", "due"],
        select(subscription.c.grp, _SEQ, _KEY, literal_column("0"), now()).where(
            subscription.c.type == bindparam("a_type")
        ),
    )
    .execution_options(**COUNTED)
)
_UNHEARD = update(message).where(message.c.seq == _SEQ).values(heard=False)


def _insert(connection: Executor, values: dict[str, Any]) -> int:
    """Write the message, and return its number."""
    if not _is_plain(connection):
        return int(connection.execute(_INSERT, values).inserted_primary_key[0])
    if connection.dialect.name == "sqlite":
        return _execute(connection, _INSERT_ONLY, values).lastrowid
    return int(_execute(connection, _INSERT_AND_TELL, values).scalar_one())


def _subscribed(connection: Executor, seq: int, kind: str, key: str | None) -> None:
    """Make the deliveries; if there are none, mark the message as unheard."""
    values = {"a_seq": seq, "a_key": key, "a_type": kind}
    if _is_plain(connection):
        number = _execute(connection, _DELIVERIES, values).rowcount
    else:
        number = connection.execute(_DELIVERIES, values).rowcount
    if not number:
        connection.execute(_UNHEARD, {"a_seq": seq})


def _is_plain(connection: Executor) -> TypeIs[Connection]:
    """Whether statements that were compiled before mean the same on a connection."""
    return isinstance(connection, Connection) and not connection.get_execution_options().get("schema_translate_map")


def _execute(connection: Connection, statement: Insert, values: dict[str, Any]) -> CursorResult[Any]:
    """Execute a statement that was compiled before: to prepare one takes longer than the database to execute it."""
    compiled, order = _compiled(statement, connection.dialect)
    given = values if order is None else tuple([values[name] for name in order])
    return connection.exec_driver_sql(compiled, given, execution_options=COUNTED)


@lru_cache(maxsize=32)
def _compiled(statement: Insert, dialect: Dialect) -> tuple[str, Sequence[str] | None]:
    """Return a statement in the SQL of a database and its driver, and the order of its values, unless by name."""
    compiled = statement.compile(dialect=dialect)
    return compiled.string, compiled.positiontup
