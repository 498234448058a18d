"""What the page on type checkers says of its lines is what four type checkers say, mypy with and without our plugin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.typing.checkers import CHECKERS, WITH_OWN_PLUGIN, errors

PAGE = Path(__file__).parents[2] / "docs" / "checkers.md"
MARK = re.compile(r"# error(?: (with|without) the plugin)?$")


def code_of_the_page() -> str:
    """Return the page with all that is not Python left blank, so that each line keeps its number."""
    lines, is_code = list[str](), False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            is_code = line == "```python"
            lines.append("")
        else:
            lines.append(line if is_code else "")
    return "\n".join(lines)


def marked(code: str, checker: str) -> Iterator[int]:
    """List the lines that say that this checker reports an error."""
    for number, line in enumerate(code.splitlines(), 1):
        mark = MARK.search(line)
        if mark and mark[1] in (None, "with" if checker == WITH_OWN_PLUGIN else "without"):
            yield number


@pytest.mark.parametrize("checker", [*CHECKERS, WITH_OWN_PLUGIN])
def test_errors_are_in_the_lines_that_say_so(checker: str, tmp_path: Path) -> None:
    """And in no others."""
    page = tmp_path / "page.py"
    page.write_text(code := code_of_the_page())
    expected = set(marked(code, checker))
    assert len(expected) >= 10
    assert errors(checker, [page]) == {page.resolve(): expected}
