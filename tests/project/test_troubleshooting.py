"""The page that goes by messages quotes messages that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUOTED = re.findall(r"^### `(.+)`$", (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE)
OF_MYPY = 'Unexpected keyword argument "_async_wrapper"'


@cache
def texts() -> tuple[str, ...]:
    """Return every text of the sources, with an ellipsis for what is filled in."""
    files = sorted((ROOT / "src" / "typedsignals").rglob("*.py"))
    return tuple(text for file in files for text in _texts_in(ast.parse(file.read_text(encoding="utf-8"))))


def _texts_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("message", [message for message in QUOTED if message != OF_MYPY])
def test_a_quoted_message_is_one_that_the_package_writes(message: str) -> None:
    """Or two parts of one, put together where the message goes on."""
    parts = [part.strip(" …:;,") for part in re.split(r"…:?;?", message)]
    assert all(any(part in text for text in texts()) for part in parts), parts


def test_messages_are_quoted() -> None:
    """There are some, so that the test above tests something."""
    assert len(QUOTED) > 10
