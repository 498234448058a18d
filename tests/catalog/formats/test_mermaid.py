"""The flowchart, as Mermaid itself reads and draws it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from typedsignals.catalog.formats import mermaid

from . import samples
from .conftest import Show

pytestmark = pytest.mark.slow

DRAW = """async (source) => {
  mermaid.initialize({ startOnLoad: false });
  const { diagramType } = await mermaid.parse(source);
  const { svg } = await mermaid.render("drawn", source);
  document.body.innerHTML = svg;
  return diagramType;
}"""


NAMES = (
    samples.NASTY,
    "1. a list",
    "- a list",
    "end",
    "#quot;",
    "&lt;",
    "`code`",
    '"quoted"',
    "a --> b",
    "a\nb",
    "%% comment",
    "<b>bold</b>",
    "**bold** _it_",
    "https://example.org/",
    "$$x$$",
    "a;b",
    "fa:fa-car",
)


@pytest.fixture
def page(show: Show, node_packages: Path) -> Page:
    page = show("<title>Mermaid</title>")
    page.add_script_tag(path=node_packages / "mermaid/dist/mermaid.min.js")
    return page


def test_mermaid_draws_modules_signals_and_receivers(page: Page) -> None:
    """Each once, by its name."""
    assert page.evaluate(DRAW, mermaid.render(samples.shop())) == "flowchart-v2"
    assert sorted(page.locator(".node").all_text_contents()) == sorted(
        "shop.domain shop.intake shop.web.checkout shop.till shop.stock "
        "shop.order-placed shop.order-paid shop.stock-low shop.closed "
        "shop.stock.reserve shop.mail.Mailer.confirm shop.audit.record shop.stock.ship shop.buying.reorder".split()
    )
    assert page.locator(".edgePaths path").count() == 14


def test_labels_are_shown_as_they_are(page: Page) -> None:
    """Even if Mermaid, or its Markdown or HTML, would read them otherwise."""
    signals = [samples.signal(f"s{number}", None, module=name) for number, name in enumerate(NAMES)]
    page.evaluate(DRAW, mermaid.render(samples.catalog_of(*signals)))
    shown = [" ".join(text.split()) for text in page.locator(".node").all_text_contents()]
    expected = [" ".join(name.replace("\x1b", r"\x1b").split()) for name in NAMES]
    assert sorted(shown) == sorted([*expected, *(f"shop.{signal.name}" for signal in signals)])


def test_a_catalog_without_signals_is_an_empty_flowchart(page: Page) -> None:
    """Mermaid still accepts it."""
    assert page.evaluate(DRAW, mermaid.render(samples.catalog_of())) == "flowchart-v2"
