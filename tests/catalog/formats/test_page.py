"""The HTML page, as people use it in a browser."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from typedsignals.catalog import Catalog
from typedsignals.catalog.formats import html

from . import samples
from .conftest import Show

pytestmark = pytest.mark.slow

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 800}

COLOURS = """() => {
  const clear = "rgba(0, 0, 0, 0)";
  const behind = (element) => {
    while (element && getComputedStyle(element).backgroundColor === clear) element = element.parentElement;
    return getComputedStyle(element ?? document.documentElement).backgroundColor;
  };
  const texts = [...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return texts.map((element) => {
    const node = element.closest("g.node");
    const drawn = element instanceof SVGElement;
    const style = getComputedStyle(element);
    return [element.textContent.trim(), drawn ? style.fill : style.color,
      node ? getComputedStyle(node.querySelector("rect")).fill : behind(element)];
  });
}"""
"""Each visible text with its colour and that behind it."""


REFUSED = """
  Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
"""
"""What a browser does that stores nothing for a page."""

STOPS = """() => [...document.querySelectorAll("a, button, input, pre, .scroll")]
  .filter((element) => element.checkVisibility()).length"""
"""How many elements can be reached by the keyboard."""


def visible_signals(page: Page) -> list[str]:
    return page.locator(".signal:visible h3").all_inner_texts()


def luminance(colour: str) -> float:
    """As the accessibility guidelines (WCAG 2.1) define it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (colour, other)))
    return (lighter + 0.05) / (darker + 0.05)


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize(
    "query", ["order-placed", "ORDER_PLACED", "coupon", "reserve", "shop.mail confirm", "  total lines"]
)
def test_search_finds_a_signal_by_its_name_fields_and_receivers(show: Show, query: str) -> None:
    """All words must occur in the names of the signal, its fields or its receivers, in any case."""
    page = show(html.render(samples.shop()))
    page.fill("#search", query)
    assert visible_signals(page) == ["shop.order-placed"]
    assert page.inner_text("#found") == "1 of 4"
    assert page.locator("nav li:visible").all_inner_texts() == ["shop.order-placed"]
    assert page.locator("main > .module:visible > h2").all_inner_texts() == ["shop.domain"]
    assert page.locator("main > .besides:visible").count() == 0


def test_a_search_without_result_says_so_and_is_undone(show: Show) -> None:
    """A button and the Escape key show all again."""
    page = show(html.render(samples.shop()))
    page.fill("#search", "no such signal")
    assert visible_signals(page) == []
    expect(page.locator("#nothing")).to_be_visible()
    page.click("#clear")
    assert len(visible_signals(page)) == 4
    expect(page.locator("#nothing")).to_be_hidden()
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("paid")
    assert visible_signals(page) == ["shop.order-paid"]
    page.keyboard.press("Escape")
    assert len(visible_signals(page)) == 4
    assert page.inner_text("#found") == ""


def test_the_slash_key_leads_to_the_search(show: Show) -> None:
    """In a text field, it types a slash."""
    page = show(html.render(samples.shop()))
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_have_value("/")


def test_the_index_and_the_graph_lead_to_the_signals(show: Show) -> None:
    """Each leads to the signal's section, below the header that stays in view."""
    page = show(html.render(samples.shop()), viewport=WIDE)
    target = page.locator("#signal-shop-stock-low")
    for link in (page.locator("nav a", has_text="shop.stock-low"), page.locator(".graph a", has_text="shop.stock-low")):
        page.evaluate("scrollTo(0, 0)")
        link.click()
        assert page.url.endswith("#signal-shop-stock-low")
        expect(target.locator("h3")).to_be_in_viewport()
        header = page.locator("header").bounding_box()
        heading = target.locator("h3").bounding_box()
        assert header is not None
        assert heading is not None
        assert heading["y"] >= header["y"] + header["height"]


