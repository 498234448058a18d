"""Which known receivers and senders a change breaks or surprises."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

from .._records.changes import Affected, Change
from .._records.nested import top_field
from .._records.rules import About
from .._records.signals import UNKNOWN_FIELDS, Catalog, ReceiverRecord, SendRecord, SignalRecord
from .._records.verdicts import Verdict

KnownT = TypeVar("KnownT", bound=ReceiverRecord | SendRecord)

CONCERNED = frozenset({Verdict.BREAKS, Verdict.WARNS})
NO_FIELD = ""
"""The path of a change that concerns the whole signal."""


def affected_by(change: Change, before: SignalRecord, after: SignalRecord | None, new: Catalog) -> tuple[Affected, ...]:
    """Return the receivers and senders that a change breaks or may break.

    These are the ones in the new catalog, and those in the old catalog that are outside the packages of the new one: in
    its packages, they no longer exist.

    Args:
        change: What changed.
        before: The signal as it was.
        after: The signal as it is; None if it was removed.
        new: The new catalog.
    """
    receivers = _known(before.receivers, after.receivers if after else (), new)
    sends = _known(before.sends, after.sends if after else (), new)
    payload = new.payload_of(after) if after is not None else None
    fields = [field.name for field in payload.fields] if payload is not None else []
    return (*_receivers(change, receivers), *_senders(change, sends, fields))


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
        return change.verdicts.payload_receivers
    return change.verdicts.extra_receivers if receiver.takes_extra else change.verdicts.keyword_receivers


def _about(change: Change) -> About:
    """Return what the rule is about if the change concerns the signal or a whole field; else nothing."""
    return change.rule.about if change.path == top_field(change.path) else About.NOTHING_SPECIAL


def _receiver_breaks(change: Change, receiver: ReceiverRecord) -> bool | None:
    """Whether the receiver breaks; None if that depends on what it does."""
    field, about = top_field(change.path), _about(change)
    if field == NO_FIELD:
        return _is_of_kind(about, receiver)
    if About.NEW_FIELD in about:
        return field not in (receiver.fields or ())
    # Of what is read from payloads, only the fields are known.
    reads = None if field == UNKNOWN_FIELDS and receiver.style == "payload" else receiver.reads(field)
    return reads if About.GONE in about or not reads else None


def _is_of_kind(about: About, receiver: ReceiverRecord) -> bool:
    """Whether the receiver is of the kind that a change of the whole signal is about."""
    if about is About.GROUPS:
        return bool(receiver.group)
    kinds = {About.ASYNC_RECEIVERS: True, About.PLAIN_RECEIVERS: False}
    return kinds.get(about, receiver.is_async) is receiver.is_async


def _senders(change: Change, sends: tuple[SendRecord, ...], fields: Collection[str]) -> Iterator[Affected]:
    if change.verdicts.senders not in CONCERNED:
        return
    for send in sends:
        certainty = _send_breaks(change, send, fields)
        if certainty is not False:
            yield Affected("sender", send.module, send.location, certainty is True)


def _send_breaks(change: Change, send: SendRecord, fields: Collection[str]) -> bool | None:
    """Whether the send breaks; None if that depends on what it sends."""
    field, about = top_field(change.path), _about(change)
    if field == NO_FIELD:
        return _send_is_outdated(about, send)
    if field == UNKNOWN_FIELDS:
        return False if send.is_complete and {*send.keywords} <= {*fields} else None
    passes = True if field in send.keywords else False if send.is_complete else None
    if About.GONE in about:
        return passes
    if About.NEEDED_FIELD in about:
        return None if passes is None else not passes
    if About.DEFAULT in about:
        return False if passes else None
    return False if passes is False else None


def _send_is_outdated(about: About, send: SendRecord) -> bool | None:
    """Whether the send breaks by a change of the whole signal; only sends of objects use the payload's class."""
    if About.CLASS_NAME in about and send.is_complete:
        return False
    if About.PUBLISHED in about:
        return send.is_published
    return True if About.GONE in about else None
