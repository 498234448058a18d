"""Decide whether all values of one type fit where another type is expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .._records import types as t
from .._records.signals import ModelRecord
from .bounds import within
from .models import ModelRelation
from .scalars import (
    KEYS_LAX,
    KEYS_STRICT,
    NUMBERS,
    READ_LAX,
    READ_STRICT,
    RECEIVED,
    SENT_LAX,
    SENT_STRICT,
    UNCERTAIN,
    takes,
)
from .three_valued import every, some
from .use import Use

BOTH = t.ChoiceType(choices=(t.Choice(value=False), t.Choice(value=True)))
ZERO_OR_ONE = t.Constraints(ge=0, le=1)
UNIQUE = frozenset({"set", "frozenset", "Set", "MutableSet"})
NARROWER_CONTAINERS = {
    "Sequence": {"list", "tuple", "deque", "MutableSequence"},
    "MutableSequence": {"list", "deque"},
    "Set": {"set", "frozenset", "MutableSet"},
    "MutableSet": {"set"},
    "Collection": {"list", "tuple", "deque", "set", "frozenset", "Sequence", "Set", "MutableSequence", "MutableSet"},
    "Mapping": {"dict", "MutableMapping", "OrderedDict", "defaultdict", "Counter"},
    "MutableMapping": {"dict", "OrderedDict", "defaultdict", "Counter"},
    "dict": {"OrderedDict", "defaultdict", "Counter"},
}


class Relation:
    """Decides whether the values of a source type fit where a target type is expected.

    Args:
        use: What the values are used for.
        sources: The models in source types.
        targets: The models in target types.
        exists: Whether a class of the old program is known to exist in the new one. If so, no other class is the same
            one under another name.
    """

    def __init__(
        self,
        use: Use,
        sources: Mapping[str, ModelRecord],
        targets: Mapping[str, ModelRecord],
        exists: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.use = use
        self._exists = exists
        self._sources = sources
        self._targets = targets
        self._models = ModelRelation(use, sources, targets, self.holds, self._is_instance)

    def holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        """Whether all values of the source fit; None if that is unknown."""
        if isinstance(target, t.AnyType) and not target.declared:
            return True
        if self.use is Use.WIRE and self._models.is_rooted(source, target):
            return self._models.holds(source, target)
        if isinstance(source, t.OpaqueType | t.AnyType) or isinstance(target, t.OpaqueType | t.AnyType):
            return self._opaque_holds(source, target)
        if isinstance(source, t.UnionType):
            return every(self.holds(member, target) for member in source.members)
        if isinstance(target, t.UnionType):
            return self._union_holds(source, target)
        return self._plain_holds(source, target)

    def _opaque_holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        if source == target:
            return True
        return False if isinstance(source, t.AnyType) and not isinstance(target, t.OpaqueType | t.AnyType) else None

    def _plain_holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        match source, target:
            case _, t.ScalarType(name="JsonValue"):
                return True if self.use is Use.WIRE or source == target else None
            case t.NullType(), t.NullType():
                return True
            case t.LiveType(), t.LiveType():
                return target.name == source.name or target.name in source.bases
            case (t.ModelType(), _) | (_, t.ModelType()):
                return self._models.holds(source, target)
            case t.ChoiceType() | t.ScalarType(), _:
                return self._single_holds(source, target)
        return self._container_holds(source, target)

    def _single_holds(self, source: t.ChoiceType | t.ScalarType, target: t.TypeRecord) -> bool | None:
        if isinstance(target, t.ChoiceType) and isinstance(source, t.ScalarType) and source.name == "bool":
            source = BOTH
        if isinstance(source, t.ChoiceType):
            held = (self._choice_holds(source, choice, target) for choice in source.choices)
            return every((not source.boundary or _takes_combinations(target), *held))
        return isinstance(target, t.ScalarType) and self._scalar_holds(source, target)

    def _container_holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        match source, target:
            case t.ArrayType(), t.ArrayType():
                return self._array_holds(source, target)
            case t.MappingType(), t.MappingType():
                return self._mapping_holds(source, target)
            case t.TupleType(), t.TupleType():
                same_length = len(source.items) == len(target.items)
                return same_length and every(map(self.holds, source.items, target.items))
            case t.TupleType(), t.ArrayType() if self._is_container("tuple", target.container):
                length = t.Constraints(min_length=len(source.items), max_length=len(source.items))
                items = every(self.holds(item, target.item) for item in source.items)
                return every((items, within(length, target.constraints, target.container)))
        return False

    def _union_holds(self, source: t.TypeRecord, target: t.UnionType) -> bool | None:
        if self.use is Use.WIRE and target.discriminator and isinstance(source, t.ModelType):
            return self._tagged_holds(source, target)
        if isinstance(source, t.ScalarType) and source.name == "bool":
            return some((*(self.holds(source, member) for member in target.members), self._union_holds(BOTH, target)))
        if isinstance(source, t.ChoiceType) and len(source.choices) > 1:
            # Each value may fit another member.
            single = (source.model_copy(update={"choices": (choice,)}) for choice in source.choices)
            return every(self._union_holds(value, target) for value in single)
        return some(self.holds(source, member) for member in target.members)

    def _tagged_holds(self, source: t.ModelType, target: t.UnionType) -> bool | None:
        """Whether each tag that the source writes leads to a member that accepts the source."""
        known = {
            tag: member
            for member in self._models.opened(target)
            if isinstance(member, t.ModelType)
            for tag in self._tags(self._targets, member, target.discriminator)
        }
        tags = self._tags(self._sources, source, target.discriminator)
        return bool(tags) and every(tag in known and self.holds(source, known[tag]) for tag in tags)

    def _tags(self, models: Mapping[str, ModelRecord], member: t.ModelType, name: str) -> list[str]:
        """Return the values that tell a member apart, which may be written as members of an enumeration; or none."""
        field = models[member.model].field(name)
        kinds = t.members_of(field.type) if field is not None else ()
        choices = [kind.choices for kind in kinds if isinstance(kind, t.ChoiceType)]
        return [choice.same_value for part in choices for choice in part] if len(choices) == len(kinds) else []

    def _choice_holds(self, source: t.ChoiceType, choice: t.Choice, target: t.TypeRecord) -> bool | None:
        if isinstance(target, t.ChoiceType):
            is_same = some(self._is_same(source, choice, target, other) for other in target.choices)
            both_named = bool(source.name and target.name)
            return every((is_same, not both_named or self._is_instance(source.name, target.name)))
        if choice.text and (self.use is Use.WIRE or not source.name):
            return None
        if not isinstance(target, t.ScalarType):
            return False
        if self.use is not Use.WIRE and source.name and not source.base:
            # A member is only accepted if its value is converted.
            return False if self.use is Use.RECEIVE or target.strict else None
        return self._value_holds(choice.value, target)

    def _is_instance(self, source: str, target: str, bases: Sequence[str] = ()) -> bool | None:
        """Whether instances of one class are instances of the other, which may be the same one, renamed."""
        if self.use is Use.WIRE or t.class_name(source) == t.class_name(target) or target in bases:
            return True
        return False if self._exists(source if self.use is Use.SEND else target) else None

    def _is_same(self, source: t.ChoiceType, choice: t.Choice, target: t.ChoiceType, other: t.Choice) -> bool | None:
        if self.use is Use.WIRE:
            return other.reads(choice)
        if choice.name and other.name:
            return choice.name in other.names
        if choice.same_value != other.same_value:
            return False
        if not (choice.name or other.name):
            return True
        if choice.name:
            # Members that are text or numbers equal the values, but are shown differently, and type checkers object.
            return None if source.base else False
        return None if self.use is Use.SEND and not target.strict else False

    def _value_holds(self, value: object, target: t.ScalarType) -> bool | None:
        """Whether a single value fits. For a text with a pattern, that is unknown."""
        kind = type(value).__name__
        taken = takes(self._table(target), t.ScalarType(name=kind), target)
        if taken is False and self.use is Use.WIRE and (kind == "str" or not target.strict):
            return None  # a text may happen to be a date
        if not taken:
            return taken
        if isinstance(value, str):
            length = t.Constraints(min_length=len(value), max_length=len(value))
            return within(length, target.constraints, "str") or (None if target.constraints.pattern else False)
        return within(t.Constraints(ge=value, le=value), target.constraints, kind)  # type: ignore[arg-type]  # a number

    def _scalar_holds(self, source: t.ScalarType, target: t.ScalarType) -> bool | None:
        taken = takes(self._table(target), source, target)
        if not taken:
            return None if self._may_parse(source, target) else taken
        comparable = source.name == target.name or {source.name, target.name} <= NUMBERS
        if comparable or not target.constraints:
            if source.name == "bool":
                return within(ZERO_OR_ONE, target.constraints, "int")
            return within(source.constraints, target.constraints, source.name)
        return None

    def _may_parse(self, source: t.ScalarType, target: t.ScalarType) -> bool:
        """Whether the value decides if a message is read: a number may be a date, and a matching text a number."""
        uncertain = source.constraints.pattern is not None or (source.name, target.name) in UNCERTAIN
        return self.use is Use.WIRE and uncertain

    def _table(self, target: t.ScalarType) -> Mapping[str, frozenset[str]]:
        return {
            Use.SEND: SENT_STRICT if target.strict else SENT_LAX,
            Use.RECEIVE: RECEIVED,
            Use.WIRE: READ_STRICT if target.strict else READ_LAX,
        }[self.use]

    def _is_container(self, source: str, target: str) -> bool:
        return self.use is Use.WIRE or source == target or source in NARROWER_CONTAINERS.get(target, ())

    def _array_holds(self, source: t.ArrayType, target: t.ArrayType) -> bool | None:
        if not self._is_container(source.container, target.container):
            return False
        lengths = within(source.constraints, target.constraints, target.container)
        if target.container in UNIQUE and source.container not in UNIQUE and (target.constraints.min_length or 0) > 1:
            lengths = False  # repeated items count once
        if source.constraints.max_length == 0:
            return lengths
        return every((lengths, self.holds(source.item, target.item)))

    def _mapping_holds(self, source: t.MappingType, target: t.MappingType) -> bool | None:
        if not self._is_container(source.container, target.container):
            return False
        lengths = within(source.constraints, target.constraints, target.container)
        return every((lengths, self._key_holds(source.key, target.key), self.holds(source.value, target.value)))

    def _key_holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        if self.use is Use.WIRE and isinstance(source, t.ScalarType) and isinstance(target, t.ScalarType):
            return self.holds(source, target) if source.name == target.name else self._text_holds(source, target)
        return self.holds(source, target)

    def _text_holds(self, source: t.ScalarType, target: t.ScalarType) -> bool | None:
        """Whether a type that is written as text, as keys are, can be read as another type."""
        taken = takes(KEYS_STRICT if target.strict else KEYS_LAX, source, target)
        uncertain = self._may_parse(source, target) if taken is False else target.constraints
        return None if uncertain else taken


def _takes_combinations(target: t.TypeRecord) -> bool | None:
    """Whether a type accepts all combinations of flags if it accepts the flags."""
    if isinstance(target, t.ChoiceType):
        return bool(target.boundary)
    return None if isinstance(target, t.ScalarType) and target.constraints else True
