"""A browser whose pages must neither complain nor ask for anything, and the shop of the examples for one test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.outside import program

EXAMPLES = Path(__file__).parents[3] / "examples"
FORGOTTEN: list[ModuleType] = []
"""Kept alive: receivers that go before anything is sent to them are warned of."""

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


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the package ``shop``, which can be imported."""
    monkeypatch.syspath_prepend(EXAMPLES)
    yield EXAMPLES / "shop"
    imported = [name for name in sys.modules if name.partition(".")[0] == "shop"]
    FORGOTTEN.extend(sys.modules.pop(name) for name in imported)
