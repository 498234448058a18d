"""Whether instances of one model serve where another, or something else, is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .._records.signals import FieldRecord, ModelRecord
from .._records.types import ArrayType, Constraints, MappingType, ModelType, TupleType, TypeRecord, members_of
from .bounds import within
from .ternary import every
from .use import Use
from .wire import reads_all_keys, supplier

Models = Mapping[str, ModelRecord]
Pair = tuple[TypeRecord, TypeRecord]


class ModelRelation:
    """One relation between types of which at least one is a model.

    Args:
        use: What values are wanted for.
        sources: The models that source types refer to.
        targets: The models that target types refer to.
        holds: Whether all values of a source serve where a target is expected, for types of all kinds.
        is_instance: Whether instances of one class are of another, by their names, and the bases of the first.
    """

    def __init__(
        self,
        use: Use,
        sources: Models,
        targets: Models,
        holds: Callable[[TypeRecord, TypeRecord], bool | None],
        is_instance: Callable[[str, str, Sequence[str]], bool | None],
    ) -> None:
        self._use = use
        self._sources = sources
        self._targets = targets
        self._holds = holds
        self._is_instance = is_instance
        # A pair met again inside itself fits if the rest does; once it did, so do all that were found to fit with it.
        self._assumed: dict[Pair, None] = {}
        self._known: dict[Pair, bool | None] = {}

    def holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        """Whether all values of the source serve; None if it cannot be told."""
        pair = source, target
        if pair in self._assumed:
            return True
        if pair not in self._known:
            before = len(self._assumed)
            self._assumed[pair] = None
            result = self._pair_holds(source, target)
            if result:
                return True
            while len(self._assumed) > before:
                self._assumed.popitem()
            self._known[pair] = result
        return self._known[pair]

    def is_rooted(self, source: TypeRecord, target: TypeRecord) -> bool:
        """Whether one of them is a root model, which in messages is what it holds."""
        return root_of(self._sources, source) is not None or root_of(self._targets, target) is not None

    def opened(self, target: TypeRecord) -> Iterator[TypeRecord]:
        """The members of a target, also of unions within root models."""
        root = root_of(self._targets, target)
        for member in members_of(target if root is None else root):
            yield from (member,) if member is target else self.opened(member)

    def _pair_holds(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        if self._use is Use.WIRE and self.is_rooted(source, target):
            return self._roots_hold(source, target)
        given, expected = _model_of(self._sources, source), _model_of(self._targets, target)
        if given is not None and expected is not None and _are_alike(given, expected):
            return self._models_hold(given, expected)
        if given is not None and expected is None and given.flavour == "namedtuple":
            return self._holds(TupleType(items=_types(given)), target)
        if expected is not None and self._use is not Use.RECEIVE:
            return self._made_of(source, expected)
        return self._is_object(target)

    def _is_object(self, other: TypeRecord) -> bool | None:
        """Whether a model in messages may be the same as something else, which is not looked into."""
        return None if self._use is Use.WIRE and isinstance(other, MappingType) else False

    def _made_of(self, source: TypeRecord, target: ModelRecord) -> bool | None:
        """Whether pydantic makes instances of what is none; type checkers do not take it for one."""
        if target.root is not None:
            return every((None, self._holds(source, target.root)))
        if target.flavour != "namedtuple":
            return self._is_object(source)
        held = self._fills(source, target)
        return held if self._use is Use.WIRE else every((None, held))

    def _fills(self, source: TypeRecord, target: ModelRecord) -> bool | None:
        """Whether a named tuple is made of something: arrays and objects alike."""
        types, least = _types(target), sum(field.required for field in target.fields)
        match source:
            case TupleType(items=items):
                return least <= len(items) <= len(types) and every(map(self._holds, items, types))
            case ArrayType(item=item):
                lengths = within(source.constraints, Constraints(min_length=least, max_length=len(types)), "list")
                return every((lengths, *(self._holds(item, part) for part in types)))
            case ModelType() if self._use is Use.SEND:
                return False
            case ModelType() | MappingType():
                return None
        return False

    def _roots_hold(self, source: TypeRecord, target: TypeRecord) -> bool | None:
        written, read = root_of(self._sources, source) or source, root_of(self._targets, target) or target
        same_code = _code_of(self._sources, source) == _code_of(self._targets, target)
        return every((same_code or None, self._holds(written, read)))

    def _models_hold(self, source: ModelRecord, target: ModelRecord) -> bool | None:
        """On the wire by the keys that are written and read, else by the names of fields."""
        if self._use is Use.WIRE:
            return every(
                (_keys_known(source, target), *(self._is_read(source, target, field) for field in target.fields))
            )
        given, expected = _fields(source, self._use), _fields(target, self._use)
        needed = {name for name, field in expected.items() if field.required}
        is_whole = needed <= {name for name, field in given.items() if not field.may_be_absent}
        # Receivers may read every field that they know of; none that is unknown can be sent.
        has_names = given.keys() <= expected.keys() if self._use is Use.SEND else expected.keys() <= given.keys()
        if not (is_whole and has_names):
            return False
        held = every(self._holds(given[name].type, expected[name].type) for name in given if name in expected)
        if source.flavour == target.flavour == "typeddict":
            return held
        return every((held, self._is_instance(source.name, target.name, source.bases)))

    def _is_read(self, source: ModelRecord, target: ModelRecord, field: FieldRecord) -> bool | None:
        given = supplier(source, target, field)
        if given is None:
            return not field.required and (source.extra != "allow" or None)
        if given.sometimes_absent and field.required:
            return False
        return self._holds(given.type, field.type)


def _keys_known(source: ModelRecord, target: ModelRecord) -> bool:
    if target.extra != "forbid":
        return True
    return source.extra != "allow" and reads_all_keys(source, target)


def _fields(model: ModelRecord, use: Use) -> dict[str, FieldRecord]:
    """The fields that instances are made with where they are sent, and that they have where they are received."""
    return {field.name: field for field in model.fields if use is Use.SEND or not field.init_only}


def root_of(models: Models, record: TypeRecord) -> TypeRecord | None:
    """What a type holds if it is a root model.

    Args:
        models: The models that the type refers to.
        record: The type.
    """
    model = _model_of(models, record)
    return None if model is None else model.root


def is_wrapped(models: Models, record: TypeRecord) -> bool:
    """Whether a type is a class that is written as what it holds, without a key: a root model or named tuple.

    Args:
        models: The models that the type refers to.
        record: The type.
    """
    model = _model_of(models, record)
    return model is not None and not model.has_keys


def _model_of(models: Models, record: TypeRecord) -> ModelRecord | None:
    return models[record.model] if isinstance(record, ModelType) else None


def _are_alike(source: ModelRecord, target: ModelRecord) -> bool:
    """Whether they are written in the same way, by keys or by places."""
    return source.flavour == target.flavour or (source.has_keys and target.has_keys)


def _types(model: ModelRecord) -> tuple[TypeRecord, ...]:
    return tuple(field.type for field in model.fields)


def _code_of(models: Models, record: TypeRecord) -> tuple[tuple[str, str], ...]:
    """What a root model does to values: it is not known what becomes of them."""
    model = _model_of(models, record)
    if model is None or model.root is None:
        return ()
    behaviours = (*model.behaviours, *model.fields[0].behaviours)
    return (*(behaviour.identity for behaviour in behaviours), *model.settings.items())
