"""What it means that a class became another: it was moved or renamed, or another one took its place."""

from __future__ import annotations

from collections.abc import Sequence

from .._fit.relations import Relations
from .._records.changes import Change, change
from .._records.rules import Verdict
from .._records.types import class_name

RECEIVERS = ("extra_receivers", "keyword_receivers", "payload_receivers")
UNREAD = {"backward": Verdict.SAFE, "forward": Verdict.SAFE}
"""Classes are not written to messages."""


def moved(old: str, new: str, path: str) -> Change:
    """That a class has another name: if it is nested, all who make, import or check instances may notice."""
    noticed = dict.fromkeys(("senders", *RECEIVERS), Verdict.WARNS) if path else {}
    return change("TS105", path, f"{path or 'payload'}: {old} became {new}", old, **noticed)


def class_changed(
    relations: Relations, old: str, new: str, path: str, old_bases: Sequence[str] = (), new_bases: Sequence[str] = ()
) -> Change:
    """That a nested class has another name.

    Args:
        relations: What is known of both programs.
        old: The class that senders and receivers were made for.
        new: The one that they meet.
        path: Where it is nested.
        old_bases: The classes that the old one derives from.
        new_bases: Those of the new one.
    """
    if _bare(old) == _bare(new) or not relations.exists(old):
        return moved(old, new, path)
    rule, verb = "TS301", "changed"
    if old in new_bases:
        rule, verb = "TS303", "narrowed"
    elif new in old_bases:
        rule, verb = "TS302", "widened"
    return change(rule, path, f"{path}: class {verb} from {old} to {new}", old, **UNREAD)


def _bare(name: str) -> str:
    """The name of a generic class without its arguments, which are compared part by part."""
    return class_name(name).partition("[")[0]
