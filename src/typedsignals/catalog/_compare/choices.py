"""Compare two enumerations or two ``Literal`` types."""

from __future__ import annotations

from collections.abc import Iterator

from .._fit.relations import Relations
from .._fit.three_valued import some
from .._records import types as t
from .._records.changes import Change, change
from .._records.verdicts import SAFE_MESSAGES, SAFE_SENDERS, WARNED_RECEIVERS, Verdict
from .class_changes import class_changed

ONLY_RECEIVERS_WARNED = {**WARNED_RECEIVERS, **SAFE_SENDERS, **SAFE_MESSAGES}
KEEP = "keep"
"""The boundary of flags that keep all bits, also those that no member has."""
SHOWN = {"name": "by name", "value": "by value"}
"""What `str()` shows of members, in words; anything else is shown by their own code."""


def compare_choices(relations: Relations, old: t.ChoiceType, new: t.ChoiceType, path: str) -> Iterator[Change]:
    """Yield all changes from one type to the other.

    Args:
        relations: What is known about both programs.
        old: The old type.
        new: The new type.
        path: Where they are.
    """
    for found in _changes(relations, old, new, path):
        yield found.caused_by(old.name, new.name, path) if old.name else found


def _changes(relations: Relations, old: t.ChoiceType, new: t.ChoiceType, path: str) -> Iterator[Change]:
    if old.name != new.name:
        yield class_changed(relations, old.name, new.name, path)
    yield from _as_text_or_number(old, new, path)
    yield from _combined(old, new, path)
    heirs = {item: heir for item in old.choices if (heir := _heir(item, old, new)) is not None}
    for item in old.choices:
        if item in heirs:
            yield from _kept(old, new, item, heirs[item], path)
        elif item not in new.choices:
            read = Verdict.of(some(other.reads(item) for other in new.choices))
            yield change("TS307", path, f"{path}: {item} was removed from {old}", item.literal, backward=read)
    for item in new.choices:
        if item not in heirs.values() and item not in old.choices:
            written = Verdict.of(some(other.reads(item) for other in old.choices))
            yield change("TS306", path, f"{path}: {item} was added to {new}", item.literal, forward=written)


def is_enumerated(old: t.TypeRecord, new: t.TypeRecord) -> bool:
    """Whether values have become members of an enumeration, or no longer are."""
    if isinstance(old, t.ChoiceType) and old.name:
        return isinstance(new, t.ScalarType | t.ChoiceType)
    return isinstance(old, t.ChoiceType) and isinstance(new, t.ChoiceType)


def receivers_verdict(old: t.TypeRecord, new: t.TypeRecord) -> Verdict:
    """Return the verdict for receivers if values have become members of an enumeration, or no longer are.

    Members that are also text or numbers equal the expected values. A plain value is not a member.
    """
    if not (isinstance(old, t.ChoiceType) and isinstance(new, t.ChoiceType)):
        return Verdict.BREAKS
    return Verdict.WARNS if any(type(item.value).__name__ == new.base for item in old.choices) else Verdict.BREAKS


def is_shown_otherwise(old: t.TypeRecord, new: t.TypeRecord) -> bool:
    """Whether text or numbers have become members of an enumeration that are not shown as their values."""
    if not isinstance(old, t.ScalarType) or not isinstance(new, t.ChoiceType) or not new.base:
        return False
    return not {*new.texts} <= {"", "value"}


def _heir(item: t.Choice, old: t.ChoiceType, new: t.ChoiceType) -> t.Choice | None:
    """Return the member that an old one has become: one with the same name, or with the same value and a new name."""
    if not item.name:
        return None
    named = next((other for other in new.choices if item.name in other.names), None)
    known = {choice.name for choice in old.choices}
    valued = (other for other in new.choices if other.name not in known and other.same_value == item.same_value)
    return named or next(valued, None)


