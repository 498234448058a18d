"""A catalog as a table for people in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from .._model import Catalog, FieldRecord, ReceiverRecord, SendRecord, SignalRecord
from .._types import ScalarType, TypeRecord, short
from ._words import (
    by_module,
    default_of,
    fields_read,
    first_sentence,
    keywords_sent,
    location,
    one_line,
    receiver_notes,
    summary,
)

WIDEST = 140
"""Where lines end on terminals that are wider still."""

FAINT = "dim"


LONGEST_NAME = 30
"""What is longer goes on in the next line."""


class Row(NamedTuple):
    """A line under a signal: what it is, its name, and what there is to say of it."""

    kind: str
    name: Text
    details: Text


def render(catalog: Catalog) -> RenderableType:
    """The signals of each module, with a line for the sender and each field, receiver and send."""
    return CatalogTable(catalog)


class CatalogTable:
    """A catalog that is laid out for the width of the console that it is printed on."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Print it piece by piece."""
        width = min(options.max_width, WIDEST)
        for module, signals in by_module(self.catalog):
            yield Text(one_line(module), style="bold underline")
            for signal in signals:
                yield Text()
                yield _heading(signal)
                yield _grid(tuple(_rows(self.catalog, signal)), width)
            yield Text()
        if self.catalog.unresolved_sends:
            yield Text("Sends of unknown signals", style="bold underline")
            yield _grid(tuple(map(_send, self.catalog.unresolved_sends)), width)
            yield Text()
        yield Text(summary(self.catalog), style="bold")


def _heading(signal: SignalRecord) -> Text:
    parts = [(one_line(signal.key), "bold cyan"), (f"  {one_line(signal.location)}", FAINT)]
    if signal.doc:
        parts.append((f"  {first_sentence(signal.doc)}", "italic"))
    return Text.assemble("  ", *parts)


def _grid(rows: tuple[Row, ...], width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.width = width
    table.add_column(width=12)
    table.add_column(width=min(max((len(row.name) for row in rows), default=0), LONGEST_NAME), overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    seen = ""
    for row in rows:
        table.add_row(Text(f"    {row.kind}" if row.kind != seen else "", style=FAINT), row.name, row.details)
        seen = row.kind
    return table


def _rows(catalog: Catalog, signal: SignalRecord) -> Iterator[Row]:
    if signal.sender is not None:
        yield Row("sender", _text(short(signal.sender.name), "yellow"), Text())
    payload = catalog.payload_of(signal)
    if payload is not None:
        yield from map(_field, payload.fields)
    yield from map(_receiver, signal.receivers)
    yield from map(_send, signal.sends)


def _field(field: FieldRecord) -> Row:
    details = _type(field.type)
    if default := default_of(field):
        details.append(f" = {one_line(default)}", style="magenta")
    elif not field.required:
        details.append("  may be left out", style=FAINT)
    if field.deprecated:
        details.append("  deprecated", style="red")
    return Row("field", _text(field.name), details)


def _type(record: TypeRecord) -> Text:
    """The type with its constraints beside it, where that can be told apart."""
    if isinstance(record, ScalarType) and record.constraints:
        return Text.assemble(one_line(record.name), (f"  {one_line(str(record.constraints))}", FAINT))
    return _text(str(record))


def _receiver(receiver: ReceiverRecord) -> Row:
    details = _text(fields_read(receiver))
    for note in receiver_notes(receiver):
        details.append(f"  {note}", style="green")
    return Row("receiver", _text(receiver.name, "green"), _placed(details, receiver))


def _send(send: SendRecord) -> Row:
    return Row("send", _text(send.module), _placed(_text(keywords_sent(send)), send))


def _placed(details: Text, placed: ReceiverRecord | SendRecord) -> Text:
    return details.append(f"  {one_line(location(placed))}", style=FAINT)


def _text(text: str, style: str = "") -> Text:
    return Text(one_line(text), style=style)
