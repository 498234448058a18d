"""A browser, and pages opened in it that must neither complain nor ask for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.outside import program

FLAGS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; closed after each module, as it runs an event loop that async tests would be in the way of."""
    chromium = program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens a text as a page; at the end there must have been no error, no message and no request for anything else."""
    problems: list[str] = []
    asked: list[str] = []
    wanted: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith("data:"):
            asked.append(request.url)

    def open_page(text: str, name: str = "page.html", **options: Any) -> Page:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        page = browser.new_context(**options).new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.on("request", note_request)
        wanted.append(file.as_uri())
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert problems == []
    assert set(asked) == set(wanted)
