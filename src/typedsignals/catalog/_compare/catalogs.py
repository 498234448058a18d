"""Compare two catalogs, signal by signal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from .._fit.relations import Relations
from .._records import types as t
from .._records.changes import Change, change
from .._records.signals import Catalog, SenderRecord, SignalRecord
from .._records.verdicts import RECEIVERS, SAFE_RECEIVERS, WARNED_RECEIVERS, Verdict
from .affected import affected_by
from .carrying import carrying_changes
from .models import ModelComparison
from .moved_classes import MovedClasses


def compare_catalogs(
    old: Catalog,
    new: Catalog,
    *,
    is_defined: Callable[[str], bool] = lambda _: False,
    present_name: Callable[[str], str | None] = lambda _: None,
) -> tuple[Change, ...]:
    """Return all changes from one catalog to another. A signal that only the new one has is not a change.

    Args:
        old: The catalog that senders, receivers and messages were made for.
        new: The catalog of the program that they meet now.
        is_defined: Whether the new program has a class with that name, besides those in its catalog. This tells a
            renamed class from one that was replaced.
        present_name: The present name of the class that the new program has under an old name; None if there is none.
            This finds classes that were moved but are still available under their old names.
    """
    moves = MovedClasses(old, present_name)
    old = moves.applied(old)
    relations = Relations(old.models, new.models, is_defined)
    found: list[Change] = []
    for before, after in paired_signals(old, new):
        if after is None:
            changes: Iterable[Change] = [change("TS101", "", f"signal {before.key} was removed")]
        else:
            changes = chain(moves.notes(before, old.models), _signal_changes(before, after, relations))
        found += _located(changes, before, after, new)
    return tuple(found)


def paired_signals(old: Catalog, new: Catalog) -> Iterator[tuple[SignalRecord, SignalRecord | None]]:
    """Yield each signal of the old catalog, and the one in the new catalog that it became; None if it was removed.

    A signal keeps its name, or is found at the path where the old one was.
    """
    by_key = {signal.key: signal for signal in new.signals}
    by_path = {signal.object_path: signal for signal in new.signals}
    known = {signal.key for signal in old.signals}
    for before in old.signals:
        after = by_key.get(before.key) or by_path.get(before.object_path)
        is_another = after is not None and after.key != before.key and after.key in known
        yield before, None if is_another else after


def _located(
    changes: Iterable[Change], before: SignalRecord, after: SignalRecord | None, new: Catalog
) -> Iterator[Change]:
    """Yield the changes, each once, with their signal and the receivers and senders that they affect."""
    for found in dict.fromkeys(changes):
        located = replace(
            found,
            signal=before.key,
            location=(after or before).location,
            is_carried=bool(before.carried),  # of a newly carried signal, there are no messages yet
        )
        yield replace(located, affected=affected_by(located, before, after, new))


def _signal_changes(before: SignalRecord, after: SignalRecord, relations: Relations) -> Iterator[Change]:
    if (before.namespace, before.name) != (after.namespace, after.name):
        name = ".".join(filter(None, (after.namespace, after.name)))
        yield change("TS102", "", f"signal {before.key} is now named {name}")
    yield from _senders(before.sender, after.sender)
    yield from _payloads(before, after, relations)
    yield from _results(before, after, relations)
    yield from _accepted_kinds(before.accepts, after.accepts)
    if before.owner != after.owner:
        yield change("TS112", "", f"owner: was {before.owner or 'this program'} and is {after.owner or 'this program'}")
    yield from carrying_changes(before, after)
    if before.payload and after.payload:
        yield from _validation(before.validate_mode, after.validate_mode)


def _payloads(before: SignalRecord, after: SignalRecord, relations: Relations) -> Iterator[Change]:
    if before.payload and after.payload:
        is_carried = bool(before.carried and after.carried)
        yield from ModelComparison(relations, is_carried=is_carried).compare(before.payload, after.payload)
    elif after.payload:
        yield change("TS303", "", f"payload: anything could be sent, now only {after.payload}")
    elif before.payload:
        yield change("TS302", "", f"payload: only {before.payload} could be sent, now anything")


def _results(before: SignalRecord, after: SignalRecord, relations: Relations) -> Iterator[Change]:
    """Yield a change of the results, which go the other way: receivers give them, and senders get them."""
    if before.returns is after.returns is None:
        return
    old, new = before.returns or t.AnyType(), after.returns or t.AnyType()
    given, got = relations.sent(old, new), relations.received(new, old)
    if not (given and got):
        verdicts = {"senders": Verdict.of(got), **dict.fromkeys(RECEIVERS, Verdict.of(given))}
        verb = "widened" if given else "narrowed" if got else "changed"
        yield change("TS108", "", f"results: type {verb} from {_shown(before)} to {_shown(after)}", **verdicts)


def _shown(signal: SignalRecord) -> str:
    return "anything" if signal.returns is None else str(signal.returns)


def _accepted_kinds(before: str, after: str) -> Iterator[Change]:
    message = f"receivers: accepted {before!r} and accepts {after!r}"
    if before != after and after == "sync":
        yield change("TS109", "", message)
    elif before != after and after == "async":
        yield change("TS110", "", message)
    if before not in (after, "any"):
        yield change("TS111", "", message)


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
        # What receivers get is still validated.
        yield change("TS107", "", message, **SAFE_RECEIVERS, forward=Verdict.SAFE)


def _senders(before: SenderRecord | None, after: SenderRecord | None) -> Iterator[Change]:
    old_name, new_name = before.name if before else "anything", after.name if after else "anything"
    if old_name == new_name:
        return
    if after is None or (before is not None and after.name in before.bases):
        yield change("TS104", "", f"sender: type widened from {old_name} to {new_name}")
    elif before is None or before.name in after.bases:
        yield change("TS103", "", f"sender: type narrowed from {old_name} to {new_name}")
    else:
        # Receivers may get senders that they do not know.
        yield change("TS103", "", f"sender: type changed from {old_name} to {new_name}", **WARNED_RECEIVERS)
