"""Read messages back from their table."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from .._message.message import NO_HEADERS, Message
from .clock import now
from .tables import message


@dataclass(frozen=True, slots=True)
class Found:
    """A message, and how many seconds ago it was published."""

    message: Message
    age: float


def messages_of(connection: Connection, numbers: Collection[int]) -> dict[int, Found]:
    """Read the messages with these numbers; those whose row is damaged or gone are left out."""
    found: dict[int, Found] = {}
    if numbers:
        for row in connection.execute(_CHOSEN, {"numbers": numbers}):
            with suppress(ValueError, OverflowError, TypeError):
                found[row.seq] = _found(row)
    return found


_CHOSEN = select(
    *(column for column in message.c if column.name != "heard"), (now() - message.c.time).label("age")
).where(message.c.seq.in_(bindparam("numbers", expanding=True)))


def _found(row: Any) -> Found:
    sent = Message(
        id=row.id,
        source=row.source,
        type=row.type,
        subject=row.subject,
        key=row.key,
        time=datetime.fromtimestamp(row.time, UTC),
        content=row.content,
        headers=dict(json.loads(row.headers)) if row.headers != "{}" else NO_HEADERS,
    )
    return Found(sent, row.age)
