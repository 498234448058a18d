"""Dead messages at a broker: the message as it came, and in further headers who gave it up, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from .._message.ids import new_id
from .._sql.dead_letters import DeadLetter

MARK = "typedsignals-"
"""What the relay's own headers begin with; a message that is delivered again loses them."""


def letter_headers(headers: Mapping[str, str], *, group: str, kind: str, attempt: int, reason: str) -> dict[str, str]:
    """Add to a message's headers what is known of its end."""
    known = {
        "id": headers.get("ce-id") or new_id(),  # what is not a message has none
        "group": group,
        "type": kind,
        "attempt": str(attempt),
        "time": datetime.now(UTC).isoformat(),
        "reason": reason,
    }
    return plain(headers) | {MARK + name: quote(value, safe=" :/,") for name, value in known.items()}


def letter_of(headers: Mapping[str, str]) -> DeadLetter:
    """Read what is known of the end of a message."""
    known = {name: unquote(headers[MARK + name]) for name in ("id", "group", "type", "attempt", "time", "reason")}
    return DeadLetter(
        id=known["id"],
        group=known["group"],
        type=known["type"],
        attempt=int(known["attempt"]),
        time=datetime.fromisoformat(known["time"]),
        reason=known["reason"],
    )


def plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Return a message's headers without those that the relay and its libraries have added."""
    kept = ("ce-", "content-type")
    return {name: value for name, value in headers.items() if name.lower().startswith(kept)}


def is_meant(headers: Mapping[str, str], older: float | None, subject: str | None) -> bool:
    """Whether a message has this sender, and was published so many seconds ago."""
    if subject is not None and unquote(headers.get("ce-subject", "")) != subject:
        return False
    if older is None:
        return True
    try:
        published = datetime.fromisoformat(unquote(headers.get("ce-time", "")))
        return (datetime.now(UTC) - published).total_seconds() > older
    except (ValueError, TypeError):  # what is not a message has no time, or one without a zone
        return True
