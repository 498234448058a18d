"""Show what a relay has to do: as a table, as JSON, and as metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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


class ListFormat(StrEnum):
    """The formats of other lists."""

    TABLE = "table"
    JSON = "json"


COUNTS = ("waiting", "parked", "in_work", "retried", "dead", "unheard")
OLD_SNAPSHOT = 60.0
"""After how many seconds an open transaction is worth a remark."""


def status_in(form: StatusFormat, found: Sequence[QueueStatus], snapshot: float | None) -> str | Table:
    """Show the status of all groups, and in metrics the age of the oldest snapshot, too."""
    if form is StatusFormat.JSON:
        return _json([asdict(one) for one in found])
    if form is StatusFormat.OPENMETRICS:
        return _metrics(found, snapshot)
    table = Table("group", "signal", *(name.replace("_", " ") for name in COUNTS), "oldest")
    for one in found:
        counts = [str(getattr(one, name) or "-") for name in COUNTS]
        table.add_row(_group(one), one.type, *counts, "-" if one.oldest is None else _span(one.oldest))
    return table


def _group(one: QueueStatus) -> str:
    if one.group is None:
        return "(nobody)"
    return one.group if one.is_served else f"{one.group} (no receiver)"


def remarks(found: Sequence[QueueStatus], snapshot: float | None) -> Iterator[str]:
    """Say what is wrong, and what to do about it."""
    unserved = {one.group: None for one in found if one.group is not None and not one.is_served}
    if unserved:
        yield (
            f"note: this program has no receiver for some messages of {', '.join(unserved)}; they are kept until a "
            "receiver is declared in a group of this name, or typedsignals relay unsubscribe ends its subscription"
        )
    if snapshot is not None and snapshot >= OLD_SNAPSHOT:
        yield (
            f"note: a transaction has been open for {_span(snapshot)}, and makes work on the queues slow; find it in "
            "pg_stat_activity by its backend_xmin, and end it"
        )


def _metrics(found: Sequence[QueueStatus], snapshot: float | None) -> str:
    lines = []
    for name in (*COUNTS, "oldest"):
        metric = "typedsignals_relay_oldest_seconds" if name == "oldest" else f"typedsignals_relay_{name}"
        lines.append(f"# TYPE {metric} gauge")
        for one in found:
            labels = f'group="{_escaped(one.group or "")}",signal="{_escaped(one.type)}"'
            lines.append(f"{metric}{{{labels}}} {getattr(one, name) or 0}")
    if snapshot is not None:
        metric = "typedsignals_relay_oldest_snapshot_seconds"
        lines += [f"# TYPE {metric} gauge", f"{metric} {snapshot}"]
    return "\n".join([*lines, "# EOF", ""])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def dead_in(form: ListFormat, found: Sequence[DeadLetter]) -> str | Table:
    """Show what was given up."""
    if form is ListFormat.JSON:
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
