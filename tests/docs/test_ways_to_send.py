"""The table of all ways to send is linked from the pages that are about one of them."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
ROWS = re.findall(r"^\|.*", (DOCS / "sending.md").read_text(encoding="utf-8"), re.MULTILINE)
WAYS = {page for row in ROWS for page in re.findall(r"\]\((\w+\.md)", row.split("|")[2])}
"""The pages that its second column names."""


@pytest.mark.parametrize("page", sorted(WAYS))
def test_each_page_that_the_table_names_leads_back(page: str) -> None:
    """To the table."""
    assert "](sending.md" in (DOCS / page).read_text(encoding="utf-8")
