"""All formats of a program that was really read, with every kind of receiver."""

from __future__ import annotations

import ast
import io

from rich.console import Console

from tests.catalog.programs import Program
from typedsignals.catalog import from_json, to_json
from typedsignals.catalog.formats import graphviz, html, markdown, mermaid, svg, table
from typedsignals.catalog.formats._example import example_send

PROGRAM = '''
    from functools import partial
    from typing import Any
    from typedsignals import Namespace, Payload, Signal, signal

    class Saved(Payload):
        """One was saved."""
        key: int

    class Store:
        saved = Signal(Saved)

        def on_saved(self, sender: Any, /, **extra: Any) -> None: ...

    events = Namespace("events")
    events.signal("listed", Saved)
    old = signal("old")
    store = Store()

    @Store.saved.connect
    def plain(sender: Any, key: int) -> None: ...

    @Store.saved.connect_via(store)
    async def later(sender: Any, **extra: Any) -> None: ...

    Store.saved.connect(lambda sender, payload: payload.key, as_payload=True, weak=False, priority=3)
    Store.saved.connect(store.on_saved)
    old.connect(partial(print, "a"), weak=False)

    def save() -> None:
        Store.saved.send(store, key=1)
        events["listed"].send(store, **{"key": 2})
'''


def test_a_program_is_shown_in_every_format(program: Program) -> None:
    """From its file as from the program."""
    program.write(shop="", shop__store=PROGRAM)
    made = program.catalog()
    for form in (graphviz, html, markdown, mermaid, svg):
        text = form.render(made)
        assert text == form.render(from_json(to_json(made), "catalog.json"))
        for name in ("shop.store.Store.saved", "events.listed", "plain", "later", "on_saved"):
            assert name in text
        assert str(program.folder) not in text
    console = Console(file=io.StringIO(), width=100)
    console.print(table.render(made))
    assert isinstance(console.file, io.StringIO)
    assert "later" in console.file.getvalue()


def test_every_example_of_it_is_python(program: Program) -> None:
    """Even if the signal is an attribute of a class, or an item of a namespace."""
    program.write(shop="", shop__store=PROGRAM)
    made = program.catalog()
    calls = {example_send(made, signal).splitlines()[-1] for signal in made.signals}
    assert calls == {"Store.saved.send(sender, key=1)", "events['listed'].send(sender, key=1)", "old.send(sender)"}
    for signal in made.signals:
        ast.parse(example_send(made, signal))
