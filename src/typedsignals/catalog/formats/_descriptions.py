"""How the formats put the facts of a catalog into words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from .._records.counting import counted
from .._records.nested import enumerations_in
from .._records.signals import (
    CarriedRecord,
    Catalog,
    FieldRecord,
    Located,
    ModelRecord,
    ReceiverRecord,
    RelayRecord,
    SendRecord,
    SignalRecord,
)

UNKNOWN = "unknown fields"


def summary(catalog: Catalog) -> str:
    """Count the signals, receivers and sends, and the relays if there are any."""
    receivers = sum(len(signal.receivers) for signal in catalog.signals)
    sends = sum(len(signal.sends) for signal in catalog.signals) + len(catalog.unresolved_sends)
    counts = [(len(catalog.signals), "signal"), (receivers, "receiver"), (sends, "send")]
    counts += [(len(catalog.relays), "relay")] if catalog.relays else []
    return ", ".join(counted(number, noun) for number, noun in counts)


def by_module(catalog: Catalog) -> Iterator[tuple[str, list[SignalRecord]]]:
    """Group the signals by module, in alphabetical order."""
    ordered = sorted(catalog.signals, key=lambda signal: signal.module)
    for module, signals in groupby(ordered, key=lambda signal: signal.module):
        yield module, list(signals)


def default_of(field: FieldRecord) -> str:
    """Return the default of a field as code; empty if it is required, or absent when it is not sent."""
    if field.default_factory is not None:
        return f"{field.default_factory.name.removeprefix('builtins.')}()"
    return field.default or ""


def field_notes(field: FieldRecord) -> list[str]:
    """List what is special about a field."""
    notes = [f"{choice}: {', '.join(map(str, choice.choices))}" for choice in enumerations_in(field.type)]
    notes += [f"read from {', '.join(field.validation_aliases)}"] if field.validation_aliases else []
    notes += [f"written as {field.serialization_alias}"] if field.serialization_alias else []
    notes += ["never serialised"] if field.excluded else []
    return notes + [behaviour.name for behaviour in field.behaviours]


def is_described(model: ModelRecord) -> bool:
    """Tell whether any field has more to it than its type and default."""
    return any(field.description or field.deprecated or field_notes(field) for field in model.fields)


def payload_notes(model: ModelRecord) -> list[str]:
    """List what is special about a model, apart from its fields."""
    kept = f": {model.extra_type}" if model.extra_type else ""
    notes = {"allow": [f"other fields are allowed{kept}"], "ignore": ["other fields are ignored"], "forbid": []}[
        model.extra
    ]
    notes += [f"also written: {', '.join(model.computed)}"] if model.computed else []
    return notes + [behaviour.name for behaviour in model.behaviours]


def receiver_notes(receiver: ReceiverRecord) -> list[str]:
    """List how a receiver is called, and whether it takes ``**extra``."""
    notes = [f"in group {receiver.group} of relay {receiver.relay}"] if receiver.group else []
    notes += ["of the namespace"] if receiver.of_namespace else []
    notes += ["async"] if receiver.is_async else []
    notes += [f"priority {receiver.priority}"] if receiver.priority else []
    notes += [f"key {receiver.key}"] if receiver.key else []
    notes += ["as payload"] if receiver.style == "payload" and not receiver.of_namespace else []
    return notes + (["uses **extra"] if receiver.uses_extra else ["**extra"] if receiver.takes_extra else [])


def fields_read(receiver: ReceiverRecord) -> str:
    """List the fields that a receiver is known to read."""
    is_unknown = receiver.fields is None or (receiver.uses_extra and not receiver.fields)
    return UNKNOWN if is_unknown else ", ".join(receiver.fields or ()) or "no fields"


def keywords_sent(send: SendRecord) -> str:
    """List the fields that a send passes; ``...`` stands for those that are not known."""
    return ", ".join((*send.keywords, *(() if send.is_complete else ("...",))))


def carrying_notes(carried: CarriedRecord) -> list[str]:
    """List what is special about how a relay carries a signal."""
    return ["in the order of its key"] if carried.ordered else []


def way_of(relay: RelayRecord) -> str:
    """Name the kinds of what holds a relay's messages: the database, and then the broker."""
    return f"{relay.database}, broker {relay.broker}" if relay.broker else relay.database


def carried_by(catalog: Catalog, relay: RelayRecord) -> list[SignalRecord]:
    """Return the signals that a relay carries."""
    return [signal for signal in catalog.signals if any(carried.relay == relay.name for carried in signal.carried)]


def groups_of(catalog: Catalog, relay: RelayRecord) -> list[str]:
    """Return the groups of a relay's receivers, in alphabetical order."""
    receivers = (receiver for signal in catalog.signals for receiver in signal.receivers)
    return sorted({receiver.group for receiver in receivers if receiver.group and receiver.relay == relay.name})


def location(placed: Located) -> str:
    """Return the file and line; what is not written in Python has no line."""
    return placed.location if placed.line else placed.file
