"""Every page can be read by everybody: with a screen reader, in the light and in the dark, and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.docs.pages import BUILT, pages
from tests.outside import node_packages, program

NAMES = sorted(pages())
PHONE = 390
GRAVE = ["serious", "critical"]
CHECK = """async ([part, options]) => (await axe.run(part, options)).violations.map(
    ({id, impact, nodes}) => ({id, impact, nodes: nodes.map(({html, failureSummary}) => html + " " + failureSummary)}))
"""
WHOLE = "index.html"
"""The page of which all is checked; of others, only what they do not share with it."""
PART = "article"
CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"))
        yield browser.new_page(viewport={"width": PHONE, "height": 800})
        browser.close()


def grave(page: Page, part: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(CHECK, [part, {"resultTypes": ["violations"], **options}])
    return [problem for problem in found if problem["impact"] in GRAVE]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_read_by_everybody_and_fits_a_phone(page: Page, name: str) -> None:
    """With a screen reader and a keyboard, in the light and in the dark, and without asking another host.

    axe finds nothing serious. What is wider than a phone, such as a table or code, scrolls by itself.
    """
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    part = "html" if name == WHOLE else PART
    page.emulate_media(color_scheme="light")
    page.goto((BUILT / name).as_uri())
    page.add_script_tag(path=node_packages() / "axe-core" / "axe.min.js")
    assert grave(page, part, {}) == []
    page.emulate_media(color_scheme="dark")
    assert grave(page, part, CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
