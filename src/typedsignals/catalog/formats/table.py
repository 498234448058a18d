"""A catalog as a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from .._records.signals import (
    CarriedRecord,
    Catalog,
    FieldRecord,
    ReceiverRecord,
    RelayRecord,
    SendRecord,
    SignalRecord,
)
from .._records.types import ScalarType, TypeRecord, short
from . import _descriptions as describe
from ._plain_text import first_sentence, flattened

WIDEST = 140
"""The longest lines, even on a wider terminal."""

FAINT = "dim"

INDENT = 6
"""The indentation of the second line of a heading."""

KIND = 14
LONGEST_NAME = 30
LEAST_ROOM = 30
"""The widths of the columns: the exact one for the kind of a line, the greatest for its name, and the least for its
details, which otherwise go below the name."""


class Row(NamedTuple):
    """A line under a signal: its kind, its name, and its details."""

    kind: str
    name: Text
    details: Text


def render(catalog: Catalog) -> RenderableType:
    """Render the signals of each module, with a line for the sender and each field, receiver and send."""
    return CatalogTable(catalog)


class CatalogTable:
    """A catalog that fits itself to the width of the console."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay out the catalog line by line."""
        width = min(options.max_width, WIDEST)
        for module, signals in describe.by_module(self.catalog):
            yield Text(flattened(module), style="bold underline")
            for signal in signals:
                yield Text()
                yield from _heading(signal, console, width)
                yield from _lines(tuple(_rows(self.catalog, signal)), console, width)
            yield Text()
        if self.catalog.unresolved_sends:
            yield Text("Sends of unknown signals", style="bold underline")
            yield from _lines(tuple(map(_send, self.catalog.unresolved_sends)), console, width)
            yield Text()
        if self.catalog.relays:
            yield Text("Relays", style="bold underline")
            yield from _lines(tuple(_relay(self.catalog, relay) for relay in self.catalog.relays), console, width)
            yield Text()
        yield Text(describe.summary(self.catalog), style="bold")


def _heading(signal: SignalRecord, console: Console, width: int) -> Iterator[Text]:
    parts = [(flattened(signal.key), "bold cyan"), (f"  {flattened(signal.location)}", FAINT)]
    if sentence := first_sentence(signal.doc or ""):
        parts.append((f"  {sentence}", "italic"))
    text = Text.assemble(*parts)
    lines = [text] if text.cell_len <= width - 2 else _wrapped(text, console, width - INDENT)
    yield from (_line("", line, INDENT if number else 2) for number, line in enumerate(lines))


def _lines(rows: tuple[Row, ...], console: Console, width: int) -> Iterator[Text]:
    """Lay out rows in columns; rich's own tables pad each line with spaces, and are slow for thousands of signals."""
    column = min(max((row.name.cell_len for row in rows), default=0), LONGEST_NAME)
    before = ""
    for row in rows:
        kind = row.kind if row.kind != before else ""
        before = row.kind
        yield from _beside(kind, row, console, column, width) or _below(kind, row, console, width)


def _beside(kind: str, row: Row, console: Console, column: int, width: int) -> list[Text]:
    """Put the details beside the name; return nothing if that would break a word, such as a path."""
    indent = KIND + column + 2
    room = width - indent
    if room < max(LEAST_ROOM, _longest_word(row.details)) or row.name.cell_len > column:
        return []
    first, *others = _wrapped(row.details, console, room)
    name = Text.assemble(row.name, " " * (column + 2 - row.name.cell_len))
    return [_line(kind, name + first, KIND), *(_line("", other, indent) for other in others)]


def _below(kind: str, row: Row, console: Console, width: int) -> list[Text]:
    details = _wrapped(row.details, console, width - KIND - 2)
    return [_line(kind, row.name, KIND), *(_line("", line, KIND + 2) for line in details if line)]


def _wrapped(text: Text, console: Console, room: int) -> list[Text]:
    """Fold a text into lines, without breaking a word even if it does not fit."""
    return [*text.wrap(console, max(room, _longest_word(text), 1))]


def _longest_word(text: Text) -> int:
    return max(map(cell_len, text.plain.split()), default=0)


def _line(kind: str, text: Text, indent: int) -> Text:
    line = Text.assemble(((f"    {kind}" if kind else "").ljust(indent), FAINT), text)
    line.rstrip()
    return line


def _rows(catalog: Catalog, signal: SignalRecord) -> Iterator[Row]:
    if signal.sender is not None:
        yield Row("sender", _text(short(signal.sender.name), "yellow"), Text())
    if signal.returns is not None:
        yield Row("returns", _type(signal.returns), Text())
    if signal.owner is not None:
        yield Row("owner", _text(signal.owner), Text())
    if signal.accepts != "any":
        yield Row("accepts", _text(signal.accepts), Text())
    payload = catalog.payload_of(signal)
    if payload is not None:
        yield from map(_field, payload.fields)
    yield from map(_carried, signal.carried)
    yield from map(_receiver, signal.receivers)
    yield from map(_send, signal.sends)


def _field(field: FieldRecord) -> Row:
    details = _type(field.type)
    if default := describe.default_of(field):
        details.append(f" = {flattened(default)}", style="magenta")
    elif not field.required:
        details.append("  may be left out", style=FAINT)
    if field.deprecated:
        details.append("  deprecated", style="red")
    return Row("field", _text(field.name), details)


def _type(record: TypeRecord) -> Text:
    """Write a type; for a single value, with its constraints beside it."""
    if isinstance(record, ScalarType) and record.constraints:
        return Text.assemble(flattened(record.name), (f"  {flattened(str(record.constraints))}", FAINT))
    return _text(str(record))


def _carried(carried: CarriedRecord) -> Row:
    return Row("carried", _text(carried.relay, "blue"), _text(", ".join(describe.carrying_notes(carried))))


def _relay(catalog: Catalog, relay: RelayRecord) -> Row:
    details = _text(f"{describe.way_of(relay)}, groups: {', '.join(describe.groups_of(catalog, relay)) or 'none'}")
    return Row("relay", _text(relay.name, "blue"), _placed(details, relay))


def _receiver(receiver: ReceiverRecord) -> Row:
    details = _text(describe.fields_read(receiver))
    for note in describe.receiver_notes(receiver):
        details.append(f"  {flattened(note)}", style="green")
    return Row("receiver", _text(receiver.name, "green"), _placed(details, receiver))


def _send(send: SendRecord) -> Row:
    kind = "publish" if send.is_published else "send"
    return Row(kind, _text(send.module), _placed(_text(describe.keywords_sent(send)), send))


def _placed(details: Text, placed: ReceiverRecord | RelayRecord | SendRecord) -> Text:
    return details.append(f"{'  ' if details else ''}{flattened(describe.location(placed))}", style=FAINT)


def _text(text: str, style: str = "") -> Text:
    return Text(flattened(text), style=style)
