"""The picture that is drawn without other programs."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedsignals.catalog import Catalog, SignalRecord
from typedsignals.catalog.formats import svg
from typedsignals.catalog.formats._diagram.graph import graph_of
from typedsignals.catalog.formats._diagram.layout import NODE_HEIGHT, laid_out, shortened

from . import samples
from .conftest import Show

ROOM = """() => [...document.querySelectorAll(".node")].map((node) =>
  node.querySelector("rect").getBBox().width - node.querySelector("text").getBBox().width)"""
"""How much wider each box is than its text."""

SVG = "{http://www.w3.org/2000/svg}"


def parsed(catalog: Catalog) -> ElementTree.Element:
    return ElementTree.fromstring(svg.render(catalog))  # noqa: S314 - our own


def test_it_is_a_picture_with_a_title_and_a_description() -> None:
    """For readers who cannot see it."""
    picture = parsed(samples.shop())
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "Signals, the modules that send them, and their receivers"
    assert picture.findtext(f"{SVG}desc") == "5 modules, 4 signals, 5 receivers"


def test_each_node_says_all_there_is_to_know_of_it() -> None:
    """In a tooltip, even if the label is shortened."""
    titles = [node.findtext(f"{SVG}title") for node in parsed(samples.shop()).iter(f"{SVG}g")]
    assert "signal shop.order-placed, declared at shop/domain.py:100" in titles
    assert "receiver shop.audit.record, at shop/audit.py:12" in titles
    assert "module shop.till" in titles


def test_what_a_dotted_line_means_is_said_where_there_is_one() -> None:
    """It is not obvious."""
    dotted = samples.signal("low", None, module="shop.stock")
    sent = samples.signal("low", None, module="shop.stock", sends=[samples.sent("shop.stock", 3)])
    for signal, is_said in ((dotted, True), (sent, False)):
        assert ("Dotted: the module declares the signal" in svg.render(samples.catalog_of(signal))) == is_said


def test_any_text_is_only_text() -> None:
    """No text can become part of the picture."""
    tags = {element.tag.removeprefix(SVG) for element in parsed(samples.hostile()).iter()}
    assert tags <= set("svg title desc style rect text path g".split())


def test_the_same_catalog_is_the_same_picture() -> None:
    """It can be committed."""
    assert svg.render(samples.shop()) == svg.render(samples.shop())


modules = st.sampled_from([f"shop.part_{letter}" for letter in "abcdefgh"])
signals = st.lists(
    st.builds(
        lambda module, senders, receivers: (module, senders, receivers),
        modules,
        st.lists(modules, max_size=4),
        st.lists(st.tuples(st.sampled_from(["on", "handle_all_of_it_" * 4]), modules), max_size=4),
    ),
    max_size=12,
)


def made(drawn: Any) -> list[SignalRecord]:
    return [
        samples.signal(
            f"signal-{number}",
            None,
            module=module,
            sends=[samples.sent(sender, 1) for sender in senders],
            receivers=[samples.at(name, where, 1) for name, where in receivers],
        )
        for number, (module, senders, receivers) in enumerate(drawn)
    ]


@given(signals)
def test_nothing_overlaps_and_all_is_within_the_picture(drawn: Any) -> None:
    """Whoever sends and receives what."""
    graph = graph_of(made(drawn))
    layout = laid_out(graph)
    boxes = [box for column in layout.columns for box in column.boxes]
    assert sorted(box.node.id for box in boxes) == sorted(node.id for node in graph.nodes)
    for box in boxes:
        assert 0 <= box.left < box.right < layout.width
        assert 0 < box.top < box.top + NODE_HEIGHT < layout.height
    for column in layout.columns:
        assert all(above.top + NODE_HEIGHT < below.top for above, below in pairwise(column.boxes))
    for column, following in pairwise(layout.columns):
        for box, other in ((a, b) for a in column.boxes for b in following.boxes):
            assert box.right < other.left


@given(signals)
def test_edges_run_from_one_column_to_the_next(drawn: Any) -> None:
    """Modules lead to signals, and signals to receivers, each edge once."""
    graph = graph_of(made(drawn))
    kinds = {node.id: node.kind for node in graph.nodes}
    for edge in graph.edges:
        wanted = ("signal", "receiver") if edge.kind == "receives" else ("module", "signal")
        assert (kinds[edge.source], kinds[edge.target]) == wanted
    assert all(first != second for first, second in combinations(graph.edges, 2))


def test_a_signal_that_no_known_module_sends_still_has_its_own() -> None:
    """The edge says that the module only declares it."""
    graph = graph_of([samples.signal("low", None, module="shop.stock")])
    assert [edge.kind for edge in graph.edges] == ["declares"]
    graph = graph_of([samples.signal("low", None, module="shop.stock", sends=[samples.sent("shop.stock", 3)])])
    assert [edge.kind for edge in graph.edges] == ["sends"]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_fits_dark_and_light_surroundings(show: Show, scheme: Any) -> None:
    """The text is dark on light, or light on dark, and fits into its box."""
    page = show(svg.render(samples.shop()), "picture.svg", color_scheme=scheme)
    fill = page.evaluate("getComputedStyle(document.querySelector('.paper')).fill")
    assert fill == ("rgb(18, 22, 29)" if scheme == "dark" else "rgb(255, 255, 255)")
    room = page.evaluate(ROOM)
    assert len(room) == 14
    assert min(room) > 16


def test_wide_characters_have_room(show: Show) -> None:
    """For example, Chinese characters take twice the space."""
    signal = samples.signal("x", None, module="订单信号模块订单信号模块")
    page = show(svg.render(samples.catalog_of(signal)), "picture.svg")
    width, *_ = page.evaluate(ROOM)
    assert width > 16


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("shop.report.Tally.count_payment", "shop.report.Tally.count_payment"),
        ("examples.shop.report.Tally.count_payment", "…shop.report.Tally.count_payment"),
        ("shop.a_module_whose_name_is_very_long_indeed", "shop.a_module_who…s_very_long_indeed"),
        ("a_name_that_is_much_longer_than_a_label.f", "a_name_that_is_mu…ger_than_a_label.f"),
    ],
)
def test_long_labels_are_shortened(text: str, label: str) -> None:
    """A path from its beginning, between two of its steps; a name in its middle."""
    assert shortened(text) == label


@pytest.mark.slow
def test_thousands_of_signals_are_drawn() -> None:
    """The picture becomes high."""
    picture = parsed(samples.large())
    assert len(picture.findall(f".//{SVG}g")) == 500 * 2 + 2000 * 2


def test_a_catalog_without_signals_is_an_empty_picture() -> None:
    """It has only the headings."""
    picture = parsed(samples.catalog_of())
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["Modules", "Signals", "Receivers"]
