"""How the formats put the facts of a catalog into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from .._records.nested import enumerations_in
from .._records.signals import Catalog, FieldRecord, ModelRecord, Placed, ReceiverRecord, SendRecord, SignalRecord

CODE = re.compile(r"(?<!`)(?P<fence>`{1,2})(?!`)(?P<code>[^`]+)(?P=fence)(?!`)")
UNREAD = "unknown fields"


def one_line(text: str) -> str:
    """A text without line breaks, and with its control characters as Python escapes them."""
    return "".join(char if char.isprintable() else escaped(char) for char in " ".join(text.split()))


def escaped(char: str) -> str:
    """A character as Python would write it."""
    return repr(char)[1:-1]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each in one line."""
    return [one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip()]


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, each with whether it is code, which docs have between backticks."""
    line, begin = one_line(text), 0
    for found in CODE.finditer(line):
        yield line[begin : found.start()], False
        yield found["code"], True
        begin = found.end()
    yield line[begin:], False


def first_sentence(text: str) -> str:
    """How a text begins, in one line."""
    sentence, stop, _ = next(iter(paragraphs(text)), "").partition(". ")
    return sentence + stop.rstrip()


def count(number: int, noun: str) -> str:
    """A number of things: ``1 signal``, ``2 signals``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(catalog: Catalog) -> str:
    """How much there is of what."""
    receivers = sum(len(signal.receivers) for signal in catalog.signals)
    sends = sum(len(signal.sends) for signal in catalog.signals) + len(catalog.unresolved_sends)
    counts = ((len(catalog.signals), "signal"), (receivers, "receiver"), (sends, "send"))
    return ", ".join(count(number, noun) for number, noun in counts)


def by_module(catalog: Catalog) -> Iterator[tuple[str, list[SignalRecord]]]:
    """The signals of each module, in order."""
    ordered = sorted(catalog.signals, key=lambda signal: signal.module)
    for module, signals in groupby(ordered, key=lambda signal: signal.module):
        yield module, list(signals)


def default_of(field: FieldRecord) -> str:
    """What a field has if it is not given, as code; "" if it must be, or may be absent."""
    if field.default_factory is not None:
        return f"{field.default_factory.name.removeprefix('builtins.')}()"
    return field.default or ""


def field_notes(field: FieldRecord) -> list[str]:
    """What else there is to say of a field."""
    notes = [f"{choice}: {', '.join(map(str, choice.choices))}" for choice in enumerations_in(field.type)]
    notes += [f"read from {', '.join(field.validation_aliases)}"] if field.validation_aliases else []
    notes += [f"written as {field.serialization_alias}"] if field.serialization_alias else []
    notes += ["never serialised"] if field.excluded else []
    return notes + [behaviour.name for behaviour in field.behaviours]


def is_described(model: ModelRecord) -> bool:
    """Whether there is more to say of any field than its type and default."""
    return any(field.description or field.deprecated or field_notes(field) for field in model.fields)


def payload_notes(model: ModelRecord) -> list[str]:
    """What there is to say of a model besides its fields."""
    notes = {"allow": ["other fields are allowed"], "ignore": ["other fields are ignored"], "forbid": []}[model.extra]
    notes += [f"also written: {', '.join(model.computed)}"] if model.computed else []
    return notes + [behaviour.name for behaviour in model.behaviours]


def receiver_notes(receiver: ReceiverRecord) -> list[str]:
    """How a receiver takes what it is sent."""
    notes = ["async"] if receiver.is_async else []
    notes += [f"priority {receiver.priority}"] if receiver.priority else []
    notes += ["as payload"] if receiver.style == "payload" else []
    return notes + (["uses **extra"] if receiver.uses_extra else ["**extra"] if receiver.takes_extra else [])


def fields_read(receiver: ReceiverRecord) -> str:
    """The fields that a receiver is known to read."""
    is_unknown = receiver.fields is None or (receiver.uses_extra and not receiver.fields)
    return UNREAD if is_unknown else ", ".join(receiver.fields or ()) or "no fields"


def keywords_sent(send: SendRecord) -> str:
    """The fields that a send names."""
    return ", ".join((*send.keywords, *(() if send.is_complete else ("...",))))


def location(placed: Placed) -> str:
    """Where something is; what is not written in Python has no line."""
    return placed.location if placed.line else placed.file


def distinct_names(texts: Iterable[str]) -> list[str]:
    """The texts, the second of each kind ending in ``-1``, the third in ``-2`` ..., as GitHub does for headings."""
    taken: dict[str, int] = {}
    names = []
    for text in texts:
        name = text
        while name in taken:
            taken[text] += 1
            name = f"{text}-{taken[text]}"
        taken[name] = 0
        names.append(name)
    return names
