"""What is wrong with a catalog as it is, without another one to compare it with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ._findings import Finding, finding
from ._model import Catalog, FieldRecord, ModelRecord, ReceiverRecord, SignalRecord
from ._severity import Profile
from ._wire import reads_all_keys


def check_catalog(catalog: Catalog, profile: Profile) -> tuple[Finding, ...]:
    """The findings about single signals.

    Args:
        catalog: What to look at.
        profile: Where signals go.
    """
    return tuple(found for signal in catalog.signals for found in _check_signal(signal, catalog, profile))


def _check_signal(signal: SignalRecord, catalog: Catalog, profile: Profile) -> Iterator[Finding]:
    if not signal.sends:
        yield _about(signal, "TS503", "is never sent")
    if not signal.receivers:
        yield _about(signal, "TS504", "has no receivers")
    payload = catalog.payload_of(signal)
    if payload is not None:
        for receiver in signal.receivers:
            yield from _check_receiver(signal, receiver, payload)
        yield from _check_sends(signal, payload)
        yield from _unread_fields(signal, payload)
        if profile.is_brokered:
            yield from _unreadable(signal, payload)


def _about(signal: SignalRecord, rule: str, message: str, path: str = "") -> Finding:
    return finding(rule, signal.key, path, f"signal {signal.key} {message}", signal.location)


def _check_receiver(signal: SignalRecord, receiver: ReceiverRecord, payload: ModelRecord) -> Iterator[Finding]:
    named = set(receiver.fields or ())
    who = f"receiver {receiver.name} of signal {signal.key}"
    for field in payload.fields:
        if field.name in named and field.deprecated is not None:
            message = f"{who} uses the deprecated field {field.name}: {field.deprecated}"
            yield finding("TS502", signal.key, field.name, message, receiver.location, _identity(receiver))
    unknown, missing = _misfit(receiver, payload)
    if receiver.problem or unknown or missing:
        problem = receiver.problem and f"cannot be called: {receiver.problem}"
        message = f"{who} {problem or _mismatch(('names', 'take'), unknown, missing)}"
        subject = ",".join((_identity(receiver), *unknown, "", *missing))
        yield finding("TS506", signal.key, "", message, receiver.location, subject)
    elif receiver.style == "keyword" and not receiver.takes_extra:
        message = f"{who} breaks as soon as a field is added: give it **extra"
        yield finding("TS501", signal.key, "", message, receiver.location, _identity(receiver))


def _misfit(receiver: ReceiverRecord, payload: ModelRecord) -> tuple[list[str], list[str]]:
    """The fields that it names and the payload does not have, and those of the payload that it does not take."""
    if receiver.style != "keyword" or receiver.fields is None:
        return [], []
    names = [field.name for field in payload.fields]
    unknown = sorted({*receiver.fields} - {*names})
    return unknown, [] if receiver.takes_extra else [name for name in names if name not in receiver.fields]


def _identity(receiver: ReceiverRecord) -> str:
    return f"{receiver.module}.{receiver.name}"


def _mismatch(verbs: tuple[str, str], unknown: list[str], missing: list[str]) -> str:
    parts = []
    if unknown:
        parts.append(f"{verbs[0]} {', '.join(unknown)}, which the payload does not have")
    if missing:
        parts.append(f"does not {verbs[1]} {', '.join(missing)}")
    return ", and ".join(parts)


def _check_sends(signal: SignalRecord, payload: ModelRecord) -> Iterator[Finding]:
    """Sends that pass what the payload does not take, or not what it needs."""
    names = {field.name for field in payload.fields}
    for send in signal.sends:
        passed = set(send.keywords)
        unknown = sorted(passed - names) if payload.extra == "forbid" else []
        missing = [f.name for f in payload.fields if f.required and f.name not in passed and send.is_complete]
        if unknown or missing:
            message = f"a send of signal {signal.key} {_mismatch(('passes', 'pass'), unknown, missing)}"
            subject = ",".join((send.module, *unknown, "", *missing))
            yield finding("TS507", signal.key, "", message, send.location, subject)


def one_per_signal(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with those about unread fields of a signal as one that names the fields.

    They are only put together to be told: each field can be waived, and may be older than others.

    Args:
        findings: What is to be told.
    """
    grouped: dict[object, list[Finding]] = {}
    for number, found in enumerate(findings):
        grouped.setdefault(found.signal if _is_put_together(found) else number, []).append(found)
    return tuple(_together(group) if _is_put_together(group[0]) else group[0] for group in grouped.values())


def _is_put_together(found: Finding) -> bool:
    return found.rule.id == "TS505" and found.waived is None


def _together(group: list[Finding]) -> Finding:
    names = ", ".join(found.path for found in group)
    fields = f"the field{'s' if len(group) > 1 else ''} {names}"
    return replace(group[0], path="", message=f"signal {group[0].signal} has {_unread(fields)}")


def _unread(fields: str) -> str:
    return f"{fields}, which no receiver reads"


def _unread_fields(signal: SignalRecord, payload: ModelRecord) -> Iterator[Finding]:
    """Fields that nobody names; not where it is unknown what a receiver reads."""
    if not signal.receivers:
        return
    for field in payload.fields:
        if all(receiver.reads(field.name) is False for receiver in signal.receivers):
            yield _about(signal, "TS505", f"has {_unread(f'the field {field.name}')}", field.name)


def _unreadable(signal: SignalRecord, payload: ModelRecord) -> Iterator[Finding]:
    """Whether the payload's own messages can be read by it, before anything changes."""
    told = {field.name: reason for field in payload.fields if (reason := _unreadable_field(field))}
    for name, reason in told.items():
        yield _about(signal, "TS508", f"has the field {name}, which {reason}", name)
    rest = payload.model_copy(update={"fields": tuple(field for field in payload.fields if field.name not in told)})
    if payload.extra == "forbid" and not reads_all_keys(rest, payload):
        yield _about(signal, "TS508", "forbids unknown fields, but does not read all that it writes")


def _unreadable_field(field: FieldRecord) -> str:
    if field.is_live:
        return "cannot be serialised"
    if field.required and field.written_name not in field.read_names:
        return "is not read as it is written"
    return ""
