"""Pair the types that correspond to one another in two versions of a field."""

from __future__ import annotations

from collections.abc import Collection

from .._fit.relations import Relations
from .._records import types as t
from .._records.signals import ModelRecord

ALIKE = 0.5
"""The least share of fields or members that two classes have in common if one has become the other."""


class Members:
    """The members of two unions: those that correspond, those that were removed, and those that were added.

    Args:
        relations: What is known about both programs.
        old: The old union.
        new: The new one.
    """

    def __init__(self, relations: Relations, old: t.UnionType, new: t.UnionType) -> None:
        self.pairs: list[tuple[t.TypeRecord, t.TypeRecord]] = []
        self.removed, self.added = [*old.members], [*new.members]
        for key in (repr, _member_key):
            for before in tuple(self.removed):
                after = next((member for member in self.added if key(member) == key(before)), None)
                self._pair(before, after)
        for before in tuple(self.removed):
            self._pair(before, _successor(relations, before, self.added))

    def _pair(self, before: t.TypeRecord, after: t.TypeRecord | None) -> None:
        if after is not None:
            self.pairs.append((before, after))
            self.removed.remove(before)
            self.added.remove(after)


def similarity(record: t.TypeRecord) -> tuple[object, ...]:
    """Return a key that is equal for types that are compared part by part; other types are compared as a whole."""
    match record:
        case t.ScalarType(name=name):
            return (record.kind, name)
        case t.ArrayType(container=container) | t.MappingType(container=container):
            return (record.kind, container)
        case t.TupleType(items=items):
            return (record.kind, len(items))
        case t.ChoiceType(name=name):
            return (record.kind, bool(name))
    return (record.kind,)


def _member_key(member: t.TypeRecord) -> tuple[object, ...]:
    """Return a key that distinguishes the members of a union."""
    match member:
        case t.ModelType(model=name):
            return (member.kind, t.class_name(name))
        case t.LiveType(name=name) | t.OpaqueType(name=name) | t.ChoiceType(name=name):
            return (member.kind, name)
    return similarity(member)


def _successor(relations: Relations, before: t.TypeRecord, added: list[t.TypeRecord]) -> t.TypeRecord | None:
    """Return the class that a missing one was renamed to: the most similar new one."""
    if not isinstance(before, t.ModelType | t.ChoiceType) or relations.exists(_class_name(before)):
        return None
    shares = [(_likeness(relations, before, after), after) for after in added]
    share, best = max(shares, key=lambda pair: pair[0], default=(0, before))
    return best if share >= ALIKE else None


def _class_name(record: t.ModelType | t.ChoiceType) -> str:
    return record.model if isinstance(record, t.ModelType) else record.name


def _likeness(relations: Relations, before: t.TypeRecord, after: t.TypeRecord) -> float:
    match before, after:
        case t.ModelType(), t.ModelType() if after.model not in relations.old:
            return _likeness_of_models(relations.old[before.model], relations.new[after.model])
        case t.ChoiceType(), t.ChoiceType() if before.name and after.name:
            return _share({*map(repr, before.choices)}, {*map(repr, after.choices)})
    return 0


def _likeness_of_models(old: ModelRecord, new: ModelRecord) -> float:
    if old.root is not None and new.root is not None:
        return float(similarity(old.root) == similarity(new.root))
    if any(_tells_apart(old, new, field.name) for field in old.fields):
        return 0
    return _share({field.name for field in old.fields}, {field.name for field in new.fields})


def _tells_apart(old: ModelRecord, new: ModelRecord, name: str) -> bool:
    """Whether both models have a field as a tag, with different values."""
    before, after = _tags(old, name), _tags(new, name)
    return bool(before and after) and not before & after


def _tags(model: ModelRecord, name: str) -> set[str]:
    field = model.field(name)
    return {repr(choice) for choice in field.type.choices} if field and isinstance(field.type, t.ChoiceType) else set()


def _share(old: Collection[str], new: Collection[str]) -> float:
    return len({*old} & {*new}) / max(len(old), len(new), 1)
