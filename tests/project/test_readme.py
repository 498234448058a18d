"""The README is read where there is no repository around it: package indexes show it."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "stubs" / "README.md"]
DOCUMENTATION = "https://typedsignals.readthedocs.io/en/stable/"
REPOSITORY = "https://github.com/typedsignals/typedsignals/"
PYTHONS = ("3.11", "3.14", "3.15")
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


def nanoseconds(python: str, library: str) -> int:
    """How long a send to ten receivers took when it was measured."""
    measured = (ROOT / "docs" / "measured" / f"python-{python}.md").read_text(encoding="utf-8")
    (block,) = (block for block in measured.split("\n\n") if "| send to 10 receivers |" in block)
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
    (cell,) = (row[header.index("send to 10 receivers")] for row in rows if row[0] == library)
    return int(cell.replace(",", ""))


def test_the_figures_are_those_that_were_measured() -> None:
    """How much of Blinker's time a send takes, and how many other libraries were measured."""
    text = " ".join(READMES[0].read_text(encoding="utf-8").split())
    assert "about a fifth of the time that Blinker takes, which validates nothing, on CPython 3.11" in text
    assert "and a seventh or less on 3.14 and 3.15" in text
    ratios = {python: nanoseconds(python, "Blinker") / nanoseconds(python, "typedsignals") for python in PYTHONS}
    assert 4.5 < ratios["3.11"] < 5.5
    assert min(ratios["3.14"], ratios["3.15"]) > 7
    assert "next to five other libraries" in text
    header = (ROOT / "docs" / "measured" / "python-3.14.md").read_text(encoding="utf-8").splitlines()[0]
    assert len(header.split(", ")) - len(["python", "pydantic"]) == 5
