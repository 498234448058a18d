"""A catalog as a table for people in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from .._records.signals import Catalog, FieldRecord, ReceiverRecord, SendRecord, SignalRecord
from .._records.types import ScalarType, TypeRecord, short
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

INDENT = 6
"""Where a heading goes on that takes more than a line."""

KIND = 14
LONGEST_NAME = 30
LEAST_ROOM = 30
"""How wide the columns are: for what a line is about, for its name if that is no longer, and for the rest, which
stands below the name where there is less room beside it."""


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
                yield from _heading(signal, console, width)
                yield from _lines(tuple(_rows(self.catalog, signal)), console, width)
            yield Text()
        if self.catalog.unresolved_sends:
            yield Text("Sends of unknown signals", style="bold underline")
            yield from _lines(tuple(map(_send, self.catalog.unresolved_sends)), console, width)
            yield Text()
        yield Text(summary(self.catalog), style="bold")


def _heading(signal: SignalRecord, console: Console, width: int) -> Iterator[Text]:
    parts = [(one_line(signal.key), "bold cyan"), (f"  {one_line(signal.location)}", FAINT)]
    if sentence := first_sentence(signal.doc or ""):
        parts.append((f"  {sentence}", "italic"))
    text = Text.assemble(*parts)
    lines = [text] if text.cell_len <= width - 2 else _wrapped(text, console, width - INDENT)
    yield from (_line("", line, INDENT if number else 2) for number, line in enumerate(lines))


def _lines(rows: tuple[Row, ...], console: Console, width: int) -> Iterator[Text]:
    """The rows in columns; rich's own tables fill each line with spaces, and take longer for thousands of signals."""
    column = min(max((row.name.cell_len for row in rows), default=0), LONGEST_NAME)
    before = ""
    for row in rows:
        kind = row.kind if row.kind != before else ""
        before = row.kind
        yield from _beside(kind, row, console, column, width) or _below(kind, row, console, width)


def _beside(kind: str, row: Row, console: Console, column: int, width: int) -> list[Text]:
    """The lines of a row whose details stand beside the name; none if that would break a word, as a path."""
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
    """The text in lines, whose words stay whole even where there is no room for them."""
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
    return details.append(f"{'  ' if details else ''}{one_line(location(placed))}", style=FAINT)


def _text(text: str, style: str = "") -> Text:
    return Text(one_line(text), style=style)
