"""Sources that are not as usual, and options that are only given on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mypy_plugin.mypying import PLUGIN, mypy, write

PROGRAM = """
from pydantic import Field
from typedsignals import Payload, Signal

class OrderPlaced(Payload):
    order_id: int = Field(validation_alias="id")
    total: float = Field(deprecated="use net")

class Renamed(OrderPlaced):
    number: int = Field(alias="no")

order_placed = Signal(OrderPlaced)
renamed = Signal(Renamed)

@order_placed.connect
def receiver(sender: object, total: float, **extra: object) -> None: ...

def connect() -> None:
    @order_placed.connect
    async def local(sender: object, **extra: object) -> None: ...

    order_placed.connect(local)
"""
CLASSES = """
from pydantic import Field
from typedsignals import Payload, Signal
"\f\f"
class First(Payload):
    x: int = Field(alias="a")
class Second(Payload):
    x: int

Signal(Second)
"""
FIELDS = """
from pydantic import Field
from typedsignals import Payload, Signal

class OrderPlaced(Payload):
    "\f"
    order_id: int = Field(
        alias="id",
    )
    number: int = Field(alias="no")
    total: float = Field(0, gt=0)

Signal(OrderPlaced)
"""
FUNCTIONS = """
from typedsignals import Signal
"\f\f\f\f"
untyped = Signal()
def first() -> None:
    @untyped.connect
    def local(sender: object, **extra: object) -> None: ...

def second() -> object:
    @untyped.connect
    def local(sender: object, **extra: object) -> None: ...
    return local
"""
ALIAS = (
    'error: Field "number" of payload "Renamed" has alias="no", but senders and receivers use the field\'s name; '
    "use validation_alias= or serialization_alias= for wire names  [signal-declaration]"
)
TOTAL = (
    'error: Field "total" of payload "OrderPlaced", which receiver "receiver" names, '
    "is deprecated: use net  [deprecated]"
)
DIES = 'error: Nothing keeps local function "local" alive: it is disconnected when "connect" returns  [signal-weak]'
KEEP = 'note: Connect it with weak=False, or keep it where it outlives "connect"'
KEEP_DECORATED = 'note: Connect it with connect_via(ANY), which keeps it, or keep it where it outlives "connect"'
DEPRECATED = "--enable-error-code=deprecated"


def test_a_usual_file(tmp_path: Path, caches: dict[str, Path]) -> None:
    """The mistakes are found that the other tests here do not find in it."""
    files = write(tmp_path, {"program.py": PROGRAM})
    assert mypy(tmp_path, files, PLUGIN, caches["deprecated"], DEPRECATED) == [
        f"program.py:13: {ALIAS}",
        f"program.py:15: {TOTAL}",
        f"program.py:19: {DIES}",
        f"program.py:19: {KEEP_DECORATED}",
        f"program.py:22: {DIES}",
        f"program.py:22: {KEEP}",
    ]


def test_form_feeds(tmp_path: Path, caches: dict[str, Path]) -> None:
    """Nothing is made of lines that mypy counts in another way than it splits them, be they of another definition."""
    files = write(
        tmp_path,
        {
            "program.py": f'"""Text.\f\f\f\f\f"""{PROGRAM}',
            "classes.py": CLASSES,
            "fields.py": FIELDS,
            "functions.py": FUNCTIONS,
        },
    )
    assert mypy(tmp_path, files, PLUGIN, caches["deprecated"], DEPRECATED) == []


def test_a_program_on_the_command_line(tmp_path: Path, caches: dict[str, Path]) -> None:
    """What must be read from a file is not found where there is none."""
    assert mypy(tmp_path, [], PLUGIN, caches["deprecated"], DEPRECATED, f"--command={PROGRAM}") == []


@pytest.mark.parametrize(
    ("excluded", "is_reported"),
    [
        ("program", False),
        ("program.OrderPlaced", False),
        ("program.OrderPlaced.total", False),
        ("program.Order", True),
    ],
)
def test_payloads_that_are_excluded(excluded: str, is_reported: bool, tmp_path: Path, caches: dict[str, Path]) -> None:
    """Deprecated fields are not reported of payloads that mypy is told to exclude."""
    # The option is none of those that make mypy check again what is in its cache, but a comment does.
    files = write(tmp_path, {"program.py": f"{PROGRAM}# {excluded}"})
    said = mypy(tmp_path, files, PLUGIN, caches["deprecated"], DEPRECATED, f"--deprecated-calls-exclude={excluded}")
    assert (f"program.py:15: {TOTAL}" in said) is is_reported
