"""Check one catalog by itself, without another one to compare it with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._fit.payload_faults import Fault, Kind, PayloadFaults
from .._records.rules import Severity
from .._records.signals import Catalog, ModelRecord, ReceiverRecord, SignalRecord
from .findings import Finding, finding
from .severity import Profile


def check_catalog(catalog: Catalog, profile: Profile) -> tuple[Finding, ...]:
    """Return the findings about the signals of one catalog.

    Args:
        catalog: The catalog to check.
        profile: Where signals go.
    """
    faults = PayloadFaults(catalog.models)
    return tuple(
        found
        for signal in catalog.signals
        for where in [profile.of_signal(is_carried=bool(signal.carried))]
        for found in _check_signal(signal, catalog, where, faults)
        if where.concerns(found.rule)
    )


def _check_signal(signal: SignalRecord, catalog: Catalog, profile: Profile, faults: PayloadFaults) -> Iterator[Finding]:
    if not signal.sends:
        yield _about(signal, "TS503", "is never sent")
    if not signal.receivers:
        yield _about(signal, "TS504", "has no receivers")
    elif signal.carried and not any(receiver.group for receiver in signal.receivers):
        yield _about(signal, "TS511", f"is carried by the relay {signal.carried[0].relay}, but no group receives it")
    yield from _never_awaited(signal)
    payload = catalog.payload_of(signal)
    if payload is not None:
        for receiver in signal.receivers:
            yield from _check_receiver(signal, receiver, payload)
        yield from _check_sends(signal, payload)
        yield from _unread_fields(signal, payload)
        yield from _faults(signal, faults.of(payload, is_carried=bool(signal.carried)), profile)


def _about(signal: SignalRecord, rule: str, message: str, path: str = "") -> Finding:
    return finding(rule, signal.key, path, f"signal {signal.key} {message}", signal.location)


def _never_awaited(signal: SignalRecord) -> Iterator[Finding]:
    """Yield findings about async receivers of a signal that is sent only in ways that await nothing."""
    sends = [send for send in signal.sends if not send.is_published]
    if not sends or not all(send.is_plain for send in sends):
        return
    methods = ", ".join(dict.fromkeys(send.method for send in sends))
    for receiver in signal.receivers:
        if receiver.is_async and not receiver.group:  # a relay's workers await
            message = (
                f"receiver {receiver.name} of signal {signal.key} is a coroutine function, and the signal is only sent "
                f"by {methods}, which awaits nothing: send it by send_async, or connect a plain function"
            )
            yield finding("TS509", signal.key, "", message, receiver.location, _identity(receiver))


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
    """Return the fields that a receiver names but the payload lacks, and those in the payload that it does not take."""
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
    """Yield findings about sends that pass a field that the payload forbids, or lack one that it needs."""
    names = {field.name for field in payload.fields}
    for send in signal.sends:
        passed = set(send.keywords)
        unknown = sorted(passed - names) if payload.extra == "forbid" else []
        missing = [f.name for f in payload.fields if f.required and f.name not in passed and send.is_complete]
        if unknown or missing:
            message = f"a send of signal {signal.key} {_mismatch(('passes', 'pass'), unknown, missing)}"
            subject = ",".join((send.module, *unknown, "", *missing))
            yield finding("TS507", signal.key, "", message, send.location, subject)


def _unread_fields(signal: SignalRecord, payload: ModelRecord) -> Iterator[Finding]:
    """Yield findings about fields that no receiver reads. A field that a receiver may read is left out."""
    if not signal.receivers:
        return
    for field in payload.fields:
        if all(receiver.reads(field.name) is False for receiver in signal.receivers):
            yield _about(signal, "TS505", f"has the field {field.name}, which no receiver reads", field.name)


def _faults(signal: SignalRecord, faults: list[Fault], profile: Profile) -> Iterator[Finding]:
    """Yield findings about the payload's own faults, which need no change to show."""
    for fault in faults:
        what = f"has the field {fault.path}, which" if fault.path else ""
        message = f"{what} {fault.reason}".lstrip()
        if fault.kind is Kind.REFUSED:
            severity = Severity.ERROR if profile.is_brokered and fault.is_unreadable else Severity.WARN
            yield replace(_about(signal, "TS510", message, fault.path), severity=severity, cause=fault.cause)
        else:
            yield replace(_about(signal, "TS508", message, fault.path), cause=fault.cause)
