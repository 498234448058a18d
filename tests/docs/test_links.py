"""Every link leads somewhere, from guides to the API reference and back, and no page asks another host for anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.docs.pages import BUILT, ROOT, Page, pages
from typedsignals.catalog import RULES

SITE = "https://typedsignals.readthedocs.io/en/stable/"
LOADED = {
    "script.src",
    "link.href",
    "img.src",
    "img.srcset",
    "source.src",
    "source.srcset",
    "iframe.src",
    "object.data",
}
OF_SITE = re.compile(re.escape(SITE) + r"([\w./#-]*)")
TEXTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "stubs").glob("*.md"),
    *(ROOT / "examples").rglob("*.md"),
    *(ROOT / "src").rglob("*.py"),
    ROOT / "pyproject.toml",
]
"""What leads to the documentation from elsewhere."""


def is_elsewhere(target: str) -> bool:
    return bool(urlsplit(target).scheme or urlsplit(target).netloc) and not target.startswith("data:")


def problem(page: str, target: str) -> str | None:
    """Say what is wrong with a link on a page, if anything is."""
    built = pages()
    split = urlsplit(urljoin(page, target))
    name, anchor = unquote(split.path), unquote(split.fragment)
    if not (BUILT / name).is_file():
        return f"{page}: there is no {name}"
    if anchor and name.endswith(".html") and anchor not in built[name].ids:
        return f"{page}: there is no #{anchor} in {name}"
    return None


def links(page: Page) -> Iterator[str]:
    """Yield the links of a page to others, and to places in it."""
    return (target for kind, target in page.references if kind == "a.href" and target and not is_elsewhere(target))


def test_every_link_between_pages_leads_somewhere() -> None:
    """To a page that was built, and to a place that is in it."""
    found = [(page.name, link) for page in pages().values() for link in links(page)]
    assert len(found) > 5000
    assert [wrong for page, link in found if (wrong := problem(page, link))] == []


def test_every_link_to_the_documentation_from_elsewhere_leads_somewhere() -> None:
    """From the README, the messages of the package, and the metadata."""
    found = [(file, link) for file in TEXTS for link in OF_SITE.findall(file.read_text(encoding="utf-8"))]
    assert len(found) > 20
    assert [(file, wrong) for file, link in found if (wrong := problem("", link or "index.html"))] == []


def test_no_page_loads_anything_from_another_host() -> None:
    """No scripts, styles, fonts or pictures."""
    loaded = [
        (page.name, kind, target) for page in pages().values() for kind, target in page.references if kind in LOADED
    ]
    assert len(loaded) > 500
    assert [reference for reference in loaded if is_elsewhere(reference[2])] == []


def test_no_style_loads_anything_from_another_host() -> None:
    """Such as a font."""
    assert pages()
    files = sorted(BUILT.rglob("*.css"))
    loaded = [
        found for file in files for found in re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')]+)", file.read_text())
    ]
    assert len(files) > 3
    assert [target for target in loaded if is_elsewhere(target)] == []


@pytest.mark.parametrize(
    ("guide", "entry"),
    [
        ("sending.html", "api/signals.html#typedsignals.Signal.send_robust"),
        ("relay.html", "api/relay.html#typedsignals.relay.Relay.publish"),
        ("testing.html", "api/testing.html#typedsignals.testing.muted"),
        ("instances.html", "api/ways-to-send.html#typedsignals.BoundSignal.send"),
        ("errors.html", "api/errors.html#typedsignals.DeclarationError"),
    ],
)
def test_code_in_a_guide_leads_to_its_entry_in_the_reference(guide: str, entry: str) -> None:
    """By itself; a bare name is that of the class that the guide is about."""
    assert entry in links(pages()[guide])


def test_a_name_that_may_mean_something_else_is_not_a_link() -> None:
    """In the relay's guide, a connection is SQLAlchemy's; on pages that compare, ``connect`` may be another's."""
    assert "api/signals.html#typedsignals.Connection" not in links(pages()["relay.html"])
    assert "api/signals.html#typedsignals.Signal.connect" not in links(pages()["from-django.html"])


@pytest.mark.parametrize(
    "page", [page for page in sorted((ROOT / "docs" / "api").glob("*.md")) if page.stem != "index"]
)
def test_every_page_of_the_reference_leads_back_to_a_guide(page: Path) -> None:
    """At its top. Most entries on it do so, too; the build warns if the guide to a method of signals is not named."""
    assert re.search(r"\]\(\.\./[\w-]+\.md", page.read_text(encoding="utf-8"))


def test_entries_of_the_reference_lead_back_to_guides() -> None:
    """Each to its own."""
    assert "../waiting.html" in links(pages()["api/signals.html"])
    assert "../hooks.html" in links(pages()["api/ways-to-send.html"])


def test_every_rule_has_an_address() -> None:
    """Reports of checks lead there."""
    assert {rule.lower() for rule in RULES} <= pages()["checking.html"].ids
