"""The HTML page as a text: what must hold wherever it is shown."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys

import pytest

from typedsignals.catalog import Catalog, ModelRecord
from typedsignals.catalog.formats import graphviz, html, markdown, mermaid, svg

from . import samples


def test_it_needs_nothing_else() -> None:
    """It has only links within the page, and a policy that refuses everything from elsewhere."""
    page = html.render(samples.shop())
    assert set(re.findall(r'(?:href|src|action)="(.)', page)) == {"#", "d"}
    assert re.findall('href="d[^"]*"', page) == ['href="data:,"']
    assert "default-src &#39;none&#39;" in page
    assert "unsafe" not in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_policy_names_its_own_style_and_script() -> None:
    """By their hashes, so that no other is used."""
    page = html.render(samples.shop())
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in page


def test_each_signal_has_a_section_with_all_that_belongs_to_it() -> None:
    """Its doc, place, sender, fields, receivers, sends, and an example."""
    page = html.render(samples.shop())
    section = page.partition('<section class="signal" id="signal-shop-order-placed"')[2].partition("</section>")[0]
    for part in (
        "A receiver that raises refuses it.</p>",
        '<p class="doc">Sent once for each order.</p>',
        "shop/domain.py:100",
        '<code title="shop.domain.Shop">Shop</code>',
        "What is known of an order when it comes in.",
        '<code>tuple[<a href="#model-tests-catalog-formats-samples-lineitem">LineItem</a>, ...]</code>',
        '<span class="badge required">required</span>',
        "Counts up from 1 in each shop.",
        '<span class="note">Currency: EUR, CHF</span>',
        '<span class="badge deprecated">deprecated</span> use <code>coupon</code>',
        "order_placed.send(shop, order_id=1,",
        "shop.mail.Mailer.confirm",
        '<span class="note">async</span>',
        "shop/web/checkout.py:88",
        "order_id, lines, total",
    ):
        assert part in section


def test_a_signal_without_payload_or_that_is_not_always_validated_says_so() -> None:
    """Neither is the default."""
    signal = samples.signal("x", None, validate_mode="never")
    page = html.render(samples.catalog_of(signal))
    assert "Declared without a payload." in page
    assert "validated: never" in page


def test_there_is_a_column_for_descriptions_only_where_there_are_any() -> None:
    """It would be empty for most payloads."""
    page = html.render(samples.shop())
    for name, is_there in (("order-placed", True), ("order-paid", False)):
        section = page.partition(f'<section class="signal" id="signal-shop-{name}"')[2].partition("</section>")[0]
        assert ("Description</th>" in section) == is_there


def test_what_there_is_none_of_is_said() -> None:
    """Rather than left empty."""
    assert html.render(samples.catalog_of(samples.signal("x", None))).count('<p class="soft">none</p>') == 2


def test_many_signals_have_a_graph_for_each_module() -> None:
    """A single graph would be too high to read."""
    small = html.render(samples.large(10, 4))
    assert small.count("<svg") == 1
    assert "<details>" not in small
    many = html.render(samples.large(11, 4))
    assert many.count("<svg") == many.count("<details>") == 11


def test_a_catalog_without_signals_is_a_page_all_the_same() -> None:
    """With nothing to draw."""
    page = html.render(samples.catalog_of())
    assert "0 signals, 0 receivers, 0 sends" in page
    assert "<svg" not in page


@pytest.mark.slow
def test_a_page_of_thousands_of_signals_has_a_few_megabytes() -> None:
    """Fewer than 10."""
    size = len(html.render(samples.large()).encode())
    assert size < 10_000_000


PRINT_ALL = """
import sys
from tests.catalog.formats import samples
from typedsignals.catalog.formats import graphviz, html, markdown, mermaid, svg
for format in (graphviz, html, markdown, mermaid, svg):
    sys.stdout.buffer.write(format.render(samples.shop()).encode())
"""


@pytest.mark.slow
def test_a_catalog_is_the_same_text_in_each_run() -> None:
    """It can be committed, although the order of sets differs from run to run."""
    assert printed_with("1") == printed_with("2")


def printed_with(seed: str) -> bytes:
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PRINT_ALL]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout  # noqa: S603 - our own


@pytest.mark.parametrize("form", [graphviz, html, markdown, mermaid, svg])
@pytest.mark.parametrize(
    "catalog", [samples.shop(), samples.hostile(), samples.catalog_of()], ids=["shop", "odd", "none"]
)
def test_each_text_can_be_written_and_ends_with_a_line_break(form: object, catalog: Catalog) -> None:
    """It has no control characters, and no surrogates, which cannot be encoded."""
    text: str = form.render(catalog)  # type: ignore[attr-defined]  # a module
    assert text.endswith("\n")
    assert all(char.isprintable() or char == "\n" for char in text)


def test_unencodable_text_is_shown_as_python_would_write_it() -> None:
    """A name may come from anywhere."""
    signal = samples.signal("x\ud800\x00", None)
    for form in (graphviz, html, markdown, mermaid, svg):
        form.render(samples.catalog_of(signal)).encode()


def test_a_payload_without_fields_says_so() -> None:
    """Instead of nothing."""
    model = ModelRecord(name="shop.Ping", extra="forbid", fields=())
    page = html.render(Catalog.of(["shop"], {"shop.Ping": model}, [samples.signal("x", "shop.Ping")]))
    section = page.partition('<section class="signal"')[2].partition("</section>")[0]
    assert '<p class="soft">No fields.</p>' in section
    assert "<table" not in section
