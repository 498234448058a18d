"""Which types correspond to one another in two versions of a field."""

from __future__ import annotations

from collections.abc import Collection

from .._fit.relations import Relations
from .._records.signals import ModelRecord
from .._records.types import (
    ArrayType,
    ChoiceType,
    LiveType,
    MappingType,
    ModelType,
    OpaqueType,
    ScalarType,
    TupleType,
    TypeRecord,
    UnionType,
    class_name,
)

ALIKE = 0.5
"""What share of their fields or members two classes have in common, at least, if one became the other."""


class Members:
    """The members of two unions: those that correspond, those that were removed, and those that were added.

    Args:
        relations: What is known of both programs.
        old: The old union.
        new: The new one.
    """

    def __init__(self, relations: Relations, old: UnionType, new: UnionType) -> None:
        self.pairs: list[tuple[TypeRecord, TypeRecord]] = []
        self.removed, self.added = [*old.members], [*new.members]
        for key in (repr, _member_key):
            for before in tuple(self.removed):
                after = next((member for member in self.added if key(member) == key(before)), None)
                self._pair(before, after)
        for before in tuple(self.removed):
            self._pair(before, _successor(relations, before, self.added))

    def _pair(self, before: TypeRecord, after: TypeRecord | None) -> None:
        if after is not None:
            self.pairs.append((before, after))
            self.removed.remove(before)
            self.added.remove(after)


def similarity(record: TypeRecord) -> tuple[object, ...]:
    """Types of which this is equal are compared part by part, others as a whole."""
    match record:
        case ScalarType(name=name):
            return (record.kind, name)
        case ArrayType(container=container) | MappingType(container=container):
            return (record.kind, container)
        case TupleType(items=items):
            return (record.kind, len(items))
        case ChoiceType(name=name):
            return (record.kind, bool(name))
    return (record.kind,)


def _member_key(member: TypeRecord) -> tuple[object, ...]:
    """What tells the members of one union apart."""
    match member:
        case ModelType(model=name):
            return (member.kind, class_name(name))
        case LiveType(name=name) | OpaqueType(name=name) | ChoiceType(name=name):
            return (member.kind, name)
    return similarity(member)


def _successor(relations: Relations, before: TypeRecord, added: list[TypeRecord]) -> TypeRecord | None:
    """What a class that is gone was renamed to: the new one that is most like it."""
    if not isinstance(before, ModelType | ChoiceType) or relations.exists(_class_name(before)):
        return None
    alike = [(_likeness(relations, before, after), after) for after in added]
    share, best = max(alike, key=lambda pair: pair[0], default=(0, before))
    return best if share >= ALIKE else None


def _class_name(record: ModelType | ChoiceType) -> str:
    return record.model if isinstance(record, ModelType) else record.name


def _likeness(relations: Relations, before: TypeRecord, after: TypeRecord) -> float:
    match before, after:
        case ModelType(), ModelType() if after.model not in relations.old:
            return _likeness_of_models(relations.old[before.model], relations.new[after.model])
        case ChoiceType(), ChoiceType() if before.name and after.name:
            return _share({*map(repr, before.choices)}, {*map(repr, after.choices)})
    return 0


def _likeness_of_models(old: ModelRecord, new: ModelRecord) -> float:
    if old.root is not None and new.root is not None:
        return float(similarity(old.root) == similarity(new.root))
    if any(_tells_apart(old, new, field.name) for field in old.fields):
        return 0
    return _share({field.name for field in old.fields}, {field.name for field in new.fields})


def _tells_apart(old: ModelRecord, new: ModelRecord, name: str) -> bool:
    """Whether a field of both is a tag, and its values are others."""
    before, after = _tags(old, name), _tags(new, name)
    return bool(before and after) and not before & after


def _tags(model: ModelRecord, name: str) -> set[str]:
    field = model.field(name)
    return {repr(choice) for choice in field.type.choices} if field and isinstance(field.type, ChoiceType) else set()


def _share(old: Collection[str], new: Collection[str]) -> float:
    return len({*old} & {*new}) / max(len(old), len(new), 1)
