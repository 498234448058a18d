"""Running mypy in this process, with and without the plugin."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import dedent

from mypy import api

SOURCES = Path(__file__).parents[2] / "src"
PLUGIN = "typedsignals.mypy_plugin"
PLACE = re.compile(r"(?P<place>[^:]+:\d+): error:")

SHOP = """
from typing import Any, Literal, overload
from typedsignals import Payload, Signal

class Shop: ...

class OrderPlaced(Payload):
    order_id: int
    total: float
    coupon: str | None = None

order_placed = Signal(OrderPlaced, sender=Shop)
"""


def write(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write modules, and give their names."""
    for name, text in files.items():
        (folder / name).write_text(dedent(text))
    return list(files)


def mypy(folder: Path, files: Iterable[str], plugins: str, cache: Path, *options: str) -> list[str]:
    """What mypy says of files, line by line.

    Raises:
        AssertionError: It crashed, or the plugin did.
    """
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = True\nmypy_path = {SOURCES}:{folder}\nplugins = {plugins}\n")
    given = [f"--config-file={config}", f"--cache-dir={cache}", f"--python-executable={sys.executable}", *options]
    paths = [str(folder / file) for file in files]
    output, complaint, status = api.run([*given, "--no-error-summary", "--show-traceback", *paths])
    assert status in {0, 1}, output + complaint
    assert not complaint
    # mypy shortens the paths of what is below the current folder.
    for prefix in (str(folder), os.path.relpath(folder)):
        output = output.replace(prefix + os.sep, "")
    return output.splitlines()


def error_lines(output: Iterable[str]) -> set[str]:
    """The places of the errors: what is said of them may differ."""
    return {found["place"] for found in map(PLACE.match, output) if found}
