"""Faults of a payload by itself: messages that cannot be read as they are written, and defaults that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from .._records import types as t
from .._records.nested import Visits, made_with
from .._records.signals import FieldRecord, ModelRecord
from .message_keys import contains_unread_keys, has_unread_keys
from .types import Relation
from .use import Use
from .wire import reads_all_keys


class Kind(Enum):
    """The kinds of faults."""

    UNWRITTEN = "unwritten"
    UNREAD = "unread"
    REFUSED = "refused default"


@dataclass(frozen=True)
class Fault:
    """A fault of one field of a payload, or of the payload itself.

    Attributes:
        kind: What is wrong.
        reason: A description for people; it starts with a verb, after the name of the field or model.
        path: The field, ``order.items[].price``; empty for the payload itself.
        cause: Equal for the same fault of a model, wherever that is nested.
        is_unreadable: Whether it makes messages unreadable.
    """

    kind: Kind
    reason: str
    path: str
    cause: str
    is_unreadable: bool = True


class PayloadFaults:
    """Finds faults in payloads.

    Args:
        models: The models of the catalog.
    """

    def __init__(self, models: Mapping[str, ModelRecord]) -> None:
        self._models = models
        self._read = Relation(Use.WIRE, models, models)
        self._visits: Visits[str] = Visits()
        # Most models, and the models nested in them, have no faults.
        self._concerned = made_with(models, (name for name, model in models.items() if self._has_faults(model)))

    def of(self, payload: ModelRecord, *, is_carried: bool = False) -> list[Fault]:
        """Return all faults of a payload, at every depth.

        Args:
            payload: The payload.
            is_carried: Whether a relay reads its messages, which leaves out unknown fields of the payload itself.
        """
        self._visits = Visits()
        found = self._model(payload.name, "")
        return [fault for fault in found if not (is_carried and fault.kind is Kind.UNREAD and not fault.path)]

    def _has_faults(self, model: ModelRecord) -> bool:
        """Whether a model has faults of its own, ignoring nested models."""
        for field in model.fields:
            if _own(field) or field.refused_default or field.is_default_unread:
                return True
            if contains_unread_keys(self._models, field.type):
                return True
        return model.extra == "forbid" and not reads_all_keys(model, model)

    def _model(self, name: str, path: str) -> Iterator[Fault]:
        if name not in self._concerned:
            return
        with self._visits.to(name, path) as is_entered:
            if is_entered:
                yield from self._opened(self._models[name], path)

    def _opened(self, model: ModelRecord, path: str) -> Iterator[Fault]:
        faulty: set[str] = set()
        for field in model.fields:
            where, cause = f"{path}.{field.name}" if path else field.name, f"{model.name} {field.name}"
            if (own := _own(field)) is not None:
                faulty.add(field.name)
                yield Fault(*own, where, cause)
            for fault in self._inside(field, where, cause):
                # One reason is enough to make messages unreadable.
                if own is None:
                    yield fault
                elif fault.kind is Kind.REFUSED:
                    yield replace(fault, is_unreadable=False)
        rest = model.model_copy(update={"fields": tuple(field for field in model.fields if field.name not in faulty)})
        if model.extra == "forbid" and not reads_all_keys(rest, model):
            reason = "forbids unknown fields, but does not read everything that it writes"
            yield Fault(Kind.UNREAD, reason, path, model.name)

    def _inside(self, field: FieldRecord, path: str, cause: str) -> Iterator[Fault]:
        """Yield the faults of a field's type or, if there are none, of its default."""
        found = [*self._type(field.type, path)]
        if not any(fault.kind is Kind.REFUSED for fault in found):
            found += _of_default(field, path, cause)
        if field.written_name is None:
            found = [replace(fault, is_unreadable=False) for fault in found if fault.kind is Kind.REFUSED]
        yield from found

    def _type(self, record: t.TypeRecord, path: str) -> Iterator[Fault]:
        match record:
            case t.ModelType(model=name):
                yield from self._model(name, path)
            case t.ArrayType(item=item):
                yield from self._type(item, f"{path}[]")
            case t.MappingType(key=key, value=value):
                if has_unread_keys(self._models, record):
                    reason = f"has keys of type {key}, which cannot be read as they are written"
                    yield Fault(Kind.UNREAD, reason, path, f"{path} {key}")
                yield from self._type(key, f"{path}{{key}}")
                yield from self._type(value, f"{path}{{}}")
            case t.TupleType(items=items):
                for index, item in enumerate(items):
                    yield from self._type(item, f"{path}[{index}]")
            case t.UnionType():
                yield from self._union(record, path)

    def _union(self, union: t.UnionType, path: str) -> Iterator[Fault]:
        """Yield the faults of a union's members, except for messages that another member reads."""
        is_one_of_several = isinstance(t.without_null(union), t.UnionType)
        for member in union.members:
            is_read = self._read.holds(member, union) is not False
            is_named = is_one_of_several and isinstance(member, t.ModelType)
            inside = f"{path}<{member}>" if is_named else path
            for found in self._type(member, inside):
                if not (is_read and found.kind is Kind.UNREAD):
                    yield found


def _own(field: FieldRecord) -> tuple[Kind, str] | None:
    """Return what is wrong with a field, wherever its model is nested."""
    if field.is_live and (field.required or field.written_name is not None):
        return Kind.UNWRITTEN, "cannot be serialised"
    if field.required and field.written_name not in field.read_names:
        return Kind.UNREAD, "is not read as it is written"
    if field.required and field.sometimes_absent:
        return Kind.UNREAD, "is required, but not always written"
    return None


def _of_default(field: FieldRecord, path: str, cause: str) -> Iterator[Fault]:
    if field.refused_default is not None:
        reason = f"refuses its own default {field.shown_default}: {_consequence(field)}"
        yield Fault(Kind.REFUSED, reason, path, cause, is_unreadable=field.is_default_unread)
    elif field.is_default_unread:
        yield Fault(Kind.UNREAD, f"does not read its own default {field.shown_default} from messages", path, cause)


def _consequence(field: FieldRecord) -> str:
    if field.refused_default == t.NO_VALUE:
        return "it is validated, so a send without the field is refused"
    if field.is_default_unread:
        return "receivers get it, but messages with it cannot be read"
    return "receivers get it anyway"
