"""Compare how relays carry a signal, and which groups receive it."""

from __future__ import annotations

from collections.abc import Iterator

from .._records.changes import Change, change
from .._records.signals import ReceiverRecord, SignalRecord


def carrying_changes(before: SignalRecord, after: SignalRecord) -> Iterator[Change]:
    """Yield the changes of how a signal is carried. That it is carried now, or has a new group, is not a change."""
    if before.carried and not after.carried:
        yield change("TS113", "", f"signal {before.key} is no longer carried by {_relays(before)}")
    elif before.carried:
        yield from _groups(before, after)
        if _is_ordered(before) and not _is_ordered(after):
            message = f"messages of signal {before.key} had a key, and have none: they may be delivered in any order"
            yield change("TS115", "", message)


def _groups(before: SignalRecord, after: SignalRecord) -> Iterator[Change]:
    old, new = _by_group(before), _by_group(after)
    added = {group: receiver for group, receiver in new.items() if group not in old}
    for group, receiver in old.items():
        if group not in new:
            heir = next((name for name, other in added.items() if _is_same(receiver, other)), None)
            what = f"no longer receives signal {before.key}"
            if heir is not None:
                what = f"was renamed to {heir}, so that nobody receives signal {before.key} for it"
            yield change("TS114", "", f"group {group} {what}", group)


def _by_group(signal: SignalRecord) -> dict[str, ReceiverRecord]:
    return {receiver.group: receiver for receiver in signal.receivers if receiver.group}


def _is_same(one: ReceiverRecord, other: ReceiverRecord) -> bool:
    return (one.module, one.name) == (other.module, other.name)


def _is_ordered(signal: SignalRecord) -> bool:
    return any(carried.ordered for carried in signal.carried)


def _relays(signal: SignalRecord) -> str:
    return ", ".join(f"the relay {carried.relay}" for carried in signal.carried)
