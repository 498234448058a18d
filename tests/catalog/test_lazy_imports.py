"""Programs with lazy imports, as in Python 3.15."""

from __future__ import annotations

import sys

import pytest

from .programs import Program, only_signal, send_lines

pytestmark = pytest.mark.skipif(sys.version_info < (3, 15), reason="imports do not wait")

DOMAIN = """
lazy from decimal import Decimal
lazy from typedsignals import Payload, Signal

class Placed(Payload):
    total: Decimal = Decimal(1)

placed = Signal(Placed)

class Model:
    saved = placed
"""


def sends(program: Program, source: str) -> tuple[list[int], list[int]]:
    """The lines of ``web`` that send the only signal, and those that are undecided."""
    program.write(shop="lazy from .domain import placed", shop__domain=DOMAIN)
    program.write_file("shop/web.py", source)
    catalog = program.catalog()
    return send_lines(only_signal(catalog)), [send.line for send in catalog.unresolved_sends]


@pytest.mark.parametrize(
    ("imported", "signal"),
    [
        ("lazy from shop.domain import placed", "placed"),
        ("lazy from shop.domain import placed as it", "it"),
        ("lazy from shop.domain import Model", "Model.saved"),
        ("lazy from shop import domain", "domain.placed"),
        ("lazy from . import domain", "domain.Model.saved"),
        ("lazy import shop.domain", "shop.domain.placed"),
        ("lazy import shop.domain as it", "it.placed"),
        ("lazy import shop", "shop.placed"),
        ("import shop", "shop.placed"),
        ("lazy from shop import placed", "placed"),
    ],
)
def test_what_is_sent_is_found_through_it(program: Program, imported: str, signal: str) -> None:
    """A lazy import is followed like any other import."""
    assert sends(program, f"{imported}\ndef go(): {signal}.send(None)") == ([2], [])


def test_an_import_that_fails_when_it_is_needed_decides_nothing(program: Program) -> None:
    """The module with the lazy import is imported nevertheless."""
    assert sends(program, "lazy from nowhere import thing\ndef go(): thing.send(None)") == ([], [2])


def test_receivers_are_found_that_wait_for_their_signal(program: Program) -> None:
    """They are recorded with the fields that they take."""
    source = "lazy from shop.domain import placed\ndef book(sender, total): ...\nplaced.connect(book)"
    program.write(shop="", shop__domain=DOMAIN)
    program.write_file("shop/web.py", source)
    (receiver,) = only_signal(program.catalog()).receivers
    assert (receiver.name, receiver.fields) == ("book", ("total",))


def test_a_lazily_imported_signal_is_declared_where_it_is_made(program: Program) -> None:
    """It is not declared anywhere else."""
    program.write(shop="lazy from .domain import placed", shop__domain=DOMAIN)
    assert only_signal(program.catalog()).module == "shop.domain"
