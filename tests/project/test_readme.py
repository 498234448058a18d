"""The README is read where there is no repository around it: package indexes show it."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "stubs" / "README.md"]
DOCUMENTATION = "https://typedsignals.readthedocs.io/en/stable/"
REPOSITORY = "https://github.com/typedsignals/typedsignals/"
FILES = ("blob/main/", "tree/main/")


def links(document: Path) -> list[str]:
    """What its links and images lead to."""
    blocks = MarkdownIt().enable("table").parse(document.read_text(encoding="utf-8"))
    tokens = [token for block in blocks for token in block.children or ()]
    return [str(value) for token in tokens for name in ("href", "src") if (value := token.attrs.get(name))]


@pytest.mark.parametrize("document", READMES, ids=["typedsignals", "typedsignals-stubs"])
def test_every_link_is_absolute(document: Path) -> None:
    """A relative one would lead nowhere."""
    found = links(document)
    assert found
    assert [link for link in found if not link.startswith("https://")] == []


def test_links_to_the_documentation_lead_to_its_pages() -> None:
    """To those that are built from this tree."""
    names = [link.removeprefix(DOCUMENTATION) for link in links(READMES[0]) if link.startswith(DOCUMENTATION)]
    pages = [ROOT / "docs" / (name.removesuffix(".html") + ".md" if name else "index.md") for name in names]
    assert len(pages) > 5
    assert [page for page in pages if not page.is_file()] == []


def test_links_to_the_repository_lead_to_its_files() -> None:
    """On its main branch."""
    names = [link.removeprefix(REPOSITORY) for link in links(READMES[0]) if link.startswith(REPOSITORY)]
    paths = [ROOT / name.removeprefix(folder) for name in names for folder in FILES if name.startswith(folder)]
    assert len(paths) == len(names) > 0
    assert [path for path in paths if not path.exists()] == []
