"""Import, catalogue and check a big program: 2,000 signals in 500 modules."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

MODULES = 500
SIGNALS_PER_MODULE = 4
CHANGED = 50
"""How many modules have changed when the check runs."""

HEAD = """\
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from typedsignals import Namespace, Payload


class Status(StrEnum):
    OPEN = "open"
    DONE = "done"


class Address(Payload):
    street: str
    postcode: Annotated[str, Field(max_length=10)]


class Item(Payload):
    name: str
    price: Decimal
    count: int = 1


signals = Namespace("$module")
"""

SIGNAL = """

class Event$number(Payload):
    event_id: int
    $field: str
    items: list[Item]
    address: Address | None = None
    status: Status = Status.OPEN
    total: Annotated[Decimal, Field(ge=0, decimal_places=2)] = Decimal(0)
    at: datetime | None = Field(None, description="When it happened.")


event_$number = signals.signal("event-$number", Event$number)


@event_$number.connect
def receive_$number(sender: object, event_id: int, $field: str, **extra: object) -> None: ...


@event_$number.connect
def audit_$number(sender: object, items: list[Item], **extra: object) -> None: ...


def send_$number(name: str) -> None:
    event_$number.send(None, event_id=$number, $field=name, items=[])
"""

IMPORTING = """\
import importlib, pkgutil, big
for module in pkgutil.iter_modules(big.__path__, "big."):
    importlib.import_module(module.name)
"""


def big_program_seconds(rounds: int) -> dict[str, float]:
    """Measure the processor seconds of processes that import the program, catalogue it, or check it against a catalog.

    Each figure is the median of several rounds, without the first, which writes byte code.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_program(folder)
        _seconds(folder, *_command("catalog", "big", "-o", "signals.json"))
        write_program(folder, changed=CHANGED)
        steps = {
            "importing": ["-c", IMPORTING],
            "typedsignals catalog": _command("catalog", "big", "-o", "new.json"),
            "typedsignals check": _command("check", "big", "--against", "signals.json", "-o", "report.json"),
        }
        times: dict[str, list[float]] = {step: [] for step in steps}
        for number in range(rounds + 1):
            for step, arguments in steps.items():
                seconds = _seconds(folder, *arguments)
                if number:
                    times[step].append(seconds)
        _verify((folder / "report.json").read_text())
    return {step: statistics.median(values) for step, values in times.items()}


def write_program(folder: Path, *, changed: int = 0) -> None:
    """Write the package ``big`` into the folder; in the modules that changed, a field has another name."""
    package = folder / "big"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    for module in range(MODULES):
        field = "title" if module < changed else "name"
        signals = "".join(
            Template(SIGNAL).substitute(number=number, field=field) for number in range(SIGNALS_PER_MODULE)
        )
        text = Template(HEAD).substitute(module=f"module-{module}") + signals
        (package / f"module_{module}.py").write_text(text)


def _command(*arguments: str) -> list[str]:
    return ["-m", "typedsignals", *arguments]


def _seconds(folder: Path, *arguments: str) -> float:
    """Measure the processor time of an interpreter that runs in a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(  # noqa: S603 - arguments from this module
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode not in (0, 1):
        raise RuntimeError(result.stderr)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _verify(report: str) -> None:
    """Make sure that the check found the changes."""
    renamed = [finding for finding in json.loads(report)["findings"] if finding["rule"] == "TS205"]
    assert len(renamed) == CHANGED * SIGNALS_PER_MODULE
