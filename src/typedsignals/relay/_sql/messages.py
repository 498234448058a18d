"""Read messages back from their table."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from .._message.message import Message
from .clock import now
from .tables import message


@dataclass(frozen=True, slots=True)
class Found:
    """A message, and how many seconds ago it was published."""

    message: Message
    age: float


def messages_of(connection: Connection, numbers: Collection[int]) -> dict[int, Found]:
    """Read the messages with these numbers."""
    if not numbers:
        return {}
    columns = [column for column in message.c if column.name != "heard"]
    chosen = select(*columns, (now() - message.c.time).label("age")).where(message.c.seq.in_(numbers))
    return {row.seq: _found(row._mapping) for row in connection.execute(chosen)}


def _found(row: Any) -> Found:
    sent = Message(
        id=row["id"],
        source=row["source"],
        type=row["type"],
        subject=row["subject"],
        key=row["key"],
        time=datetime.fromtimestamp(row["time"], UTC),
        content=row["content"],
        headers=json.loads(row["headers"]),
    )
    return Found(sent, row["age"])
