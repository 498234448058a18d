"""Which known receivers and senders a change breaks or surprises, by name and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from .._records.changes import Affected, Change
from .._records.nested import top_field
from .._records.rules import Verdict
from .._records.signals import Catalog, ReceiverRecord, SendRecord, SignalRecord

KnownT = TypeVar("KnownT", bound=ReceiverRecord | SendRecord)

ADDED = frozenset({"TS201", "TS202"})
GONE = frozenset({"TS203", "TS204", "TS205", "TS206"})
NEEDED = frozenset({"TS201", "TS210"})
CONCERNED = frozenset({Verdict.BREAKS, Verdict.WARNS})
NO_FIELD = ""
"""The path of a change that concerns the signal as a whole."""


def affected_by(change: Change, before: SignalRecord, after: SignalRecord | None, new: Catalog) -> tuple[Affected, ...]:
    """The receivers and senders that a change breaks, or may break.

    Those of the new catalog count, and those that only the old one knows, unless the new one covers their package:
    then they are gone.

    Args:
        change: What changed.
        before: The signal as it was.
        after: The signal as it is; None if it was removed.
        new: The new catalog.
    """
    receivers = _known(before.receivers, after.receivers if after else (), new)
    sends = _known(before.sends, after.sends if after else (), new)
    return (*_receivers(change, receivers), *_senders(change, sends))


def _known(old: tuple[KnownT, ...], new: tuple[KnownT, ...], catalog: Catalog) -> tuple[KnownT, ...]:
    return new + tuple(known for known in old if not _covers(catalog, known.module))


def _covers(catalog: Catalog, module: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in catalog.packages)


def _receivers(change: Change, receivers: tuple[ReceiverRecord, ...]) -> Iterator[Affected]:
    for receiver in receivers:
        verdict = _verdict(change, receiver)
        if verdict in CONCERNED:
            certainty = _receiver_breaks(change, receiver)
            if certainty is not False:
                is_certain = certainty is True and verdict is Verdict.BREAKS
                yield Affected("receiver", receiver.name, receiver.location, is_certain)


def _verdict(change: Change, receiver: ReceiverRecord) -> Verdict:
    if receiver.style == "payload":
        return change.columns.payload_receivers
    return change.columns.extra_receivers if receiver.takes_extra else change.columns.keyword_receivers


def _receiver_breaks(change: Change, receiver: ReceiverRecord) -> bool | None:
    """Whether it breaks; None if that depends on what it does."""
    field = top_field(change.path)
    if field == NO_FIELD:
        return True
    if change.rule.id in ADDED and change.path == field:
        return field not in (receiver.fields or ())
    uses = receiver.reads(field)
    certain = change.rule.id in GONE and change.path == field
    return uses if certain or not uses else None


def _senders(change: Change, sends: tuple[SendRecord, ...]) -> Iterator[Affected]:
    if change.columns.senders not in CONCERNED:
        return
    for send in sends:
        certainty = _send_breaks(change, send)
        if certainty is not False:
            yield Affected("sender", send.module, send.location, certainty is True)


def _send_breaks(change: Change, send: SendRecord) -> bool | None:
    """Whether it breaks; None if that depends on what it sends."""
    field = top_field(change.path)
    if field == NO_FIELD:
        return _send_is_outdated(change, send)
    passes = True if field in send.keywords else False if send.is_complete else None
    if change.path == field and change.rule.id in GONE:
        return passes
    if change.path == field and change.rule.id in NEEDED:
        return None if passes is None else not passes
    if change.path == field and change.rule.id == "TS211":
        return False if passes else None
    return False if passes is False else None


def _send_is_outdated(change: Change, send: SendRecord) -> bool | None:
    """The same for a change of the whole signal: only who may send an object names the payload's class."""
    if change.rule.id == "TS105" and send.is_complete:
        return False
    return True if change.rule.id == "TS101" else None
