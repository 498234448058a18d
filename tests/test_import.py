"""What importing the package does, and what it offers."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import typedsignals

ROOT = Path(typedsignals.__file__).parent
WITH_EXAMPLES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if ">>> " in path.read_text())


def run(code: str) -> list[str]:
    """Return what a fresh interpreter prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603 - as above


def test_importing_imports_nothing_but_pydantic() -> None:
    """Beyond the standard library and pydantic's own dependencies."""
    packages = run(
        "import sys, pydantic, typing_extensions, pydantic.main, pydantic.root_model, pydantic.errors\n"
        "from pydantic import BaseModel\n"
        "known = {*sys.modules}\n"
        "import typedsignals\n"
        "print(*{name.partition('.')[0] for name in {*sys.modules} - known})"
    )
    assert {*packages} - {*sys.stdlib_module_names, "pydantic", "pydantic_core"} == {"typedsignals"}


def test_importing_defers_what_may_never_be_needed() -> None:
    """Parts of the standard library that take longer to import than the whole package."""
    new = run("import sys, pydantic; known = {*sys.modules}; import typedsignals; print(*{*sys.modules} - known)")
    assert {"logging", "pickle", "difflib", "asyncio", "anyio"}.isdisjoint(new)


def test_importing_opens_nothing() -> None:
    """No file but the modules that are imported, and no socket."""
    opened = run(
        "import sys, asyncio, logging, pydantic, pydantic.root_model, typing_extensions\n"
        "from pydantic import BaseModel\n"
        "opened = []\n"
        "def hook(event, arguments):\n"
        "    if event.startswith('socket.') or event == 'open':\n"
        "        opened.append(str(arguments[0]))\n"
        "sys.addaudithook(hook)\n"
        "import typedsignals\n"
        "print(*[name for name in opened if not name.endswith(('.py', '.so')) and '.pyc' not in name])"
    )
    assert opened == []


def test_everything_public_is_listed_and_everything_listed_is_there() -> None:
    """`__all__` is what users import."""
    public = {name for name, value in vars(typedsignals).items() if not (name[0] == "_" or inspect.ismodule(value))}
    assert public == {*typedsignals.__all__}
    assert typedsignals.__all__ == sorted(typedsignals.__all__, key=lambda name: (name.islower(), name))


def test_tracebacks_name_errors_as_they_are_imported() -> None:
    """Not with the private modules that define them."""
    errors = [value for name in typedsignals.__all__ if is_error(value := getattr(typedsignals, name))]
    assert typedsignals.PayloadError in errors
    assert typedsignals.DeadReceiverWarning in errors
    assert {error.__module__ for error in errors} == {"typedsignals"}


def is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Exception)


def public_members() -> list[tuple[str, object]]:
    """Yield public objects, and the public attributes of our classes."""
    found = []
    for name in typedsignals.__all__:
        value = getattr(typedsignals, name)
        found.append((name, value))
        if isinstance(value, type):
            found += [(f"{name}.{key}", member) for key, member in vars(value).items() if key[0] != "_"]
    return found


@pytest.mark.parametrize("name", [name for name, value in public_members() if callable(value)])
def test_every_public_object_has_a_docstring(name: str) -> None:
    """With words in it."""
    found: object = typedsignals
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    assert (inspect.getdoc(found) or "").strip()


@pytest.mark.parametrize("file", WITH_EXAMPLES)
def test_the_examples_in_docstrings_run(file: str) -> None:
    """As they are written."""
    module = ".".join(["typedsignals", *Path(file).with_suffix("").parts])
    results = doctest.testmod(import_module(module))
    assert results.failed == 0
    assert results.attempted > 0
