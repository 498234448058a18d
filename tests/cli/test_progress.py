"""The progress bar of an import, and the number of modules that it expects."""

from __future__ import annotations

import io
import sys
import threading
from types import ModuleType
from zipfile import ZipFile

import pytest
from rich.console import Console

from tests.catalog.programs import Program
from typedsignals.catalog import discover
from typedsignals.cli._terminal import progress as _progress
from typedsignals.cli._terminal.progress import number_of_modules, progress


@pytest.mark.parametrize(
    "name", ["shop", "shop.orders", "shop.orders.lines", "single", "spaced", "spaced.inner", "packed", "itertools"]
)
def test_as_many_modules_are_expected_as_are_imported(
    program: Program, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """At any depth; also in a folder without ``__init__.py``, a zip file, or the interpreter."""
    program.write(shop="", shop__stock="", shop__orders="", single="")
    for file in ("shop/__main__.py", "shop/orders/__init__.py", "shop/orders/lines.py", "shop/orders/__main__.py"):
        program.write_file(file, "")
    (program.folder / "shop" / "orders.py").unlink()
    program.write_file("spaced/inner.py", "")
    program.write_file("spaced/deep/no_module.py", "")
    with ZipFile(program.folder / "zipped.zip", "w") as archive:
        for path in ("packed/__init__.py", "packed/a.py", "packed/b/__init__.py", "packed/b/c.py"):
            archive.writestr(path, "")
    monkeypatch.syspath_prepend(program.folder / "zipped.zip")
    expected = number_of_modules(name)
    imported: list[str] = []
    assert discover([name], imported.append).problems == ()
    assert expected == len(imported)


def test_what_is_not_found_counts_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing it will report that it is missing."""
    monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up"))
    assert [number_of_modules(name) for name in ("absent", "absent.inner", "made_up")] == [1, 1, 1]


def test_no_name_of_a_module_drives_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its control characters are escaped."""
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100, _environ={"TERM": "xterm"})
    monkeypatch.setattr(_progress, "Console", lambda stderr: terminal)
    monkeypatch.setattr(_progress, "DELAY", 0)
    with progress(["shop"]) as watch:
        watch("shop.a\x1b[5mb\n")
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
    assert isinstance(terminal.file, io.StringIO)
    assert r"importing shop.a\x1b[5mb\n" in terminal.file.getvalue()
