"""The page with the changelog has what is released, and what is not yet."""

from __future__ import annotations

import re
from html import unescape

from tests.docs.pages import BUILT, ROOT, pages

STRAIGHT = str.maketrans("\u2019\u2018\u201c\u201d", "''\"\"")
"""The quotation marks of prose, and those that are written for them."""


def words(text: str) -> str:
    """Leave out markup and line ends."""
    plain = re.sub(r"[`*]|\]\(\S+\)|[\[\]]", "", text)
    return " ".join(plain.translate(STRAIGHT).split())


def test_each_change_is_on_the_page() -> None:
    """Under the heading of its kind."""
    assert "changelog.html" in pages()
    html = (BUILT / "changelog.html").read_text(encoding="utf-8")
    page = words(unescape(re.sub(r"<[^>]*>", "", html)))
    fragments = sorted((ROOT / "changelog.d").glob("*.md"))
    texts = [file.read_text(encoding="utf-8") for file in fragments]
    changes = [words(entry) for text in texts for entry in re.split(r"^- ", text, flags=re.MULTILINE)]
    assert [change for change in changes if change not in page] == []
    released = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert [release for release in released if release not in page] == []
