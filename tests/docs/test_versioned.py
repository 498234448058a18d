"""Each page says at which address, and in which version of the documentation, it belongs."""

from __future__ import annotations

import tomllib

from tests.docs.pages import BUILT, ROOT, pages
from tests.docs.test_links import SITE


def text_of(page: str) -> str:
    return (BUILT / page).read_text(encoding="utf-8")


def test_each_page_names_its_address() -> None:
    """So that search engines take the pages of all versions for one."""
    without = [page for page in pages() if f'<link rel="canonical" href="{SITE}{page}"' not in text_of(page)]
    assert without == []


def test_each_page_names_its_version() -> None:
    """That of the package which it documents, in the title of the window."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert [page for page in pages() if f"typedsignals {version}" not in text_of(page).split("</title>")[0]] == []


def test_the_list_for_programs_leads_to_pages_of_this_version() -> None:
    """Each of which was built."""
    assert pages()
    links = [line.split("](")[1].rstrip(")") for line in text_of("llms.txt").splitlines() if line.startswith("- [")]
    assert len(links) > 40
    assert [link for link in links if not (BUILT / link.removeprefix(SITE)).is_file()] == []