def test_a_link_to_what_a_search_hides_ends_the_search(show: Show) -> None:
    """A search hides nested models; a link to one shows all again."""
    page = show(html.render(samples.shop()), viewport=WIDE)
    page.fill("#search", "order-placed")
    page.locator(".fields a", has_text="LineItem").click()
    expect(page.locator("#search")).to_have_value("")
    expect(page.locator(".model h3")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_colours_are_those_of_the_system_until_they_are_chosen(show: Show, scheme: Any) -> None:
    """The button changes them, and the choice is remembered."""
    page = show(html.render(samples.shop()), color_scheme=scheme)
    background = "getComputedStyle(document.documentElement).backgroundColor"
    first = page.evaluate(background)
    assert (luminance(first) < 0.5) == (scheme == "dark")
    page.click("#theme")
    changed = page.evaluate(background)
    assert (luminance(changed) > 0.5) == (scheme == "dark")
    assert page.inner_text("#theme").lower() == scheme
    assert page.evaluate("localStorage.theme") != scheme
    page.click("#theme")
    assert page.evaluate(background) == first


def test_the_chosen_colours_are_remembered(show: Show) -> None:
    """Anything else in the storage is ignored."""
    page = show(html.render(samples.shop()), color_scheme="light")
    for stored, is_dark in (("dark", True), ("light", False), ("purple", False)):
        page.evaluate("(value) => { localStorage.theme = value }", stored)
        page.reload()
        background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (luminance(background) < 0.5) == is_dark


def test_the_page_works_where_nothing_can_be_stored(show: Show) -> None:
    """Some browsers refuse it in files or frames."""
    page = show(html.render(samples.shop()), color_scheme="light")
    page.add_init_script(REFUSED)
    page.reload()
    page.click("#theme")
    assert page.inner_text("#theme") == "Light"


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_text_stands_out_from_what_is_behind_it(show: Show, scheme: Any) -> None:
    """The contrast is at least 4.5 : 1, as the accessibility guidelines (WCAG 2.1 AA) require."""
    page = show(html.render(samples.shop()), color_scheme=scheme, viewport={"width": 1280, "height": 8000})
    texts = page.evaluate(COLOURS)
    assert len(texts) > 100
    assert [(text, colours) for text, *colours in texts if contrast(*colours) < 4.5] == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("catalog", [samples.shop(), samples.hostile()], ids=["shop", "hostile"])
def test_nothing_sticks_out_to_the_side(show: Show, catalog: Catalog, viewport: Any) -> None:
    """Wide things scroll on their own; the page does not."""
    page = show(html.render(catalog), viewport=viewport)
    assert overflow(page) == 0


def test_a_phone_shows_a_list_with_whole_names_in_place_of_the_graph(show: Show) -> None:
    """Three columns do not fit, and the graph shortens long names."""
    catalog = samples.shop()
    page = show(html.render(catalog), viewport=NARROW)
    graph, listed = page.locator(".scroll").first, page.locator(".narrow").first
    expect(graph).to_be_hidden()
    for signal in catalog.signals:
        named = {signal.key, *(send.module for send in signal.sends)}
        named |= {f"{receiver.module}.{receiver.name}" for receiver in signal.receivers}
        item = listed.locator("li", has=page.get_by_role("link", name=signal.key, exact=True))
        assert [name for name in named if name not in item.inner_text()] == []
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    expect(graph).to_be_visible()
    expect(listed).to_be_hidden()


def test_all_is_there_without_scripts(show: Show) -> None:
    """Controls that need scripts are hidden."""
    page = show(html.render(samples.shop()), java_script_enabled=False)
    assert page.locator(".signal:visible").count() == 4
    assert page.locator(".tools:visible").count() == 0


def test_all_is_printed(show: Show) -> None:
    """Controls for the screen are left out."""
    page = show(html.render(samples.shop()))
    page.emulate_media(media="print")
    assert page.locator(".signal:visible").count() == 4
    assert page.locator("nav:visible, .tools:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.signal')).contentVisibility") == "visible"


def test_the_keyboard_reaches_everything(show: Show) -> None:
    """The first stop skips the index; then the tools, the index and the graph follow in the order of the page."""
    page = show(html.render(samples.shop()))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    stops = page.evaluate(STOPS)
    reached = set()
    for _ in range(stops):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML"))
    assert any('id="search"' in element for element in reached)
    assert any(element.startswith("<pre") for element in reached)
    assert any("<rect" in element for element in reached)
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_names_and_docs_are_text(show: Show) -> None:
    """No text becomes an element, and all of it can be read."""
    page = show(html.render(samples.hostile()))
    assert page.locator("script").count() == 1
    assert page.locator("img, b, strong, em").count() == 0
    assert page.locator("style").count() == 1
    written = page.inner_text("main")
    for part in (
        "<script>alert(1)</script> & \"quotes\" 'too'",
        "{{ 7 * 7 }}",
        r"\x1b[31m",
        "信号",
        "</pre></style><img src=x onerror=alert(1)>",
    ):
        assert part in written


def test_headings_go_down_one_at_a_time(show: Show) -> None:
    """Screen readers use them as the outline of the page."""
    page = show(html.render(samples.shop()))
    levels = [
        int(tag[1])
        for tag in page.evaluate("[...document.querySelectorAll('main :is(h2, h3, h4)')].map(h => h.tagName)")
    ]
    assert levels[0] == 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_link_leads_somewhere(show: Show) -> None:
    """No two elements have the same name."""
    for catalog in (samples.shop(), samples.hostile(), samples.large(10, 6)):
        page = show(html.render(catalog))
        names = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        links = page.evaluate("[...document.querySelectorAll('a')].map(e => e.getAttribute('href').slice(1))")
        assert len(names) == len(set(names))
        assert set(links) <= set(names)
        page.close()


def test_thousands_of_signals_are_searched(show: Show) -> None:
    """One of 2,000 is found."""
    page = show(html.render(samples.large()), viewport=WIDE)
    assert page.locator(".signal").count() == 2000
    page.fill("#search", "measured-499-3")
    assert page.inner_text("#found") == "1 of 2000"
    assert visible_signals(page) == ["shop.measured-499-3"]
