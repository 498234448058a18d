"""Decide whether the instances of a model fit where another model, or another type, is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .._records import types as t
from .._records.signals import FieldRecord, ModelRecord
from .bounds import within
from .three_valued import every
from .use import Use
from .wire import reads_all_keys, supplier, unread

Models = Mapping[str, ModelRecord]
Pair = tuple[t.TypeRecord, t.TypeRecord]


class ModelRelation:
    """Decides whether values fit, if the source or the target is a model.

    Args:
        use: What the values are used for.
        sources: The models in source types.
        targets: The models in target types.
        holds: Whether all values of a source fit where a target is expected, for all kinds of types.
        is_instance: Whether instances of one class are instances of another, by their names and the first one's bases.
    """

    def __init__(
        self,
        use: Use,
        sources: Models,
        targets: Models,
        holds: Callable[[t.TypeRecord, t.TypeRecord], bool | None],
        is_instance: Callable[[str, str, Sequence[str]], bool | None],
    ) -> None:
        self._use = use
        self._sources = sources
        self._targets = targets
        self._holds = holds
        self._is_instance = is_instance
        # A pair that contains itself is assumed to fit. If it does, so do all pairs that were found to fit meanwhile.
        self._assumed: dict[Pair, None] = {}
        self._known: dict[Pair, bool | None] = {}

    def holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        """Whether all values of the source fit; None if that is unknown."""
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

    def is_rooted(self, source: t.TypeRecord, target: t.TypeRecord) -> bool:
        """Whether one of them is a root model, which is written as the value that it wraps."""
        return root_of(self._sources, source) is not None or root_of(self._targets, target) is not None

    def opened(self, target: t.TypeRecord) -> Iterator[t.TypeRecord]:
        """Yield the members of a target, including those of unions in root models."""
        root = root_of(self._targets, target)
        for member in t.members_of(target if root is None else root):
            yield from (member,) if member is target else self.opened(member)

    def _pair_holds(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        if self._use is Use.WIRE and self.is_rooted(source, target):
            return self._roots_hold(source, target)
        given, expected = _model_of(self._sources, source), _model_of(self._targets, target)
        if given is not None and expected is not None and _are_alike(given, expected):
            return self._models_hold(given, expected)
        if expected is not None and self._use is not Use.RECEIVE:
            return self._made_of(source, expected)
        if given is not None and given.flavour == "namedtuple":
            return self._holds(t.TupleType(items=_types(given)), target)
        return self._is_object(target)

    def _is_object(self, other: t.TypeRecord) -> bool | None:
        """Whether a model may equal another type in messages: it may equal a mapping, which is not compared further."""
        return None if self._use is Use.WIRE and isinstance(other, t.MappingType) else False

    def _made_of(self, source: t.TypeRecord, target: ModelRecord) -> bool | None:
        """Whether pydantic makes an instance from another value, which type checkers do not accept."""
        if target.root is not None:
            return every((None, self._holds(source, target.root)))
        if target.flavour != "namedtuple":
            return self._is_object(source)
        held = self._fills(source, target)
        return held if self._use is Use.WIRE else every((None, held))

    def _fills(self, source: t.TypeRecord, target: ModelRecord) -> bool | None:
        """Whether a named tuple can be made from a value; both arrays and objects are possible."""
        types, least = _types(target), sum(field.required for field in target.fields)
        match source:
            case t.TupleType(items=items):
                return least <= len(items) <= len(types) and every(map(self._holds, items, types))
            case t.ArrayType(item=item):
                lengths = within(source.constraints, t.Constraints(min_length=least, max_length=len(types)), "list")
                return every((lengths, *(self._holds(item, part) for part in types)))
            case t.ModelType() if self._use is Use.SEND:
                return False
            case t.ModelType() | t.MappingType():
                return None
        return False

    def _roots_hold(self, source: t.TypeRecord, target: t.TypeRecord) -> bool | None:
        written, read = root_of(self._sources, source) or source, root_of(self._targets, target) or target
        same_code = _code_of(self._sources, source) == _code_of(self._targets, target)
        return every((same_code or None, self._holds(written, read)))

    def _models_hold(self, source: ModelRecord, target: ModelRecord) -> bool | None:
        """Compare two models by the keys that are written and read or, within a program, by the names of fields."""
        if self._use is Use.WIRE:
            are_read = (self._is_read(source, target, field) for field in target.fields)
            return every((self._others_are_read(source, target), *are_read))
        given, expected = _fields(source, self._use), _fields(target, self._use)
        needed = {name for name, field in expected.items() if field.required}
        is_whole = needed <= {name for name, field in given.items() if not field.may_be_absent}
        # Receivers may read all fields that they know; unknown fields cannot be sent.
        has_names = given.keys() <= expected.keys() if self._use is Use.SEND else expected.keys() <= given.keys()
        if not (is_whole and has_names):
            return False
        held = every(self._holds(given[name].type, expected[name].type) for name in given if name in expected)
        if source.extra == target.extra == "allow":
            held = every((held, self._holds(source.kept, target.kept)))
        if source.flavour == target.flavour == "typeddict":
            return held
        return every((held, self._is_instance(source.name, target.name, source.bases)))

    def _others_are_read(self, source: ModelRecord, target: ModelRecord) -> bool | None:
        """Whether a model reads what is written besides its own fields."""
        if target.extra == "forbid":
            return source.extra != "allow" and reads_all_keys(source, target)
        if target.extra_type is None:
            return True
        kept = source.extra != "allow" or self._holds(source.kept, target.extra_type)
        value = target.extra_type.value
        return every((kept, *(self._holds(field.type, value) for field in unread(source, target))))

    def _is_read(self, source: ModelRecord, target: ModelRecord, field: FieldRecord) -> bool | None:
        given = supplier(source, target, field)
        if given is None:
            return not field.required and (source.extra != "allow" or None)
        if given.sometimes_absent and field.required:
            return False
        return self._holds(given.type, field.type)


def _fields(model: ModelRecord, use: Use) -> dict[str, FieldRecord]:
    """Return the fields that instances are made with, for sending, or that they have as attributes, for receiving."""
    return {field.name: field for field in model.fields if use is Use.SEND or not field.init_only}


def root_of(models: Models, record: t.TypeRecord) -> t.TypeRecord | None:
    """Return the type that a root model wraps; None for other types."""
    model = _model_of(models, record)
    return None if model is None else model.root


def is_wrapped(models: Models, record: t.TypeRecord) -> bool:
    """Whether a type is a class that is written without keys: a root model or named tuple."""
    model = _model_of(models, record)
    return model is not None and not model.has_keys


def _model_of(models: Models, record: t.TypeRecord) -> ModelRecord | None:
    return models[record.model] if isinstance(record, t.ModelType) else None


def _are_alike(source: ModelRecord, target: ModelRecord) -> bool:
    """Whether two models are written in the same way, by keys or by positions."""
    return source.flavour == target.flavour or (source.has_keys and target.has_keys)


def _types(model: ModelRecord) -> tuple[t.TypeRecord, ...]:
    return tuple(field.type for field in model.fields)


def _code_of(models: Models, record: t.TypeRecord) -> tuple[tuple[str, str], ...]:
    """Return the code of a root model, which may change values in unknown ways."""
    model = _model_of(models, record)
    if model is None or model.root is None:
        return ()
    behaviours = (*model.behaviours, *model.fields[0].behaviours)
    return (*(behaviour.identity for behaviour in behaviours), *model.settings.items())
