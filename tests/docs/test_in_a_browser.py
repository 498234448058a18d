"""Every page can be read by everybody: with a screen reader, in the light and in the dark, and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.docs.pages import BUILT, pages
from tests.outside import node_packages, program

NAMES = sorted(pages())
DESKTOP, PHONE = 1440, 390
GRAVE = ["serious", "critical"]
CHECK = """async () => (await axe.run({resultTypes: ["violations"]})).violations.map(
    ({id, impact, nodes}) => ({id, impact, nodes: nodes.map(({html, failureSummary}) => html + " " + failureSummary)}))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"))
        yield browser
        browser.close()


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width"), [("light", DESKTOP), ("dark", PHONE)])
def test_nothing_serious_keeps_anybody_from_reading(
    browser: Browser, theme: Literal["light", "dark"], width: int
) -> None:
    """axe finds nothing serious: neither of contrast nor of what screen readers and keyboards need."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    problems: dict[str, list[dict[str, Any]]] = {}
    for name in NAMES:
        page.goto((BUILT / name).as_uri())
        page.add_script_tag(path=node_packages() / "axe-core" / "axe.min.js")
        if grave := [found for found in page.evaluate(CHECK) if found["impact"] in GRAVE]:
            problems[name] = grave
    page.close()
    assert problems == {}


@pytest.mark.slow
def test_no_page_is_wider_than_a_phone_or_asks_another_host(browser: Browser) -> None:
    """What is wider, such as a table or code, scrolls by itself."""
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wide = {}
    for name in NAMES:
        page.goto((BUILT / name).as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE:
            wide[name] = width
    page.close()
    assert wide == {}
    assert len(asked) > len(NAMES)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
