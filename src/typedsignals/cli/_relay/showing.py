"""Show what a relay has to do: as a table, as JSON, and as metrics."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from ...relay import DeadLetter, QueueStatus


class StatusFormat(StrEnum):
    """The formats of the status."""

    TABLE = "table"
    JSON = "json"
    OPENMETRICS = "openmetrics"


class DeadFormat(StrEnum):
    """The formats of lists of dead messages."""

    TABLE = "table"
    JSON = "json"


COUNTS = ("waiting", "parked", "in_work", "retried", "dead", "unheard")


def status_in(form: StatusFormat, found: Sequence[QueueStatus]) -> str | Table:
    """Show the status of all groups."""
    if form is StatusFormat.JSON:
        return _json([asdict(one) for one in found])
    if form is StatusFormat.OPENMETRICS:
        return _metrics(found)
    table = Table("group", "signal", *(name.replace("_", " ") for name in COUNTS), "oldest")
    for one in found:
        counts = [str(getattr(one, name) or "-") for name in COUNTS]
        table.add_row(one.group or "(nobody)", one.type, *counts, "-" if one.oldest is None else _span(one.oldest))
    return table


def _metrics(found: Sequence[QueueStatus]) -> str:
    lines = []
    for name in (*COUNTS, "oldest"):
        metric = "typedsignals_relay_oldest_seconds" if name == "oldest" else f"typedsignals_relay_{name}"
        lines.append(f"# TYPE {metric} gauge")
        for one in found:
            labels = f'group="{_escaped(one.group or "")}",signal="{_escaped(one.type)}"'
            lines.append(f"{metric}{{{labels}}} {getattr(one, name) or 0}")
    return "\n".join([*lines, "# EOF", ""])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def dead_in(form: DeadFormat, found: Sequence[DeadLetter]) -> str | Table:
    """Show what was given up."""
    if form is DeadFormat.JSON:
        return _json([asdict(one) for one in found])
    table = Table("id", "group", "signal", "attempts", "given up", "reason")
    for one in found:
        table.add_row(one.id, one.group, one.type, str(one.attempt), one.time.isoformat(" ", "seconds"), one.reason)
    return table


def letter(one: DeadLetter, content: bytes | None) -> str:
    """Show one message that was given up, with its payload if that is given."""
    shown = [f"{field.name}: {getattr(one, field.name)}" for field in fields(one)]
    if content is not None:
        shown.append(f"payload: {content.decode(errors='backslashreplace')}")
    return "\n".join([*shown, ""])


def _span(seconds: float) -> str:
    """Show a length of time by its greatest unit."""
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _json(found: Any) -> str:
    return json.dumps(found, indent=2, default=str) + "\n"
