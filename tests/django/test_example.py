"""The example project: its tests pass, and Django finds nothing wrong with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("check --fail-level WARNING", "System check identified no issues"),
        ("makemigrations --check --dry-run", "No changes detected"),
        ("test examples.django_library.books.tests", "Ran 5 tests"),
    ],
)
def test_a_command_of_django_finds_nothing_wrong(command: str, says: str) -> None:
    """Each as a developer would run it; warnings are errors."""
    program = [sys.executable, "-W", "error", "-m", "examples.django_library.manage", *command.split()]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    assert says in done.stdout + done.stderr
