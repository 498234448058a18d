"""What a payload cannot take of itself: messages that are not read as they are written, defaults that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from .._records.nested import Visits, made_with
from .._records.signals import FieldRecord, ModelRecord
from .._records.types import NO_VALUE, ArrayType, MappingType, ModelType, TupleType, TypeRecord, UnionType, without_null
from .types import Relation
from .use import Use
from .wire import reads_all_keys


class Kind(Enum):
    """What is wrong."""

    UNWRITTEN = "unwritten"
    UNREAD = "unread"
    REFUSED = "refused default"


@dataclass(frozen=True)
class Fault:
    """Something at one place in a payload.

    Attributes:
        kind: What is wrong.
        reason: The same for people, as it goes on after the name of the field or model.
        path: Where, ``order.items[].price``; empty for the payload itself.
        cause: What is the same wherever the model with the fault is nested.
        is_unreadable: Whether messages cannot be read for it.
    """

    kind: Kind
    reason: str
    path: str
    cause: str
    is_unreadable: bool = True


class Faults:
    """Looks for faults in payloads.

    Args:
        models: The models of the catalog.
    """

    def __init__(self, models: Mapping[str, ModelRecord]) -> None:
        self._models = models
        self._read = Relation(Use.WIRE, models, models)
        self._visits: Visits[str] = Visits()
        # Most models have no faults, and nothing in them that has.
        self._concerned = made_with(models, (name for name, model in models.items() if _has_faults(model)))

    def of(self, payload: ModelRecord) -> list[Fault]:
        """All faults of a payload, at every depth."""
        self._visits = Visits()
        return [*self._model(payload.name, "")]

    def _model(self, name: str, path: str) -> Iterator[Fault]:
        if name not in self._concerned:
            return
        with self._visits.to(name, path) as is_entered:
            if is_entered:
                yield from self._opened(self._models[name], path)

    def _opened(self, model: ModelRecord, path: str) -> Iterator[Fault]:
        told: set[str] = set()
        for field in model.fields:
            where, cause = f"{path}.{field.name}" if path else field.name, f"{model.name} {field.name}"
            if (own := _own(field)) is not None:
                told.add(field.name)
                yield Fault(*own, where, cause)
            for fault in self._inside(field, where, cause):
                # A message is unreadable for one reason.
                if own is None:
                    yield fault
                elif fault.kind is Kind.REFUSED:
                    yield replace(fault, is_unreadable=False)
        rest = model.model_copy(update={"fields": tuple(field for field in model.fields if field.name not in told)})
        if model.extra == "forbid" and not reads_all_keys(rest, model):
            reason = "forbids unknown fields, but does not read all that it writes"
            yield Fault(Kind.UNREAD, reason, path, model.name)

    def _inside(self, field: FieldRecord, path: str, cause: str) -> Iterator[Fault]:
        """The faults of its type, or else of its default."""
        found = [*self._type(field.type, path)]
        if not any(fault.kind is Kind.REFUSED for fault in found):
            found += _of_default(field, path, cause)
        if field.written_name is None:
            found = [replace(fault, is_unreadable=False) for fault in found if fault.kind is Kind.REFUSED]
        yield from found

    def _type(self, record: TypeRecord, path: str) -> Iterator[Fault]:
        match record:
            case ModelType(model=name):
                yield from self._model(name, path)
            case ArrayType(item=item):
                yield from self._type(item, f"{path}[]")
            case MappingType(key=key, value=value):
                yield from self._type(key, f"{path}{{key}}")
                yield from self._type(value, f"{path}{{}}")
            case TupleType(items=items):
                for index, item in enumerate(items):
                    yield from self._type(item, f"{path}[{index}]")
            case UnionType():
                yield from self._union(record, path)

    def _union(self, union: UnionType, path: str) -> Iterator[Fault]:
        """The faults of its members; what another of them reads is read."""
        is_one_of_several = isinstance(without_null(union), UnionType)
        for member in union.members:
            is_read = self._read.holds(member, union) is not False
            is_named = is_one_of_several and isinstance(member, ModelType)
            inside = f"{path}<{member}>" if is_named else path
            for found in self._type(member, inside):
                if not (is_read and found.kind is Kind.UNREAD):
                    yield found


def _has_faults(model: ModelRecord) -> bool:
    """Whether a model has faults of its own, whatever is nested in it."""
    if any(_own(field) or field.refused_default or field.is_default_unread for field in model.fields):
        return True
    return model.extra == "forbid" and not reads_all_keys(model, model)


def _own(field: FieldRecord) -> tuple[Kind, str] | None:
    """What is wrong with a field whatever its model is nested in."""
    if field.is_live and (field.required or field.written_name is not None):
        return Kind.UNWRITTEN, "cannot be serialised"
    if field.required and field.written_name not in field.read_names:
        return Kind.UNREAD, "is not read as it is written"
    return None


def _of_default(field: FieldRecord, path: str, cause: str) -> Iterator[Fault]:
    if field.refused_default is not None:
        reason = f"refuses its own default {field.shown_default}: {_consequence(field)}"
        yield Fault(Kind.REFUSED, reason, path, cause, is_unreadable=field.is_default_unread)
    elif field.is_default_unread:
        yield Fault(Kind.UNREAD, f"does not read its own default {field.shown_default} from messages", path, cause)


def _consequence(field: FieldRecord) -> str:
    if field.refused_default == NO_VALUE:
        return "it is validated, and whatever leaves the field out is refused"
    if field.is_default_unread:
        return "receivers get it, but messages with it cannot be read"
    return "receivers get it all the same"
