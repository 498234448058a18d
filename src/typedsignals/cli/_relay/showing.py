"""Show what a relay has to do: as a table, as JSON, and as metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ...catalog._records.counting import counted

if TYPE_CHECKING:
    from ...relay import DeadLetter, QueueStatus, Relay


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
RARE = ("parked", "unheard")
"""Those that a table leaves out if they are zero everywhere, so that it fits into 80 columns."""
OLD_SNAPSHOT = 60.0
"""After how many seconds an open transaction is worth a remark."""


def status_in(form: StatusFormat, found: Sequence[QueueStatus], snapshot: float | None) -> str | Text:
    """Show the status of all groups, and in metrics the age of the oldest snapshot, too."""
    if form is StatusFormat.JSON:
        return _json([asdict(one) for one in found])
    if form is StatusFormat.OPENMETRICS:
        return _metrics(found, snapshot)
    shown = [name for name in COUNTS if name not in RARE or any(getattr(one, name) for one in found)]
    rows = [["group", "signal", *(name.replace("_", " ") for name in shown), "oldest"]]
    for one in found:
        counts = [str(getattr(one, name) or "-") for name in shown]
        rows.append([_group(one), one.type, *counts, "-" if one.oldest is None else _span(one.oldest)])
    return _aligned(rows, names=2)


def _aligned(rows: Sequence[Sequence[str]], *, names: int) -> Text:
    """Align columns: so many of names, and then numbers. Nothing is cut off, as it may have to be copied."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shown = Text()
    for place, row in enumerate(rows):
        cells = [
            cell.ljust(width) if number < names else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        shown.append("  ".join(cells) + "\n", style="" if place else "bold")
    return shown


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


def dead_in(form: ListFormat, found: Sequence[DeadLetter]) -> str | Text:
    """Show what was given up, in two lines each."""
    if form is ListFormat.JSON:
        return _json([asdict(one) for one in found])
    shown = Text() if found else Text("no message is dead\n")
    for one in found:
        shown.append(f"{one.id}  {one.group}  {one.type}\n", style="bold")
        time = one.time.isoformat(" ", "seconds")
        shown.append(f"    {time}, after {counted(one.attempt, 'attempt')}: {one.reason}\n")
    return shown


def groups_of(relay: Relay) -> str:
    """Say which groups a relay has that is set up, as a module with receivers is soon forgotten."""
    groups = {receiver.group for signal in relay.describe().signals for receiver in signal.receivers}
    if groups:
        return f", for {', '.join(sorted(groups))}"
    return "; it has no receivers: name the modules that declare them, in Relay(modules=...)"


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
