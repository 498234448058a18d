"""What tests of formats share: the shop of the examples, imported for a test and forgotten afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
FORGOTTEN: list[ModuleType] = []
"""Kept alive: receivers that go before anything is sent to them are warned of."""


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the package ``shop``, which can be imported."""
    monkeypatch.syspath_prepend(EXAMPLES)
    yield EXAMPLES / "shop"
    imported = [name for name in sys.modules if name.partition(".")[0] == "shop"]
    FORGOTTEN.extend(sys.modules.pop(name) for name in imported)
