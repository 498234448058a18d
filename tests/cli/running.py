"""Run commands in processes, and replace their renderers by fakes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from rich.table import Table
from rich.text import Text

from typedsignals.catalog import Catalog, Report

ORDERS = """
from typedsignals import Payload, Signal

class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None

order_placed = Signal(OrderPlaced)

@order_placed.connect
def ship(sender, order_id, **extra): ...

def place():
    order_placed.send(None, order_id=7)
"""


class Ran(NamedTuple):
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str


def run(*arguments: str, cwd: Path, python: tuple[str, ...] = (), **environment: str) -> Ran:
    """Run a command in a process."""
    command = [sys.executable, *python, "-m", "typedsignals", *arguments]
    variables = {**os.environ, "COLUMNS": "200", "TERM": "dumb", **environment}
    ended = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, check=False, timeout=300)  # noqa: S603 - our own
    return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def set_up_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace some renderers by fakes, of which some return text and some what rich prints."""
    _fake(monkeypatch, "formats.table", _table)
    _fake(monkeypatch, "formats.mermaid", lambda catalog: f"mermaid: {_keys(catalog)}\n")
    _fake(monkeypatch, "reports.text", lambda report: Text("\n".join(_lines(report)), style="red"))
    _fake(monkeypatch, "reports.sarif", lambda report: "".join(f"{line}\n" for line in _lines(report)))


def _fake(monkeypatch: pytest.MonkeyPatch, name: str, render: Any) -> None:
    module: Any = ModuleType(f"typedsignals.catalog.{name}")
    module.render = render
    monkeypatch.setitem(sys.modules, module.__name__, module)


def _keys(catalog: Catalog) -> str:
    return " ".join(signal.key for signal in catalog.signals)


def _table(catalog: Catalog) -> Table:
    table = Table("signal", "receivers")
    for signal in catalog.signals:
        table.add_row(signal.key, ", ".join(receiver.name for receiver in signal.receivers))
    return table


def _lines(report: Report) -> list[str]:
    return [
        f"against {report.baseline}, failing on {report.fail_on.name}",
        *(f"{found.rule.id} {found.severity.name} {found.signal} {found.path}".rstrip() for found in report.findings),
        *(f"waived {found.rule.id}: {found.waived}" for found in report.findings if found.waived),
        *("{}:{}".format(*report.file_and_line(found.location)) for found in report.findings[:1]),
    ]
