"""Cataloguing and checking a big program, beside importing it: 2,000 signals in 500 modules."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from textwrap import dedent

MODULES = 500
SIGNALS_PER_MODULE = 4
CHANGED = 50
"""How many modules the check finds changed."""

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

IMPORTING = """
    import importlib, pkgutil, big
    for module in pkgutil.iter_modules(big.__path__, "big."):
        importlib.import_module(module.name)
"""
DISCOVERING = """
    from typedsignals.catalog import discover
    found = discover(["big"])
    assert not found.problems and len(found.catalog.signals) == 2_000
"""
COMPARING = """
    changes = compare_catalogs(from_json(baseline.read_text(), baseline.name), found.catalog)
    findings = (*findings_of(changes, Profile()), *check_catalog(found.catalog, Profile()))
    assert sum(finding.rule.id == "TS205" for finding in findings) == 200
"""


def write_program(folder: Path, *, changed: int = 0) -> None:
    """Write the package ``big`` into the folder; in the first modules, a field has another name if they changed."""
    package = folder / "big"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    for module in range(MODULES):
        field = "title" if module < changed else "name"
        parts = [SIGNAL.replace("$number", str(number)).replace("$field", field) for number in range(SIGNALS_PER_MODULE)]
        text = Template(HEAD).substitute(module=f"module-{module}") + "".join(parts)
        (package / f"module_{module}.py").write_text(text)


def big_program_seconds(rounds: int) -> dict[str, float]:
    """Processor seconds of each step, in fresh interpreters, by the median of several."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        baseline = folder / "catalog.json"
        write_program(folder)
        save = f"{DISCOVERING}    import pathlib; from typedsignals.catalog import to_json\n"
        _seconds(folder, "", f"{save}    pathlib.Path({str(baseline)!r}).write_text(to_json(found.catalog))\n")
        write_program(folder, changed=CHANGED)
        library = "from typedsignals.catalog import Profile, check_catalog, compare_catalogs, findings_of, from_json"
        ready = f"import pathlib; baseline = pathlib.Path({str(baseline)!r}); {library}\n{dedent(DISCOVERING)}"
        steps = {
            "importing": ("import typedsignals.catalog", IMPORTING),
            "importing and cataloguing": ("import typedsignals.catalog", DISCOVERING),
            "comparing and checking": (ready, COMPARING),
        }
        for preparation, program in steps.values():
            _seconds(folder, preparation, program)  # writes byte code
        times: dict[str, list[float]] = {step: [] for step in steps}
        for _ in range(rounds):
            for step, (preparation, program) in steps.items():
                times[step].append(_seconds(folder, preparation, program))
    return {step: statistics.median(values) for step, values in times.items()}


def _seconds(folder: Path, preparation: str, program: str) -> float:
    timed = f"import time\n{preparation}\nstart = time.process_time()\n{dedent(program)}\nprint(time.process_time() - start)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", timed]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - programs of this module
    return float(result.stdout)
