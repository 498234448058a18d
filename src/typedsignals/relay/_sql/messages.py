"""Read messages back from their table."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from .._message.message import NO_HEADERS, Message
from .clock import now
from .lists import among, listed
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
        rows = connection.execute(_CHOSEN[connection.dialect.name], {"numbers": listed(numbers)}).all()
        for content, *packed in rows:
            seq, *attributes = packed[0] if len(packed) == 1 else packed
            with suppress(ValueError, OverflowError, TypeError):
                found[seq] = _found(content, attributes)
    return found


_ATTRIBUTES = [
    *(message.c[name] for name in ("seq", "id", "source", "type", "subject", "key", "time", "headers")),
    now() - message.c.time,
]
_THESE = among(message.c.seq, "numbers")
_CHOSEN = {
    "sqlite": select(message.c.content, *_ATTRIBUTES).where(_THESE),
    # psycopg takes a microsecond and more for each value, and parses JSON by itself.
    "postgresql": select(message.c.content, func.json_build_array(*_ATTRIBUTES)).where(_THESE),
}


def _found(content: bytes, attributes: Sequence[Any]) -> Found:
    number, source, kind, subject, key, seconds, headers, age = attributes
    sent = Message(
        id=number,
        source=source,
        type=kind,
        subject=subject,
        key=key,
        time=datetime.fromtimestamp(seconds, UTC),
        content=content,
        headers=dict(json.loads(headers)) if headers != "{}" else NO_HEADERS,
    )
    return Found(sent, age)
