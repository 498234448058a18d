"""The stubs of Flask's and Blinker's signals: what type checkers make of them, and whether they tell the truth.

The cases are files that checkers read and nobody runs. See `expected_errors` for how they mark errors.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.typing.checkers import CHECKERS, errors, expected_errors

STUBS = Path(__file__).parents[2] / "stubs"
CASES = sorted(Path(__file__).parent.glob("stubs_*.py"))

EXTENSION = """
from __future__ import annotations

from typing import Protocol

from blinker import NamedSignal, Namespace

class Saved(Protocol):
    def __call__(self, *, created: bool) -> object: ...

saved: NamedSignal[str, Saved] = Namespace().signal("saved")
"""
FITTING = """
from extension import saved

@saved.connect
def index(sender: str, created: bool) -> None: ...
"""
UNFITTING = """
@saved.connect  # E: of another type
def count(sender: str, created: list[str]) -> None: ...
"""


@pytest.mark.parametrize("checker", CHECKERS)
def test_contracts_of_others_are_checked(checker: str) -> None:
    """With the stubs, a checker reports an error on each line that is marked for it, and on no other."""
    assert errors(checker, CASES, extra_paths=[STUBS]) == expected_errors(CASES, checker)


@pytest.mark.parametrize("checker", CHECKERS)
def test_examples_are_checked_as_they_say(checker: str, tmp_path: Path) -> None:
    """Of the README's examples, a checker reports an error on the lines that are said to have one."""
    examples = re.findall(r"^```python\n(.+?)^```", (STUBS / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    files = [tmp_path / f"example_{number}.py" for number, _ in enumerate(examples)]
    for file, example in zip(files, examples, strict=True):
        file.write_text(example.replace("# error:", "# E:"), "utf-8")
    assert len(files) == 2
    assert errors(checker, files, extra_paths=[STUBS]) == expected_errors(files, checker)


@pytest.mark.parametrize("checker", CHECKERS)
def test_an_extension_with_contracts_needs_no_stubs(checker: str, tmp_path: Path) -> None:
    """Its users see no errors for lack of the stubs; with the stubs, they see those of their receivers."""
    extension = tmp_path / "installed" / "extension"
    extension.mkdir(parents=True)
    (extension / "py.typed").touch()
    (extension / "__init__.py").write_text(EXTENSION, "utf-8")
    user = tmp_path / "user.py"
    user.write_text(FITTING, "utf-8")
    assert errors(checker, [user], extra_paths=[extension.parent]) == {user: set()}
    user.write_text(FITTING + UNFITTING, "utf-8")
    assert errors(checker, [user], extra_paths=[extension.parent, STUBS]) == expected_errors([user], checker)


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_stubs_hide_no_name(checker: str, tmp_path: Path) -> None:
    """What can be imported from Flask's and Blinker's modules can be with the stubs, whoever defines it.

    Stubtest does not look for what a module has imported from another, as extensions do from Flask's.
    """
    user = tmp_path / "user.py"
    user.write_text("".join(f"from {module} import {name} as {name}\n" for module, name in importable()), "utf-8")
    assert "from flask.signals import Namespace as Namespace" in user.read_text("utf-8")
    assert errors(checker, [user], extra_paths=[STUBS]) == {user: set()}


def importable() -> list[tuple[str, str]]:
    """The public names that modules with stubs have of Flask's and Blinker's own."""
    modules = (import_module(name) for name in ("blinker", "blinker.base", "flask.signals"))
    return [
        (module.__name__, name)
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and _home(value, module) in {"blinker", "flask"}
    ]


def _home(value: object, module: ModuleType) -> str:
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", module.__name__)
    return str(home).partition(".")[0]


def test_the_stubs_say_what_the_packages_do(tmp_path: Path) -> None:
    """Mypy's stubtest finds no difference to the installed Flask and Blinker, but for those that are explained."""
    stubtest = (sys.executable, "-m", "mypy.stubtest", "--allowlist", str(STUBS / "stubtest-allowlist.txt"))
    process = subprocess.run(  # noqa: S603 - the command is this file's own
        [*stubtest, "blinker", "flask.signals"],
        cwd=tmp_path,  # where no other mypy has its cache
        env={**os.environ, "PYTHONPATH": str(STUBS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
