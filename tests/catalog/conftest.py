"""Small programs to catalog, written to a folder and forgotten afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from typedsignals._namespace import default_namespace

from .programs import Program

FORGOTTEN: list[ModuleType] = []
"""Kept alive: receivers that go before anything is sent to them are warned of."""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A folder on the path, to write packages to; what was imported from it is forgotten."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(default_namespace, "_signals", {})
    yield Program(tmp_path)
    imported = [name for name, module in sys.modules.items() if str(tmp_path) in str(getattr(module, "__spec__", ""))]
    FORGOTTEN.extend(sys.modules.pop(name) for name in imported)
