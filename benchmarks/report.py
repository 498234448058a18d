"""Show the figures as tables, JSON, and a plot per workload."""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

OURS = "typedsignals"
PEERS = ("typedsignals", "pydantic", "blinker", "django", "psygnal", "pyee", "pluggy")

Figures = dict[str, dict[str, float]]
"""Figures by workload and contender."""


def environment() -> dict[str, str]:
    """Return the versions of Python and of all contenders."""
    return {"python": platform.python_version(), **{name: version(name) for name in PEERS}}


def show(figures: Figures, units: dict[str, str]) -> None:
    """Print a table of each workload, with the ratio of the package to each peer."""
    console = Console()
    for workload, times in figures.items():
        table = Table("contender", units[workload], f"{OURS} takes, of it", title=workload, title_justify="left")
        for name, figure in times.items():
            ratio = times[OURS] / figure if OURS in times else None
            table.add_row(name, f"{figure:,.4g}", "" if ratio is None else f"{ratio:.2f}")
        console.print(table)


def save(path: Path, figures: Figures, units: dict[str, str]) -> None:
    """Write all figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    workloads = [{"workload": name, "unit": units[name], "medians": times} for name, times in figures.items()]
    path.write_text(json.dumps({"environment": environment(), "workloads": workloads}, indent=2) + "\n")


def write_tables(path: Path, figures: Figures, units: dict[str, str]) -> None:
    """Write Markdown tables; workloads with the same contenders share one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(f"{name} {number}" for name, number in environment().items() if name != OURS)
    tables = [f"Measured with {versions}."]
    for _, group in groupby(figures, key=lambda workload: (units[workload], *figures[workload])):
        tables.append(_table(list(group), figures, units))
    path.write_text("\n\n".join(tables) + "\n")


def _table(workloads: list[str], figures: Figures, units: dict[str, str]) -> str:
    rows = [[units[workloads[0]], *workloads], ["---", *["--:"] * len(workloads)]]
    rows += [[name, *(_figure(figures[workload][name]) for workload in workloads)] for name in figures[workloads[0]]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _figure(value: float) -> str:
    return f"{value:,.3g}" if value < 1_000 else f"{float(f'{value:.3g}'):,.0f}"


def plot(folder: Path, figures: Figures, units: dict[str, str]) -> None:
    """Draw a bar chart of each workload as SVG."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and not always needed

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "typedsignals"
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of the backend

    folder.mkdir(parents=True, exist_ok=True)
    for workload, times in figures.items():
        figure, axes = plt.subplots(figsize=(8, 0.6 + 0.32 * len(times)), layout="constrained")
        _draw(axes, times, units[workload])
        axes.set_title(workload, loc="left")
        figure.savefig(folder / f"{_file_name(workload)}.svg", metadata={"Date": None})
        plt.close(figure)


def _draw(axes: Any, times: dict[str, float], unit: str) -> None:
    names = list(times)[::-1]
    colours = ["#2f6f4f" if name.startswith(OURS) else "#b8b8b8" for name in names]
    bars = axes.barh(names, [times[name] for name in names], color=colours)
    axes.bar_label(bars, [_figure(times[name]) for name in names], padding=3)
    axes.set_xlabel(unit)
    axes.set_xlim(0, max(times.values()) * 1.15)
    axes.spines[["top", "right"]].set_visible(False)


def _file_name(workload: str) -> str:
    return re.sub(r"\W+", "-", workload.replace(",", "")).strip("-")
