"""What type checkers say of the cases: the errors that are marked there, and no others.

The cases are files that checkers read and nobody runs. See `expected_errors` for how they mark errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from tests.typing.checkers import CHECKERS, errors, expected_errors

NAMES = re.compile(r"# E\[(.*?)\]")
CASES = sorted(Path(__file__).parent.glob("cases_*.py"))

Lines = Mapping[Path, AbstractSet[int]]


@pytest.mark.parametrize("checker", CHECKERS)
def test_errors_are_where_they_are_marked(checker: str) -> None:
    """A checker reports an error on each line that is marked for it, and on no other."""
    differences = list(_differences(expected_errors(CASES, checker), errors(checker, CASES)))
    if differences:
        pytest.fail("\n".join([f"what {checker} says is not what the cases mark:", *differences]), pytrace=False)


def test_a_missing_error_and_a_false_alarm_are_differences(tmp_path: Path) -> None:
    """Both show the file, the line and its text; an error in a file that is no case is a difference too."""
    case, other = tmp_path / "case.py", tmp_path / "other.py"
    case.write_text("as_marked  # E: why\nmissing  # E: why\nfalse_alarm\nclean\n")
    other.write_text("false_alarm\n")
    assert list(_differences({case: {1, 2}}, {case: {1, 3}, other: {1}})) == [
        "case.py:2: no error on: missing  # E: why",
        "case.py:3: error on: false_alarm",
        "other.py:1: error on: false_alarm",
    ]


def test_a_mark_may_be_for_some_checkers(tmp_path: Path) -> None:
    """``# E: why`` is for all, ``# E[mypy]: why`` for mypy with and without plugins, and one in a string for none."""
    case = tmp_path / "case.py"
    case.write_text("a  # E: why\nb  # E[mypy,ty]: why\nc  # E[pyright]: why\n'# E: why'\n# E:\n")
    assert expected_errors([case], "mypy") == expected_errors([case], "mypy+pydantic") == {case: {1, 2}}
    assert expected_errors([case], "pyright") == {case: {1, 3}}
    assert expected_errors([case], "pyrefly") == {case: {1}}


def test_marks_name_checkers() -> None:
    """No mark is for a checker that does not exist, and so for nobody."""
    named = {name for case in CASES for names in NAMES.findall(case.read_text("utf-8")) for name in names.split(",")}
    assert named <= CHECKERS.keys()


def _differences(expected: Lines, reported: Lines) -> Iterator[str]:
    for file in sorted({*expected, *reported}):
        source = file.read_text(encoding="utf-8").splitlines()
        marked, found = expected.get(file, set()), reported.get(file, set())
        for line in sorted(marked ^ found):
            verdict = "no error" if line in marked else "error"
            yield f"{file.name}:{line}: {verdict} on: {source[line - 1].strip()}"
