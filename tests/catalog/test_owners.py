"""Signals that somebody else owns, in the catalog."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from tests.catalog.programs import Program
from typedsignals.catalog.formats import asyncapi, html, markdown, table

CONTRACTS = """
    import blinker
    from typedsignals import Inlet, Payload, Signal, typed
    from typedsignals.blinker import typed as blinker_typed

    class Reading(Payload):
        celsius: float

    class Thermometer:
        name = "reading"

        def connect(self, inlet: Inlet) -> None: ...

        def disconnect(self, inlet: Inlet) -> None: ...

    class Named(Thermometer):
        owner = "the roof"

    default = typed(Thermometer(), Reading)
    named = typed(Named(), Reading, sender=Thermometer)
    theirs = blinker_typed(blinker.Namespace().signal("measured"), Reading)
    unnamed = blinker_typed(blinker.Signal(), Reading)
    own = Signal(Reading)
    """


def test_contracts_are_recorded_with_their_owners(program: Program) -> None:
    """What the source says, or else its class; of our own signals, nothing."""
    program.write(roof=CONTRACTS)
    owners = {signal.qualified_name: signal.owner for signal in program.catalog("roof").signals}
    assert owners == {
        "default": "roof.Thermometer",
        "named": "the roof",
        "theirs": "blinker: measured",
        "unnamed": "blinker",
        "own": None,
    }


@pytest.mark.parametrize("module", [table, markdown, html, asyncapi])
def test_formats_show_whose_signal_a_contract_is_about(module: Any, program: Program) -> None:
    """Each in its own way."""
    program.write(roof=CONTRACTS)
    catalog, console = program.catalog("roof"), Console(width=200)
    if module is table:
        with console.capture() as capture:
            console.print(table.render(catalog))
        shown = capture.get()
    else:
        shown = str(module.render(catalog))
    assert "the roof" in shown
    assert "blinker: measured" in shown
