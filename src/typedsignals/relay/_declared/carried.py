"""A signal that is carried to other processes: how its senders become text and are found again, and its key."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from ... import Signal
from .._errors import RelayError
from .._message.content import written
from .._message.ids import new_id
from .._message.message import Message
from .._message.tracing import outgoing

AnySignal = Signal[Any, Any, Any]
MOST_KEY = 255


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A signal that a relay carries, and how.

    Attributes:
        signal: The signal.
        type: Its full name.
        payload_type: Its payload.
        subject: Makes text of a sender; None if senders are text, or None.
        sender: Finds a sender by its text.
        key: Gives the key of a payload; None if messages have no order.
        is_ordered: Whether the order of messages with the same key must hold, whatever it costs.
    """

    signal: AnySignal
    type: str
    payload_type: builtins.type[BaseModel]
    subject: Callable[[Any], object] | None
    sender: Callable[[str], Any] | None
    key: Callable[[Any], object] | None
    is_ordered: bool = False

    def message(self, source: str, sender: object, payload: BaseModel, max_bytes: int) -> Message:
        """Make the message of a payload.

        Raises:
            RelayError: The payload is too large, or the sender or key is not text.
        """
        try:
            content = written(payload)
        except (PydanticSerializationError, RecursionError) as error:
            kind = type(error).__name__  # its text may hold values
            raise RelayError(
                f"a payload of {self.signal!r} cannot be written as JSON: {kind}", signal=self.signal
            ) from None
        if len(content) > max_bytes:
            raise RelayError(
                f"{self.signal!r} carries at most {max_bytes} bytes, and this payload has {len(content)}; "
                "keep large values elsewhere, and carry where they are",
                signal=self.signal,
            )
        return Message(
            id=new_id(),
            source=source,
            type=self.type,
            subject=self._subject_of(sender),
            key=self._key_of(payload),
            time=datetime.now(UTC),
            content=content,
            headers=outgoing(),
        )

    def _subject_of(self, sender: object) -> str | None:
        subject = sender if self.subject is None else self.subject(sender)
        if (subject is None and self.subject is None) or (isinstance(subject, str) and subject):
            return subject
        what = "its sender is not" if self.subject is None else "subject= did not make"
        raise RelayError(
            f"{self.signal!r} is carried, but {what} text of at least one character (it is a {type(subject).__name__})",
            signal=self.signal,
        )

    def _key_of(self, payload: BaseModel) -> str | None:
        key = None if self.key is None else self.key(payload)
        if key is None or (isinstance(key, str) and len(key) <= MOST_KEY):
            return key
        what = f"{len(key)} characters long" if isinstance(key, str) else f"of type {type(key).__name__}"
        raise RelayError(
            f"key= of {self.signal!r} must give text of at most {MOST_KEY} characters, or None; it is {what}",
            signal=self.signal,
        )

    def sender_of(self, subject: str | None) -> object:
        """Find the sender again.

        Raises:
            LookupError: There is none.
        """
        return subject if subject is None or self.sender is None else self.sender(subject)
