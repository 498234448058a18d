"""Run commands in this process, on small programs in the current folder."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.catalog.conftest import only_git_itself as only_git_itself  # noqa: PLC0414 - a fixture is found by its name
from tests.catalog.conftest import program as program  # noqa: PLC0414 - as above
from tests.catalog.programs import Program
from typedsignals.cli import main

from .running import ORDERS, Ran, set_up_fakes


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal wherever the tests run."""
    for name in ("GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def shop(program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program of one signal, in the current folder."""
    program.write(shop="", shop__orders=ORDERS)
    monkeypatch.chdir(program.folder)
    return program


@pytest.fixture
def typedsignals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command, and undo what it changes in this process."""

    def run(*arguments: str) -> Ran:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["typedsignals", *arguments])
            patch.setattr(sys, "path", [*sys.path])
            patch.setattr(sys, "stdout", sys.stdout)
            patch.setattr(gc, "freeze", int)  # what is there for good is frozen, and what a test makes must not be
            try:
                with pytest.raises(SystemExit) as ended:
                    main()
            finally:
                gc.enable()
        return Ran(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renderers that show their input."""
    set_up_fakes(monkeypatch)


@pytest.fixture
def repository(shop: Program, only_git_itself: None) -> Callable[..., str]:
    """A git repository in the current folder, as a function that runs git in it."""

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments]
        return subprocess.run(command, cwd=shop.folder, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own

    git("init", "--quiet", "--initial-branch=main")
    return git
