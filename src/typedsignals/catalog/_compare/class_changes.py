"""The changes of a class that was moved, renamed or replaced by another one."""

from __future__ import annotations

from collections.abc import Sequence

from .._fit.relations import Relations
from .._records import types as t
from .._records.changes import Change, change
from .._records.verdicts import SAFE_MESSAGES, WARNED_RECEIVERS, Verdict


def moved(old: str, new: str, path: str) -> Change:
    """Return the change of a class's name. Code that makes or checks instances of a nested one may notice."""
    noticed = {"senders": Verdict.WARNS, **WARNED_RECEIVERS} if path else {}
    return change("TS105", path, f"{path or 'payload'}: {old} became {new}", old, **noticed)


def class_changed(
    relations: Relations, old: str, new: str, path: str, old_bases: Sequence[str] = (), new_bases: Sequence[str] = ()
) -> Change:
    """Return the change that a nested class was moved, renamed or replaced.

    Args:
        relations: What is known about both programs.
        old: The name of the old class.
        new: The name of the new class.
        path: Where it is nested.
        old_bases: The base classes of the old class.
        new_bases: The base classes of the new class.
    """
    if _bare(old) == _bare(new) or not relations.exists(old):
        return moved(old, new, path)
    rule, verb = "TS301", "changed"
    if old in new_bases:
        rule, verb = "TS303", "narrowed"
    elif new in old_bases:
        rule, verb = "TS302", "widened"
    # The names of classes are not in messages.
    return change(rule, path, f"{path}: class {verb} from {old} to {new}", old, **SAFE_MESSAGES)


def _bare(name: str) -> str:
    """Return the name of a generic class without its arguments, which are compared separately."""
    return t.class_name(name).partition("[")[0]
