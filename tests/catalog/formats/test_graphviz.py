"""The graph in Graphviz's language, as dot draws it."""

from __future__ import annotations

import subprocess
from xml.etree import ElementTree

import pytest

from tests.outside import program
from typedsignals.catalog import Catalog
from typedsignals.catalog.formats import graphviz

from . import samples

SVG = "{http://www.w3.org/2000/svg}"


def drawn(catalog: Catalog) -> ElementTree.Element:
    command = [program("dot"), "-Tsvg"]
    done = subprocess.run(command, input=graphviz.render(catalog), capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stderr == ""
    return ElementTree.fromstring(done.stdout)  # noqa: S314 - dot's


def labels(picture: ElementTree.Element) -> list[str]:
    nodes = picture.findall(f".//{SVG}g[@class='node']")
    return ["".join(node.find(f".//{SVG}text").itertext()) for node in nodes]  # type: ignore[union-attr]  # each has one


def test_dot_draws_modules_signals_and_receivers() -> None:
    """With an edge for each send, declaration and connection."""
    picture = drawn(samples.shop())
    assert {"shop.till", "shop.order-paid", "shop.audit.record"} <= set(labels(picture))
    assert len(labels(picture)) == 14
    assert len(picture.findall(f".//{SVG}g[@class='edge']")) == 14


@pytest.mark.parametrize(
    "name", ["<b>x</b>", "\\N", "a\\", 'say "x"', "&lt;", "&amp;", "a\\nb", "x;y", "{a|b}", "信号"]
)
def test_labels_are_shown_as_they_are(name: str) -> None:
    """Even if dot would read them otherwise."""
    signal = samples.signal("x", None, module=name)
    assert name in labels(drawn(samples.catalog_of(signal)))


def test_dot_takes_any_text() -> None:
    """Even if each text is full of special characters."""
    assert len(labels(drawn(samples.hostile()))) == 4


def test_a_catalog_without_signals_is_an_empty_graph() -> None:
    """dot still accepts it."""
    assert labels(drawn(samples.catalog_of())) == []
