"""Read annotations of fields as records of types."""

from __future__ import annotations

import collections
import datetime
import re
import types
from collections import abc
from dataclasses import is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path, PurePath
from typing import (
    Annotated,
    Any,
    Final,
    ForwardRef,
    Literal,
    NotRequired,
    Protocol,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
)
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, JsonValue
from typing_extensions import ReadOnly, is_typeddict

from .._records import types as t
from .._records.fingerprint import dotted_name, fingerprint, source_of
from .._records.signals import Behaviour
from .configs import config_of
from .enumerations import choices_of, literal
from .hints import value_of
from .metadata import Metadata, constraints_of
from .namedtuples import is_namedtuple
from .placeholders import is_placeholder, replaced, without_addresses

SCALARS: frozenset[type] = frozenset(
    (
        *(bool, int, float, complex, str, bytes, Decimal, Fraction, UUID, Path, PurePath, re.Pattern, ZoneInfo),
        *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta),
        *(IPv4Address, IPv6Address, IPv4Interface, IPv6Interface, IPv4Network, IPv6Network),
    )
)
"""Classes of the standard library that pydantic can read from and write to JSON."""

ARRAYS: dict[Any, str] = {
    list: "list",
    set: "set",
    frozenset: "frozenset",
    collections.deque: "deque",
    abc.Sequence: "Sequence",
    abc.Iterable: "Iterable",
    abc.Set: "Set",
    abc.MutableSet: "MutableSet",
    abc.MutableSequence: "MutableSequence",
    abc.Collection: "Collection",
}
MAPPINGS: dict[Any, str] = {
    dict: "dict",
    abc.Mapping: "Mapping",
    abc.MutableMapping: "MutableMapping",
    collections.OrderedDict: "OrderedDict",
    collections.defaultdict: "defaultdict",
}
SPECIAL: dict[int, t.TypeRecord] = {
    id(None): t.NullType(),
    id(types.NoneType): t.NullType(),
    id(Any): t.AnyType(),
    id(object): t.AnyType(),
    id(JsonValue): t.ScalarType(name="JsonValue"),
}
"""By identity, because annotations may contain objects that cannot be hashed."""

NEVER_WRITTEN: tuple[Any, ...] = (type, abc.Callable)
QUALIFIERS = (Final, Required, NotRequired, ReadOnly)


class Models(Protocol):
    """Records nested models."""

    def add(self, model: type, outer: ConfigDict) -> str:
        """Record a model that is nested in one with some configuration, unless it is recorded; return its name."""