def _as_text_or_number(old: t.ChoiceType, new: t.ChoiceType, path: str) -> Iterator[Change]:
    """Yield changes for receivers that use members as text or numbers; members are accepted as before."""
    if old.base not in ("", new.base):
        message = f"{path}: members of {new} are no longer instances of {old.base}"
        yield change("TS301", path, message, "base", **ONLY_RECEIVERS_WARNED)
    elif old.text and new.text and old.texts != new.texts:
        yield change("TS301", path, f"{path}: {_shown(old, new)}", "text", **ONLY_RECEIVERS_WARNED)


def _combined(old: t.ChoiceType, new: t.ChoiceType, path: str) -> Iterator[Change]:
    """Yield changes of the values that are no members: combinations of flags, and what else these accept."""
    if old.boundary and not new.boundary:
        yield change("TS303", path, f"{path}: members of {new} can no longer be combined", "combined")
    elif new.boundary and not old.boundary:
        yield change("TS302", path, f"{path}: members of {new} can be combined now", "combined")
    elif old.boundary == KEEP != new.boundary:
        # Other flags refuse unknown bits, or leave them out.
        lost = Verdict.BREAKS if new.boundary == "strict" else Verdict.WARNS
        yield change("TS303", path, f"{path}: {new} no longer keeps unknown bits", "combined", backward=lost)
    elif new.boundary == KEEP != old.boundary:
        lost = Verdict.BREAKS if old.boundary == "strict" else Verdict.WARNS
        yield change("TS302", path, f"{path}: {new} keeps unknown bits now", "combined", forward=lost)


def _shown(old: t.ChoiceType, new: t.ChoiceType) -> str:
    ways = dict(zip(("str()", "f-strings"), zip(old.texts, new.texts, strict=True), strict=True))
    changed = {way: pair for way, pair in ways.items() if pair[0] != pair[1]}
    before, after = (SHOWN.get(way, "by their own code") for way in next(iter(changed.values())))
    verb = "shows" if [*changed] == ["str()"] else "show"
    how = f"{after}, no longer {before}" if before != after else "by other code"
    return f"{' and '.join(changed)} {verb} members of {new} {how}"


def _kept(old: t.ChoiceType, new: t.ChoiceType, before: t.Choice, after: t.Choice, path: str) -> Iterator[Change]:
    if before.same_value != after.same_value:
        # If another member has the value now, it is accepted, but means that member.
        found, known = _taken(new, before), _taken(old, after)
        sent = Verdict.SAFE if old.strict else found
        message = f"{path}: {before}: value changed from {before.literal} to {after.literal}"
        yield change("TS317", path, message, before.name, senders=sent, backward=found, forward=known)
    elif before.name != after.name:
        yield _renamed(before, after, path)
    for name in before.aliases:
        if name not in after.names:
            yield _other_name(before, name, new, path)


def _other_name(member: t.Choice, name: str, new: t.ChoiceType, path: str) -> Change:
    """Return the change that an alias of a member no longer exists; no value is concerned."""
    if any(name in other.names for other in new.choices):
        message = f"{path}: {name} was an alias of {member}, and is another member of {new} now"
        return change("TS317", path, message, name, **ONLY_RECEIVERS_WARNED)
    message = f"{path}: {name}, an alias of {member}, was removed from {new}"
    return change("TS307", path, message, name, **WARNED_RECEIVERS, backward=Verdict.SAFE)


def _renamed(before: t.Choice, after: t.Choice, path: str) -> Change:
    """Return the change that a member was renamed. Code with the old name breaks unless that is an alias now."""
    message = f"{path}: {before} was renamed to {after}, and its value is kept"
    verdicts = {**WARNED_RECEIVERS, "backward": Verdict.SAFE}
    if before.name in after.aliases:
        message += ", as is the old name"
        verdicts["senders"] = Verdict.SAFE
    return change("TS307", path, message, before.literal, **verdicts)


def _taken(choices: t.ChoiceType, item: t.Choice) -> Verdict:
    """Return the verdict for a member's value where another member may have it."""
    return Verdict.BREAKS if some(other.reads(item) for other in choices.choices) is False else Verdict.WARNS
