"""What changed between two enumerations or two ``Literal``s."""

from __future__ import annotations

from collections.abc import Iterator

from ._answers import some
from ._changes import Change, change
from ._compare_classes import RECEIVERS, class_changed
from ._relations import Relations
from ._rules import Verdict
from ._types import Choice, ChoiceType


def compare_choices(relations: Relations, old: ChoiceType, new: ChoiceType, path: str) -> Iterator[Change]:
    """All changes from one to the other.

    Args:
        relations: What is known of both programs.
        old: What senders and receivers were made for.
        new: What they meet.
        path: Where it is.
    """
    if old.name != new.name:
        yield class_changed(relations, old.name, new.name, path)
    if old.base not in ("", new.base):
        yield _base(old, new, path)
    heirs = {item.name: item for item in new.choices if item.name}
    for item in old.choices:
        if item.name in heirs:
            yield from _value(old, new, item, heirs[item.name], path)
        elif item not in new.choices:
            read = Verdict.of(some(other.reads(item) for other in new.choices))
            yield change("TS307", path, f"{path}: {item} was removed from {old}", item.literal, backward=read)
    known = {item.name for item in old.choices if item.name}
    for item in new.choices:
        if item.name not in known and item not in old.choices:
            written = Verdict.of(some(other.reads(item) for other in old.choices))
            yield change("TS306", path, f"{path}: {item} was added to {new}", item.literal, forward=written)


def _base(old: ChoiceType, new: ChoiceType, path: str) -> Change:
    """Receivers may use members as what they were; members themselves are accepted as before."""
    verdicts = dict.fromkeys(RECEIVERS, Verdict.WARNS)
    safe = dict.fromkeys(("senders", "backward", "forward"), Verdict.SAFE)
    return change("TS301", path, f"{path}: members of {new} are no {old.base} any more", "base", **verdicts, **safe)


def _value(old: ChoiceType, new: ChoiceType, before: Choice, after: Choice, path: str) -> Iterator[Change]:
    if repr(before) != repr(after):
        # A value that another member has now is accepted, as that one.
        found, known = _taken(new, before), _taken(old, after)
        sent = Verdict.SAFE if old.strict else found
        message = f"{path}: {before}: value changed from {before.literal} to {after.literal}"
        yield change("TS317", path, message, before.name, senders=sent, backward=found, forward=known)


def _taken(choices: ChoiceType, item: Choice) -> Verdict:
    """What becomes of a value of one member where another may have it."""
    return Verdict.BREAKS if some(other.reads(item) for other in choices.choices) is False else Verdict.WARNS
