"""The mutation tests change what they say, and list the changes that no test notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mutation.changes import changes_of

ROOT = Path(__file__).parents[2]


def texts(folder: Path, source: str) -> list[str]:
    """Return what is changed into what in a module."""
    (module := folder / "module.py").write_text(source)
    return [change.text for change in changes_of(module)]


@pytest.mark.parametrize(
    ("statement", "changes"),
    [
        ("return a", ["return a  ->  return None"]),
        ("a == b", ["a == b  ->  pass", "a == b  ->  a != b"]),
        ("return a and b", ["a and b  ->  a or b", "a and b  ->  b", "a and b  ->  a"]),
        ("return not a", ["not a  ->  a"]),
        ("a = 1", ["a = 1  ->  a = None", "1  ->  2"]),
        ("a = True", ["a = True  ->  a = None", "True  ->  False"]),
        ("a = f'{b}'", ["a = f'{b}'  ->  a = None", "f'{b}'  ->  'XX'"]),
        ("a(b, c=b)", ["a(b, c=b)  ->  pass", "a(b, c=b)  ->  a(None, c=b)", "a(b, c=b)  ->  a(b)"]),
        ("raise a", ["raise a  ->  pass"]),
        ("while a: break", ["break  ->  continue"]),
        ("return a if b else None", ["a if b else None  ->  a if not b else None"]),
        ("'only text'", []),
        ("a: int", []),
    ],
)
def test_each_kind_of_statement_is_changed(tmp_path: Path, statement: str, changes: list[str]) -> None:
    """In each way that is listed, and in no way that makes no difference."""
    found = texts(tmp_path, f"def function(a, b):\n    {statement}\n")
    assert [change for change in found if change in changes] == changes
    assert bool(found) == bool(changes)


def test_what_type_checkers_alone_read_is_not_changed(tmp_path: Path) -> None:
    """Nor what runs once, when the module is imported."""
    source = "A = 1\ndef function(a):\n    if TYPE_CHECKING:\n        a = 1\n    cast(int, a)\n"
    assert texts(tmp_path, source) == ["cast(int, a)  ->  pass", "cast(int, a)  ->  cast(int, None)"]


@pytest.mark.parametrize("value", ["False", "0", "''", "None"])
def test_what_is_false_is_not_changed_into_none(tmp_path: Path, value: str) -> None:
    """Hardly any code tells them apart, and type checkers do."""
    assert not any("None" in text.split("->")[1] for text in texts(tmp_path, f"def function():\n    return {value}\n"))


@pytest.mark.parametrize("statement", ["a(b)", "return a(b)", "c = [a(b)]"])
def test_what_is_changed_keeps_the_variables_of_its_closure(tmp_path: Path, statement: str) -> None:
    """Otherwise Python would not let the function have other code."""
    (module := tmp_path / "module.py").write_text(f"def outer(a, b):\n    def inner():\n        {statement}\n")
    changed = [(old, new) for change in changes_of(module) for old, new in change.code.items() if old.co_freevars]
    assert len(changed) >= 2
    assert {(old.co_freevars, new.co_freevars) for old, new in changed} == {(("a", "b"), ("a", "b"))}


def test_a_change_leaves_the_rest_of_the_module_as_it_is(tmp_path: Path) -> None:
    """Even if a part of a line takes the place of the whole."""
    (module := tmp_path / "module.py").write_text(
        "def one(a):\n    return not (\n        a\n    )\n\n\ndef two():\n    return 1\n"
    )
    changed = {change.text: {code.co_name for code in change.code} for change in changes_of(module)}
    assert changed["not a  ->  a"] == {"one"}
    assert changed["1  ->  2"] == {"two"}


@pytest.mark.slow
def test_changes_that_no_test_notices_are_listed(tmp_path: Path) -> None:
    """With file and line; also where pytest would change code that asserts, and where tests freeze what they import.

    Some objects of other libraries fail when they are asked for their class.
    """
    (tmp_path / "module.py").write_text(
        "def noticed():\n    assert noticed\n    return 1\n\n\ndef unnoticed():\n    return 1\n"
    )
    (tmp_path / "test_module.py").write_text(
        "import module\ndef test_both():\n    assert module.noticed() == 1\n    module.unnoticed()\n"
    )
    (tmp_path / "conftest.py").write_text(
        "import gc\nimport pytest\npytest.register_assert_rewrite('module')\n"
        "class Lazy:\n    __class__ = property(lambda self: 1 / 0)\nlazy = Lazy()\n"
        "def pytest_collection_finish():\n    gc.freeze()\n"
    )
    command = [sys.executable, "-m", "mutation", "module.py", "--tests=test_module.py -p no:randomly"]
    environment = {"PYTHONPATH": f"{ROOT}:{tmp_path}", "PATH": ""}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert "all {'survived': 2, 'killed': 2}" in ran.stdout or "all {'killed': 2, 'survived': 2}" in ran.stdout
    survivors = (tmp_path / "build/mutation/survivors.txt").read_text()
    assert sorted(survivors.splitlines()) == [
        "survived: module.py:7: 1  ->  2",
        "survived: module.py:7: return 1  ->  return None",
    ]
