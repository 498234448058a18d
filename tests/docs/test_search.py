"""The search of the documentation leads from an id, an error or a message to the page that explains it."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, sync_playwright

import typedsignals
from tests.docs.pages import BUILT, ROOT, pages
from tests.outside import program
from typedsignals.catalog import RULES

NUMBER = len(pages())  # so that all tests are skipped where nothing is built
ERRORS = [name for name, value in vars(typedsignals).items() if inspect.isclass(value) and issubclass(value, Exception)]
TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^### `(.+)`$", TROUBLESHOOTING, re.MULTILINE)


@pytest.fixture(scope="module")
def index() -> dict[str, Any]:
    text = (BUILT / "searchindex.js").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return read


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"))
        yield browser.new_page()
        browser.close()


def test_every_rule_is_found_by_its_id(index: dict[str, Any]) -> None:
    """On the page about checks, whose table has it."""
    checks = index["docnames"].index("checking")
    found = {rule: index["terms"].get(rule.lower(), []) for rule in RULES}
    assert [
        rule for rule, where in found.items() if checks not in (where if isinstance(where, list) else [where])
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_found_by_its_name(page: Page, error: str) -> None:
    """Its entry in the reference comes first."""
    assert first_found(page, error) == f"api/errors.html#typedsignals.{error}"


@pytest.mark.slow
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_found_by_its_words(page: Page, message: str) -> None:
    """The page on troubleshooting comes first, although the words are on many."""
    assert (first_found(page, message.replace("…", " ")) or "").partition("#")[0] == "troubleshooting.html"


def first_found(page: Page, query: str) -> str | None:
    page.goto(f"{(BUILT / 'search.html').as_uri()}?q={quote(query)}")
    # The results follow one by one, the best first.
    return page.locator("ul.search > li a").first.get_attribute("href")
