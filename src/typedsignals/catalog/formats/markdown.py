"""A catalog as a Markdown document, to be committed next to the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .._records.nested import nested_in, nested_models
from .._records.signals import (
    CarriedRecord,
    Catalog,
    FieldRecord,
    ModelRecord,
    ReceiverRecord,
    RelayRecord,
    SendRecord,
    SignalRecord,
)
from .._records.types import short
from . import _descriptions as describe
from ._example import example_send
from ._markdown_text import anchor, block, code, code_cell, prose, prose_cell, table, text
from ._plain_text import distinct_names, paragraphs

TITLE = "Signals"
MODELS = "Nested models"
UNRESOLVED = "Sends of unknown signals"
RELAYS = "Relays"


def render(catalog: Catalog) -> str:
    """Render a table of all signals, then for each a section with its fields, receivers, sends and an example."""
    return "\n\n".join(filter(None, _parts(catalog))) + "\n"


class Anchors(NamedTuple):
    """The targets of links to signals (by key) and models (by name)."""

    signals: dict[str, str]
    models: dict[str, str]

    @classmethod
    def of(cls, catalog: Catalog) -> Anchors:
        """Return the anchors of all headings; of equal ones, the later get a number."""
        headings = [("", TITLE)]
        for module, signals in describe.by_module(catalog):
            headings += [("", module), *(("signal", signal.key) for signal in signals)]
        headings += [("", MODELS), *(("model", model.name) for model in nested_models(catalog))]
        anchors = distinct_names(anchor(heading) for _, heading in headings)
        found: dict[str, dict[str, str]] = {"": {}, "signal": {}, "model": {}}
        for (kind, heading), name in zip(headings, anchors, strict=True):
            found[kind][heading] = name
        return cls(found["signal"], found["model"])


def _parts(catalog: Catalog) -> Iterator[str]:
    anchors = Anchors.of(catalog)
    yield f"# {TITLE}"
    yield f"{describe.summary(catalog)}."
    yield _overview(catalog, anchors)
    for module, signals in describe.by_module(catalog):
        yield f"## {code(module)}"
        for signal in signals:
            yield from _signal(catalog, signal, anchors)
    if nested := nested_models(catalog):
        yield f"## {MODELS}"
        for model in nested:
            yield f"### {code(model.name)}"
            yield from _model(model, anchors)
    if catalog.unresolved_sends:
        yield f"## {UNRESOLVED}"
        yield _sends(catalog.unresolved_sends)
    if catalog.relays:
        yield f"## {RELAYS}"
        rows = [_relay(catalog, relay, anchors) for relay in catalog.relays]
        yield table(("Relay", "Through", "Carries", "Groups", "Where"), rows)


def _relay(catalog: Catalog, relay: RelayRecord, anchors: Anchors) -> tuple[str, ...]:
    signals = describe.carried_by(catalog, relay)
    return (
        code_cell(relay.name),
        text(describe.way_of(relay)),
        ", ".join(f"[{code_cell(signal.key)}](#{anchors.signals[signal.key]})" for signal in signals),
        ", ".join(map(code_cell, describe.groups_of(catalog, relay))),
        code_cell(describe.location(relay)),
    )


def _overview(catalog: Catalog, anchors: Anchors) -> str:
    headings = ("Signal", "Payload", "Sender", "Receivers", "Sends")
    signals = [signal for _, signals in describe.by_module(catalog) for signal in signals]
    return table(headings, [_overview_row(signal, anchors) for signal in signals])


def _overview_row(signal: SignalRecord, anchors: Anchors) -> tuple[str, ...]:
    return (
        f"[{code_cell(signal.key)}](#{anchors.signals[signal.key]})",
        code_cell(short(signal.payload or "")),
        code_cell(short(signal.sender.name)) if signal.sender else "",
        str(len(signal.receivers)),
        str(len(signal.sends)),
    )


def _signal(catalog: Catalog, signal: SignalRecord, anchors: Anchors) -> Iterator[str]:
    payload = catalog.payload_of(signal)
    yield f"### {code(signal.key)}"
    yield from map(prose, paragraphs(signal.doc or ""))
    yield f"Declared at {code(signal.location)} as {code(signal.object_path)}{_sender(signal)}{_asked(signal)}."
    if payload is not None:
        yield f"Carries {code(payload.name)}:"
        yield from _model(payload, anchors)
    yield from map(_carried, signal.carried)
    yield "An example:"
    yield block(example_send(catalog, signal), "python")
    yield "**Receivers**" if signal.receivers else "No receivers."
    yield table(("Receiver", "Reads", "How", "Where"), list(map(_receiver, signal.receivers)))
    yield "**Sends**" if signal.sends else "No sends."
    yield _sends(signal.sends)


def _sender(signal: SignalRecord) -> str:
    owner = f", owned by {code(signal.owner)}" if signal.owner else ""
    return f"{owner}, sent by {code(signal.sender.name)}" if signal.sender else owner


def _carried(carried: CarriedRecord) -> str:
    notes = describe.carrying_notes(carried)
    return f"Carried to other processes by the relay {', '.join((code(carried.relay), *map(text, notes)))}."


def _asked(signal: SignalRecord) -> str:
    accepts = f", accepts {code(signal.accepts)} receivers only" if signal.accepts != "any" else ""
    return accepts if signal.returns is None else f", asks for {code(str(signal.returns))}{accepts}"


def _model(model: ModelRecord, anchors: Anchors) -> Iterator[str]:
    yield from map(prose, paragraphs(model.doc or ""))
    yield table(("Field", "Type", "Default", "Description"), list(map(_field, model.fields))) or "No fields."
    links = [f"[{code(short(name))}](#{anchors.models[name]})" for name in nested_in(model) if name in anchors.models]
    yield f"Nested: {', '.join(links)}." if links else ""
    notes = describe.payload_notes(model)
    yield f"Also: {text('; '.join(notes))}." if notes else ""


def _field(field: FieldRecord) -> tuple[str, ...]:
    default = describe.default_of(field)
    absent = "**required**" if field.required else "may be left out"
    notes = [f"**deprecated**: {prose_cell(field.deprecated)}"] if field.deprecated else []
    notes += [prose_cell(field.description)] if field.description else []
    notes += map(text, describe.field_notes(field))
    return code_cell(field.name), code_cell(str(field.type)), code_cell(default) or absent, "<br>".join(notes)


def _receiver(receiver: ReceiverRecord) -> tuple[str, ...]:
    reads = code_cell(describe.fields_read(receiver)) if receiver.fields else describe.fields_read(receiver)
    notes = text(", ".join(describe.receiver_notes(receiver)))
    return code_cell(f"{receiver.module}.{receiver.name}"), reads, notes, code_cell(describe.location(receiver))


def _sends(sends: tuple[SendRecord, ...]) -> str:
    return "\n".join(
        f"- {code(describe.location(send))}{' publishes' if send.is_published else ''} "
        f"with {code(describe.keywords_sent(send)) or 'no fields'}"
        for send in sends
    )
