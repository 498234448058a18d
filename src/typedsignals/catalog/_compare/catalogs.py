"""Comparing two catalogs: every change of every signal, whom it breaks, and who is known to break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from .._fit.relations import Relations
from .._records.changes import Change, change
from .._records.rules import Verdict
from .._records.signals import Catalog, SenderRecord, SignalRecord
from .affected import affected_by
from .classes import RECEIVERS
from .models import ModelComparison
from .moved import Moves


def compare_catalogs(
    old: Catalog,
    new: Catalog,
    *,
    is_defined: Callable[[str], bool] = lambda _: False,
    present_name: Callable[[str], str | None] = lambda _: None,
) -> tuple[Change, ...]:
    """All changes from one catalog to another, signal by signal.

    Signals that are only in the new one are no change for anybody.

    Args:
        old: What senders, receivers and messages were made for.
        new: What they meet now.
        is_defined: Whether there is a class of that name in the new program, besides those in its catalog. It tells a
            class that was renamed from one that another takes the place of.
        present_name: The name that a class has in the new program which is found by an old one, None if none is. It
            tells a class that was moved, but is still there for those who know the old name.
    """
    moves = Moves(old, present_name)
    old = moves.applied(old)
    successors = {signal.key: signal for signal in new.signals}
    by_path = {signal.object_path: signal for signal in new.signals}
    known = {signal.key for signal in old.signals}
    relations = Relations(old.models, new.models, is_defined)
    found: list[Change] = []
    for before in old.signals:
        after = successors.get(before.key) or by_path.get(before.object_path)
        if after is None or (after.key != before.key and after.key in known):
            found += _about(before, None, new, [_removed(before)])
        else:
            notes = moves.notes(before, old.models)
            found += _about(before, after, new, chain(notes, _signal_changes(before, after, relations)))
    return tuple(found)


def _about(
    before: SignalRecord, after: SignalRecord | None, new: Catalog, changes: Iterator[Change] | list[Change]
) -> Iterator[Change]:
    for found in dict.fromkeys(changes):
        placed = replace(found, signal=before.key, location=(after or before).location)
        yield replace(placed, affected=affected_by(placed, before, after, new))


def _removed(signal: SignalRecord) -> Change:
    return change("TS101", "", f"signal {signal.key} was removed")


def _signal_changes(before: SignalRecord, after: SignalRecord, relations: Relations) -> Iterator[Change]:
    if (before.namespace, before.name) != (after.namespace, after.name):
        yield change("TS102", "", f"signal {before.key} is now named {after.namespace}.{after.name}".replace(" .", " "))
    yield from _senders(before.sender, after.sender)
    yield from _payloads(before, after, relations)
    if before.payload and after.payload:
        yield from _validation(before.validate_mode, after.validate_mode)


def _payloads(before: SignalRecord, after: SignalRecord, relations: Relations) -> Iterator[Change]:
    if before.payload and after.payload:
        yield from ModelComparison(relations).compare(before.payload, after.payload)
    elif after.payload:
        yield change("TS303", "", f"payload: anything could be sent, now only {after.payload}")
    elif before.payload:
        yield change("TS302", "", f"payload: only {before.payload} could be sent, now anything")


def _validation(before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    modes = ("never", "connected", "always")
    message = f"validation: was {before!r} and is {after!r}"
    if modes.index(after) > modes.index(before):
        yield change("TS106", "", message)
    elif after == "never":
        yield change("TS107", "", message)
    else:
        # Who receives anything receives what was validated, as before.
        yield change("TS107", "", message, **dict.fromkeys((*RECEIVERS, "forward"), Verdict.SAFE))


def _senders(before: SenderRecord | None, after: SenderRecord | None) -> Iterator[Change]:
    old_name, new_name = before.name if before else "anything", after.name if after else "anything"
    if old_name == new_name:
        return
    if after is None or (before is not None and after.name in before.bases):
        yield change("TS104", "", f"sender: type widened from {old_name} to {new_name}")
    elif before is None or before.name in after.bases:
        yield change("TS103", "", f"sender: type narrowed from {old_name} to {new_name}")
    else:
        # Receivers may meet senders that they do not know.
        receivers = dict.fromkeys(RECEIVERS, Verdict.WARNS)
        yield change("TS103", "", f"sender: type changed from {old_name} to {new_name}", **receivers)
