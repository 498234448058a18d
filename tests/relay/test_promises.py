"""Each promise of the page on relays names a test, which exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| .* \| .* \| (`test_.*) \|$", (ROOT / "docs" / "relay.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_every_promise_names_tests_that_exist() -> None:
    """So that a promise whose test was renamed or removed is noticed."""
    assert len(ROWS) >= 15
    named = {name for row in ROWS for name in re.findall(r"`(\w+)`", row)}
    assert named - _tests() == set()


def _tests() -> set[str]:
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in Path(__file__).parent.glob("test_*.py"))
    return {
        node.name
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
