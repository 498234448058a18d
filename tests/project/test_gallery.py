"""Each example has a page, which shows its files as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "examples"
WITHIN = {"shop_broken": "shop"}
"""Examples that are shown on the page of another one."""
FOLDERS = sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir() and not path.name.startswith("_"))


def page_of(example: str) -> str:
    return WITHIN.get(example, example).replace("_", "-")


@pytest.mark.parametrize("example", FOLDERS)
def test_each_example_is_shown(example: str) -> None:
    """By at least one of its files, and with a link to its folder."""
    text = (PAGES / f"{page_of(example)}.md").read_text(encoding="utf-8")
    assert f"{{literalinclude}} ../../examples/{example}/" in text
    assert f"https://github.com/typedsignals/typedsignals/tree/main/examples/{example})" in text


def test_the_first_page_lists_each_page_once() -> None:
    """In its table, and in the same order in the navigation."""
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[.*?\]\((\S+)\.md\)", index, re.MULTILINE)
    navigation = re.findall(r":hidden:\n\n(.*?)```", index, re.DOTALL)[0].split()
    assert rows == navigation
    assert sorted(rows) == sorted({page_of(example) for example in FOLDERS})
    assert sorted(rows) == sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "index")
