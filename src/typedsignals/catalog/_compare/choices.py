"""What changed between two enumerations or two ``Literal``s."""

from __future__ import annotations

from collections.abc import Iterator

from .._fit.relations import Relations
from .._fit.ternary import some
from .._records.changes import Change, change
from .._records.rules import Verdict
from .._records.types import Choice, ChoiceType, ScalarType, TypeRecord
from .classes import RECEIVERS, class_changed

SURPRISED = dict.fromkeys(RECEIVERS, Verdict.WARNS)
SAFE_ELSEWHERE = dict.fromkeys(("senders", "backward", "forward"), Verdict.SAFE)
SHOWN = {"name": "by name", "value": "by value"}
"""How members are made text of, in words; otherwise it is code of their own."""


def compare_choices(relations: Relations, old: ChoiceType, new: ChoiceType, path: str) -> Iterator[Change]:
    """All changes from one to the other.

    Args:
        relations: What is known of both programs.
        old: What senders and receivers were made for.
        new: What they meet.
        path: Where it is.
    """
    for found in _changes(relations, old, new, path):
        yield found.caused_by(old.name, new.name, path) if old.name else found


def _changes(relations: Relations, old: ChoiceType, new: ChoiceType, path: str) -> Iterator[Change]:
    if old.name != new.name:
        yield class_changed(relations, old.name, new.name, path)
    yield from _as_other_values(old, new, path)
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


def is_enumerated(old: TypeRecord, new: TypeRecord) -> bool:
    """Whether values became members of an enumeration, or no longer are.

    Args:
        old: The type before.
        new: The type after.
    """
    if isinstance(old, ChoiceType) and old.name:
        return isinstance(new, ScalarType | ChoiceType)
    return isinstance(old, ChoiceType) and isinstance(new, ChoiceType)


def met_instead(old: TypeRecord, new: TypeRecord) -> Verdict:
    """What becomes of receivers where values are enumerated that were not, or no longer are.

    Members that are text or numbers equal the values that are expected. A plain value is not a member.

    Args:
        old: The type before.
        new: The type after.
    """
    if not (isinstance(old, ChoiceType) and isinstance(new, ChoiceType)) or old.name:
        return Verdict.BREAKS
    return Verdict.WARNS if any(type(item.value).__name__ == new.base for item in old.choices) else Verdict.BREAKS


def is_shown_otherwise(old: TypeRecord, new: TypeRecord) -> bool:
    """Whether text or numbers became members of an enumeration that are not shown as their values.

    Args:
        old: The type before.
        new: The type after.
    """
    if not isinstance(old, ScalarType) or not isinstance(new, ChoiceType) or not new.base:
        return False
    return not {*new.texts} <= {"", "value"}


def _heir(item: Choice, old: ChoiceType, new: ChoiceType) -> Choice | None:
    """The member that one became: of the same name, or else of the same value by a name that is new."""
    if not item.name:
        return None
    named = next((other for other in new.choices if item.name in other.names), None)
    known = {choice.name for choice in old.choices}
    valued = (other for other in new.choices if other.name not in known and other.same_value == item.same_value)
    return named or next(valued, None)


def _as_other_values(old: ChoiceType, new: ChoiceType, path: str) -> Iterator[Change]:
    """Receivers may use members as text or numbers; members themselves are accepted as before."""
    if old.base not in ("", new.base):
        message = f"{path}: members of {new} are no {old.base} any more"
        yield change("TS301", path, message, "base", **SURPRISED, **SAFE_ELSEWHERE)
    elif old.text and new.text and old.texts != new.texts:
        yield change("TS301", path, f"{path}: {_shown(old, new)}", "text", **SURPRISED, **SAFE_ELSEWHERE)


def _shown(old: ChoiceType, new: ChoiceType) -> str:
    ways = dict(zip(("str()", "f-strings"), zip(old.texts, new.texts, strict=True), strict=True))
    changed = {way: pair for way, pair in ways.items() if pair[0] != pair[1]}
    before, after = (SHOWN.get(way, "by code of their own") for way in next(iter(changed.values())))
    verb = "shows" if [*changed] == ["str()"] else "show"
    how = f"{after}, no longer {before}" if before != after else "by other code"
    return f"{' and '.join(changed)} {verb} members of {new} {how}"


def _kept(old: ChoiceType, new: ChoiceType, before: Choice, after: Choice, path: str) -> Iterator[Change]:
    if before.same_value != after.same_value:
        # A value that another member has now is accepted, as that one.
        found, known = _taken(new, before), _taken(old, after)
        sent = Verdict.SAFE if old.strict else found
        message = f"{path}: {before}: value changed from {before.literal} to {after.literal}"
        yield change("TS317", path, message, before.name, senders=sent, backward=found, forward=known)
    elif before.name != after.name:
        yield _renamed(before, after, path)
    for name in before.aliases:
        if name not in after.names:
            yield _other_name(before, name, new, path)


def _other_name(member: Choice, name: str, new: ChoiceType, path: str) -> Change:
    """A name that a member had besides its own, and has no more; no value is concerned."""
    if any(name in other.names for other in new.choices):
        message = f"{path}: {name} was another name of {member}, and is another member of {new} now"
        return change("TS317", path, message, name, **SURPRISED, **SAFE_ELSEWHERE)
    message = f"{path}: {name}, another name of {member}, was removed from {new}"
    return change("TS307", path, message, name, **SURPRISED, backward=Verdict.SAFE)


def _renamed(before: Choice, after: Choice, path: str) -> Change:
    """Whoever names it by the old name breaks, unless it is still one; its value is written and read as before."""
    message = f"{path}: {before} was renamed to {after}, and its value is kept"
    verdicts = {**SURPRISED, "backward": Verdict.SAFE}
    if before.name in after.aliases:
        message += ", as is the old name"
        verdicts["senders"] = Verdict.SAFE
    return change("TS307", path, message, before.literal, **verdicts)


def _taken(choices: ChoiceType, item: Choice) -> Verdict:
    """What becomes of a value of one member where another may have it."""
    return Verdict.BREAKS if some(other.reads(item) for other in choices.choices) is False else Verdict.WARNS
