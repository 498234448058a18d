"""The message: one event of a signal, as it travels from one process to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One event of a signal, with the attributes that CloudEvents 1.0 gives it.

    Its representation does not show what it carries.

    Attributes:
        id: A UUID of version 7, unique for all time.
        source: The name of the relay that published it.
        type: The full name of the signal, such as ``shop.order-placed``.
        subject: The sender, as text; None if the sender was None.
        key: Messages with the same key are delivered in order; None for no order.
        time: When it was published. With a database, its clock is the one that counts.
        content: The payload, as JSON.
        headers: What else travels with it, such as ``traceparent``.
    """

    id: str
    source: str
    type: str
    subject: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    time: datetime
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS, repr=False, hash=False)