class AnnotationReader:
    """Reads the annotations of one model's fields, and collects the code that takes part in validation.

    Args:
        models: Records nested models.
        config: The model's configuration, whose strictness and constraints apply to its fields.
    """

    def __init__(self, models: Models, config: ConfigDict) -> None:
        self.models = models
        self.config = config
        self.behaviours: list[Behaviour] = []
        self._unfolding: list[Any] = []

    def read(self, annotation: Any, metadata: tuple[Any, ...] = ()) -> t.TypeRecord:
        """Return the type of an annotation.

        Args:
            annotation: The annotation, or a part of it.
            metadata: Metadata that pydantic has separated from it.
        """
        annotation, items = _unwrapped(annotation, metadata)
        found = Metadata.of(items)
        self.behaviours += found.behaviours
        if found.is_live:
            return live(annotation)
        record = self._read_bare(annotation, found.discriminator)
        if found.is_skipped:
            return t.AnyType(declared=str(record))
        return self._constrained(record, found)

    def _read_bare(self, annotation: Any, discriminator: str) -> t.TypeRecord:
        origin = get_origin(annotation)
        if special := SPECIAL.get(id(annotation)):
            return special
        if origin in (Union, types.UnionType):
            return self._union(get_args(annotation), discriminator)
        if origin is Literal:
            return literal(get_args(annotation))
        if isinstance(annotation, TypeVar):
            return self.read(_bound_of(annotation))
        if hasattr(origin or annotation, "__value__"):
            return self._alias(annotation)
        return self._container(annotation) or self._class(annotation)

    def _union(self, arguments: tuple[Any, ...], discriminator: str) -> t.TypeRecord:
        members: list[t.TypeRecord] = []
        for argument in arguments:
            record = self.read(argument)
            members += [record] if getattr(record, "discriminator", "") else t.members_of(record)
        distinct = tuple(dict.fromkeys(members))
        return t.UnionType(members=distinct, discriminator=discriminator) if len(distinct) > 1 else distinct[0]

    def _alias(self, annotation: Any) -> t.TypeRecord:
        """Return the value of a ``type`` statement; inside its own value, only its name."""
        if annotation in self._unfolding:
            return reference(getattr(annotation, "__name__", str(annotation)))
        self._unfolding.append(annotation)
        origin = get_origin(annotation)
        record = self.read(value_of(annotation) if origin is None else value_of(origin)[get_args(annotation)])
        self._unfolding.pop()
        return record

    def _container(self, annotation: Any) -> t.TypeRecord | None:
        kind, arguments = get_origin(annotation) or annotation, get_args(annotation)
        if kind is tuple:
            return self._tuple(arguments, is_empty=annotation == tuple[()])
        if kind in ARRAYS:
            return t.ArrayType(container=ARRAYS[kind], item=self.read(*arguments or (Any,)), strict=self._strict)
        if kind in MAPPINGS:
            key, value = map(self.read, arguments or (Any, Any))
            return t.MappingType(container=MAPPINGS[kind], key=key, value=value, strict=self._strict)
        if kind is collections.Counter:
            key = self.read(*arguments or (Any,))
            return t.MappingType(container="Counter", key=key, value=self.read(int), strict=self._strict)
        return None

    def _tuple(self, arguments: tuple[Any, ...], *, is_empty: bool) -> t.TypeRecord:
        if not is_empty and (not arguments or arguments[-1] is Ellipsis):
            return t.ArrayType(container="tuple", item=self.read((*arguments, Any)[0]), strict=self._strict)
        return t.TupleType(items=tuple(map(self.read, arguments)), strict=self._strict)

    def _class(self, annotation: Any) -> t.TypeRecord:
        origin = get_origin(annotation) or annotation
        if not isinstance(origin, type) or origin in NEVER_WRITTEN:
            return reference(origin) if isinstance(origin, str | ForwardRef) else live(annotation)
        if issubclass(origin, BaseModel) or is_dataclass(origin) or is_typeddict(origin) or is_namedtuple(origin):
            return self._model(annotation, origin)
        if issubclass(origin, Enum):
            return choices_of(origin, origin, strict=self._strict)
        if is_scalar(origin):
            return t.ScalarType(
                name=_scalar_name(annotation), constraints=self._configured(origin), strict=self._strict
            )
        return self._other_class(origin)

    def _model(self, model: Any, origin: type) -> t.TypeRecord:
        # pydantic makes models, typed dictionaries and named tuples from other values even if it is strict.
        strict = is_dataclass(origin) and bool(config_of(model, self.config).get("strict"))
        return t.ModelType(model=self.models.add(model, self.config), strict=strict)

    def _other_class(self, annotation: type) -> t.TypeRecord:
        if hasattr(annotation, "__get_pydantic_core_schema__"):
            hook = getattr(annotation, "__get_pydantic_core_schema__")  # noqa: B009  # mypy knows no such attribute
            return t.OpaqueType(name=dotted_name(annotation), fingerprint=fingerprint(source_of(hook)))
        return live(annotation)

    @property
    def _strict(self) -> bool:
        return bool(self.config.get("strict"))

    def _configured(self, scalar: type) -> t.Constraints:
        config = self.config
        if scalar is str:
            limits = {"min_length": config.get("str_min_length") or None, "max_length": config.get("str_max_length")}
            return constraints_of(limits)
        if scalar is float:
            return constraints_of({"allow_inf_nan": config.get("allow_inf_nan")})
        return t.Constraints()

    def _constrained(self, record: t.TypeRecord, found: Metadata) -> t.TypeRecord:
        if isinstance(record, t.UnionType):
            # Like pydantic, which applies the constraints of a union to its members.
            members = tuple(self._constrained(member, found) for member in record.members)
            return record.model_copy(update={"members": members})
        changes: dict[str, Any] = {}
        if found.strict is not None and "strict" in type(record).model_fields and not isinstance(record, t.ModelType):
            changes["strict"] = found.strict
        if found.constraints and isinstance(record, t.ScalarType | t.ArrayType | t.MappingType):
            merged = {**dict(record.constraints), **found.constraints}
            changes["constraints"] = constraints_of(merged)
        elif found.constraints and not isinstance(record, t.NullType):
            text = str(constraints_of(found.constraints))
            self.behaviours.append(Behaviour(name=text, fingerprint=fingerprint(text), effect="none"))
        return record.model_copy(update=changes)


def live(annotation: Any) -> t.LiveType:
    """Return the type of an arbitrary class, whose instances are passed on unchanged."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        bases = tuple(dotted_name(base) for base in annotation.__mro__[1:-1])
        return t.LiveType(name=dotted_name(annotation), bases=bases)
    text = without_addresses(str(annotation))
    return t.LiveType(name=text.replace("typing.", "").replace("collections.abc.", ""))


def reference(name: str | ForwardRef) -> t.OpaqueType:
    """Return the type of a name in a type alias, usually its own: what it means is recorded where it is unfolded."""
    return t.OpaqueType(name=getattr(name, "__forward_arg__", str(name)), fingerprint="")


def is_scalar(kind: type) -> bool:
    """Whether pydantic writes instances of a class to JSON as a single value, and reads them back."""
    if kind.__module__.partition(".")[0] == "pydantic":
        return hasattr(kind, "__get_pydantic_core_schema__")
    return kind in SCALARS


def _scalar_name(kind: Any) -> str:
    """Return the name of a scalar's class; for patterns, also whether they are for text or for bytes."""
    name = str((get_origin(kind) or kind).__name__)
    arguments = [argument.__name__ for argument in get_args(kind) if argument in (str, bytes)]
    return f"{name}[{arguments[0]}]" if arguments else name


def _unwrapped(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Remove what is around a type without changing it: ``Annotated``, ``NewType``, ``Final`` ..."""
    while True:
        if get_origin(annotation) is Annotated:
            metadata = (*annotation.__metadata__, *metadata)
            annotation = annotation.__origin__
        elif get_origin(annotation) in QUALIFIERS:
            (annotation,) = get_args(annotation)
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif is_placeholder(annotation):
            annotation = replaced(annotation)
        else:
            return annotation, metadata


def _bound_of(variable: TypeVar) -> Any:
    if variable.__constraints__:
        return Union[variable.__constraints__]  # noqa: UP007  # made from a tuple
    return Any if variable.__bound__ is None else variable.__bound__
