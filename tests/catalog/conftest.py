"""Fixtures: small programs to catalog, written to a folder and forgotten afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from typedsignals._namespace import default_namespace

from .programs import Program


@pytest.fixture
def only_git_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the user's git settings, and the repository around the tests, from git."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A folder on the path for packages; modules imported from it are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(default_namespace, "_signals", {})
    program = Program(tmp_path)
    yield program
    program.forget()
