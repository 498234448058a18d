"""Show what was found as tables, JSON, and a plot."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .chaos import Result
from .engines import ENGINES
from .speed import BY_HAND, Memory, Speed

Rows = list[list[str]]
CHAOS = [
    "engine",
    "published",
    "workers, publishers, servers killed",
    "lost",
    "ghosts",
    "inversions",
    "dead",
    "wrongly dead or not",
    "received again",
    "repeated in the worker's session",
    "seconds",
]
SPEED = [
    "engine",
    "by hand",
    "relay",
    "of by hand",
    "relay with keys",
    "of by hand",
    "all three by the clock",
    "insert a row",
    "publish",
    "times an insert",
    "publish in a session",
    "from the outbox to the broker",
    "a core, when idle",
]
MEMORY = ["engine", "messages", "memory after 1 %", "after 50 %", "after 100 %"]
COLOURS = {BY_HAND: "#b8b8b8", "relay": "#2f6f4f", "relay with keys": "#8fbfa5"}


def chaos_rows(results: Mapping[str, Result]) -> Rows:
    """Return a row for each engine, under a heading."""
    rows = [CHAOS]
    for name, one in results.items():
        inversions = str(one.inversions) if one.is_ordered else f"{one.inversions}, no order is promised"
        counts = [one.lost, one.ghosts, inversions, one.dead, one.wrongly_dead, one.duplicates, one.repeated]
        kills = ", ".join(map(str, one.kills))
        rows.append([name, str(one.published), kills, *map(str, counts), f"{one.seconds:.0f}"])
    return rows


def speed_rows(speeds: Mapping[str, Speed]) -> Rows:
    """Return a row for each engine, under a heading."""
    rows = [SPEED]
    for name, one in speeds.items():
        hand, relay, keys = (one.per_second[what] for what in (BY_HAND, "relay", "relay with keys"))
        insert, publish, session = (one.microseconds[what] for what in ("insert", "publish", "in a session"))
        fast = [f"{hand:,.0f}/s", f"{relay:,.0f}/s", f"{relay / hand:.2f}", f"{keys:,.0f}/s", f"{keys / hand:.2f}"]
        written = [f"{insert:.0f} µs", f"{publish:.0f} µs", f"{publish / insert:.1f}", f"{session:.0f} µs"]
        clock = " ".join(f"{one.by_clock[what]:,.0f}/s" for what in (BY_HAND, "relay", "relay with keys"))
        outbox = "-" if one.outbox is None else f"{one.outbox:,.0f}/s"
        rows.append([name, *fast, clock, *written, outbox, f"{one.idle:.1f} %"])
    return rows


def memory_rows(memories: Mapping[str, Memory]) -> Rows:
    """Return a row for each engine, under a heading."""
    found = [
        [name, f"{one.messages:,}", *(f"{size:.1f} MB" for size in one.megabytes)] for name, one in memories.items()
    ]
    return [MEMORY, *found]


def show(title: str, rows: Rows) -> None:
    """Print a table."""
    table = Table(*rows[0], title=title, title_justify="left")
    for row in rows[1:]:
        table.add_row(*row)
    Console(width=160).print(table)


@dataclass(kw_only=True)
class Found:
    """All figures, by engine."""

    chaos: dict[str, Result] = field(default_factory=dict)
    speed: dict[str, Speed] = field(default_factory=dict)
    memory: dict[str, Memory] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, Rows]:
        """The tables that are not empty, by their titles."""
        made = {"chaos": chaos_rows(self.chaos), "speed": speed_rows(self.speed), "memory": memory_rows(self.memory)}
        return {title: rows for title, rows in made.items() if len(rows) > 1}

    def with_earlier(self, path: Path) -> Found:
        """Add what was found earlier of other engines, and is in a file."""
        known = json.loads(path.read_text()) if path.exists() else {}
        kinds = {"chaos": Result, "speed": Speed, "memory": Memory}
        parts: dict[str, Any] = {}
        for part, kind in kinds.items():
            now = getattr(self, part)
            both = {name: kind(**one) for name, one in known.get(part, {}).items()} | now
            parts[part] = {name: both[name] for name in ENGINES if name in both}
        return Found(**parts)

    def save(self, path: Path) -> None:
        """Write all figures as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"environment": _environment(), **asdict(self)}, indent=2) + "\n")


def write_tables(path: Path, tables: Iterable[Rows]) -> None:
    """Write Markdown tables, on their side: a column for each engine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(f"{name} {number}" for name, number in _environment().items())
    path.write_text("\n\n".join([f"Measured with {versions}.", *map(_markdown, tables)]) + "\n")


def _markdown(rows: Rows) -> str:
    turned = [list(row) for row in zip(*rows, strict=True)]
    turned.insert(1, ["---", *["--:"] * (len(rows) - 1)])
    return "\n".join(f"| {' | '.join(row)} |" for row in turned)


MEASURED = ("sqlalchemy", "psycopg", "faststream", "nats-py", "aio-pika")


def _environment() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in MEASURED}}


def plot(path: Path, speeds: Mapping[str, Speed]) -> None:
    """Draw the messages per second of each engine as SVG."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and not always needed

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "typedsignals"
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of the backend

    path.parent.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(8, 1.0 + 0.9 * len(speeds)), layout="constrained")
    most = max(max(one.per_second.values()) for one in speeds.values())
    for place, (what, colour) in enumerate(COLOURS.items()):
        figures = [one.per_second[what] for one in speeds.values()]
        bars = axes.barh([row + 0.26 * place for row in range(len(speeds))], figures, 0.24, label=what, color=colour)
        axes.bar_label(bars, [f"{figure:,.0f}" for figure in figures], padding=3)
    axes.set_yticks([row + 0.26 for row in range(len(speeds))], list(speeds))
    axes.invert_yaxis()
    axes.set_xlim(0, most * 1.12)
    axes.set_xlabel("messages per second of a worker's processor time")
    axes.set_title("receive messages, by engine", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
