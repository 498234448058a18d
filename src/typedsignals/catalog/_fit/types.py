"""Whether all values of one type serve where another is expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .._records.signals import ModelRecord
from .._records.types import (
    AnyType,
    ArrayType,
    Choice,
    ChoiceType,
    Constraints,
    LiveType,
    MappingType,
    ModelType,
    NullType,
    OpaqueType,
    ScalarType,
    TupleType,
    TypeRecord,
    UnionType,
    class_name,
)
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
from .ternary import every, some
from .use import Use

BOTH = ChoiceType(choices=(Choice(value=False), Choice(value=True)))
ZERO_OR_ONE = Constraints(ge=0, le=1)
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
    """One relation between types: that values of a source serve where a target is expected.

    Args:
        use: What they are wanted for.
        sources: The models that source types refer to.
        targets: The models that target types refer to.
        exists: Whether a class of the old program is known to exist in the new one. Then another class is not the
            same by another name.
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

    def holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        """Whether all values of the source serve; None if it cannot be told."""
        if isinstance(target, AnyType) and not target.declared:
            return True
        if self.use is Use.WIRE and self._models.is_rooted(source, target):
            return self._models.holds(source, target)
        if isinstance(source, OpaqueType | AnyType) or isinstance(target, OpaqueType | AnyType):
            return self._opaque_holds(source, target)
        if isinstance(source, UnionType):
            return every(self.holds(member, target) for member in source.members)
        if isinstance(target, UnionType):
            return self._union_holds(source, target)
        return self._plain_holds(source, target)

    def _opaque_holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        if source == target:
            return True
        return False if isinstance(source, AnyType) and not isinstance(target, OpaqueType | AnyType) else None

    def _plain_holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        match source, target:
            case _, ScalarType(name="JsonValue"):
                return True if self.use is Use.WIRE or source == target else None
            case NullType(), NullType():
                return True
            case LiveType(), LiveType():
                return target.name == source.name or target.name in source.bases
            case (ModelType(), _) | (_, ModelType()):
                return self._models.holds(source, target)
            case ChoiceType() | ScalarType(), _:
                return self._single_holds(source, target)
        return self._container_holds(source, target)

    def _single_holds(self, source: ChoiceType | ScalarType, target: TypeRecord) -> bool | None:
        if isinstance(target, ChoiceType) and isinstance(source, ScalarType) and source.name == "bool":
            source = BOTH
        if isinstance(source, ChoiceType):
            return every(self._choice_holds(source, choice, target) for choice in source.choices)
        return isinstance(target, ScalarType) and self._scalar_holds(source, target)

    def _container_holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        match source, target:
            case ArrayType(), ArrayType():
                return self._array_holds(source, target)
            case MappingType(), MappingType():
                return self._mapping_holds(source, target)
            case TupleType(), TupleType():
                same_length = len(source.items) == len(target.items)
                return same_length and every(map(self.holds, source.items, target.items))
            case TupleType(), ArrayType() if self._is_container("tuple", target.container):
                length = Constraints(min_length=len(source.items), max_length=len(source.items))
                items = every(self.holds(item, target.item) for item in source.items)
                return every((items, within(length, target.constraints, target.container)))
        return False

    def _union_holds(self, source: TypeRecord, target: UnionType) -> bool | None:
        if self.use is Use.WIRE and target.discriminator and isinstance(source, ModelType):
            return self._tagged_holds(source, target)
        return some(self.holds(source, member) for member in target.members)

    def _tagged_holds(self, source: ModelType, target: UnionType) -> bool | None:
        """Each tag that the source writes leads to the one member that then has to take it."""
        tags = self._tags(self._sources, source, target.discriminator)
        if tags is None:
            return False
        members = [member for member in self._models.opened(target) if isinstance(member, ModelType)]
        known = {
            str(choice): member
            for member in members
            for choice in self._tags(self._targets, member, target.discriminator) or ()
        }
        return every(str(tag) in known and self.holds(source, known[str(tag)]) for tag in tags)

    def _tags(self, models: Mapping[str, ModelRecord], member: ModelType, name: str) -> tuple[Choice, ...] | None:
        field = models[member.model].field(name)
        return field.type.choices if field is not None and isinstance(field.type, ChoiceType) else None

    def _choice_holds(self, source: ChoiceType, choice: Choice, target: TypeRecord) -> bool | None:
        if isinstance(target, ChoiceType):
            is_same = some(self._is_same(source, choice, target, other) for other in target.choices)
            both_named = bool(source.name and target.name)
            return every((is_same, not both_named or self._is_instance(source.name, target.name)))
        if choice.text and (self.use is Use.WIRE or not source.name):
            return None
        if not isinstance(target, ScalarType):
            return False
        if self.use is not Use.WIRE and source.name and not source.base:
            # Only where values are converted, one of a member may do.
            return False if self.use is Use.RECEIVE or target.strict else None
        return self._value_holds(choice.value, target)

    def _is_instance(self, source: str, target: str, bases: Sequence[str] = ()) -> bool | None:
        """Whether instances of one class are of the other, which may be the same by another name."""
        if self.use is Use.WIRE or class_name(source) == class_name(target) or target in bases:
            return True
        return False if self._exists(source if self.use is Use.SEND else target) else None

    def _is_same(self, source: ChoiceType, choice: Choice, target: ChoiceType, other: Choice) -> bool | None:
        if self.use is Use.WIRE:
            return other.reads(choice)
        if choice.name and other.name:
            return choice.name in other.names
        if choice.same_value != other.same_value:
            return False
        if not (choice.name or other.name):
            return True
        if choice.name:
            # Members that are text or numbers equal the values, but are not shown so, and not by type checkers.
            return None if source.base else False
        return None if self.use is Use.SEND and not target.strict else False

    def _value_holds(self, value: object, target: ScalarType) -> bool | None:
        """Whether a single value serves: exactly for numbers, and for texts where only their length matters."""
        kind = type(value).__name__
        taken = takes(self._table(target), ScalarType(name=kind), target)
        if taken is False and self.use is Use.WIRE and (kind == "str" or not target.strict):
            return None  # a text may happen to be a date
        if not taken or not target.constraints:
            return taken
        if isinstance(value, str):
            length = Constraints(min_length=len(value), max_length=len(value))
            return within(length, target.constraints, "str") or (None if target.constraints.pattern else False)
        return within(Constraints(ge=value, le=value), target.constraints, kind)  # type: ignore[arg-type]  # a number

    def _scalar_holds(self, source: ScalarType, target: ScalarType) -> bool | None:
        taken = takes(self._table(target), source, target)
        if not taken:
            return None if self._may_parse(source, target) else taken
        comparable = source.name == target.name or {source.name, target.name} <= NUMBERS
        if comparable or not target.constraints:
            if source.name == "bool":
                return within(ZERO_OR_ONE, target.constraints, "int")
            return within(source.constraints, target.constraints, source.name)
        return None

    def _may_parse(self, source: ScalarType, target: ScalarType) -> bool:
        """Whether a message is read may depend on the value: a number may be a moment, a matching text a number."""
        uncertain = source.constraints.pattern is not None or (source.name, target.name) in UNCERTAIN
        return self.use is Use.WIRE and uncertain

    def _table(self, target: ScalarType) -> Mapping[str, frozenset[str]]:
        return {
            Use.SEND: SENT_STRICT if target.strict else SENT_LAX,
            Use.RECEIVE: RECEIVED,
            Use.WIRE: READ_STRICT if target.strict else READ_LAX,
        }[self.use]

    def _is_container(self, source: str, target: str) -> bool:
        return self.use is Use.WIRE or source == target or source in NARROWER_CONTAINERS.get(target, ())

    def _array_holds(self, source: ArrayType, target: ArrayType) -> bool | None:
        if not self._is_container(source.container, target.container):
            return False
        lengths = within(source.constraints, target.constraints, target.container)
        if target.container in UNIQUE and source.container not in UNIQUE and (target.constraints.min_length or 0) > 1:
            lengths = False  # repeated items count once
        if source.constraints.max_length == 0:
            return lengths
        return every((lengths, self.holds(source.item, target.item)))

    def _mapping_holds(self, source: MappingType, target: MappingType) -> bool | None:
        if not self._is_container(source.container, target.container):
            return False
        lengths = within(source.constraints, target.constraints, target.container)
        return every((lengths, self._key_holds(source.key, target.key), self.holds(source.value, target.value)))

    def _key_holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        if self.use is Use.WIRE and isinstance(source, ScalarType) and isinstance(target, ScalarType):
            return self.holds(source, target) if source.name == target.name else self._text_holds(source, target)
        return self.holds(source, target)

    def _text_holds(self, source: ScalarType, target: ScalarType) -> bool | None:
        """Whether what is written as text, as keys are, can be read as another type."""
        taken = takes(KEYS_STRICT if target.strict else KEYS_LAX, source, target)
        uncertain = self._may_parse(source, target) if taken is False else target.constraints
        return None if uncertain else taken
