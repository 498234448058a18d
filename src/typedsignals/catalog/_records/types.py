"""The records of types: what a field accepts, by structure, the same for every version of pydantic.

Each kind of type has its own record class; ``kind`` tells them apart in the catalog file. ``str()`` of a type reads
like an annotation. Other modules import this one as ``t``.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from .record import Record, omitted_if

Bound = int | FiniteFloat | str
"""A limit: a number, a duration in seconds, or a date or time in ISO format. Infinite limits are strings."""

Scalar = bool | int | FiniteFloat | str
"""The value of an enumeration member or of a ``Literal``, if JSON can represent it."""


class Constraints(Record):
    """The limits of a type, as pydantic names them."""

    gt: Bound | None = omitted_if(None)
    ge: Bound | None = omitted_if(None)
    lt: Bound | None = omitted_if(None)
    le: Bound | None = omitted_if(None)
    multiple_of: Bound | None = omitted_if(None)
    min_length: int | None = omitted_if(None)
    max_length: int | None = omitted_if(None)
    pattern: str | None = omitted_if(None)
    max_digits: int | None = omitted_if(None)
    decimal_places: int | None = omitted_if(None)
    allow_inf_nan: bool | None = omitted_if(None)

    def __str__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self if value is not None)

    def __bool__(self) -> bool:
        return any(value is not None for value in self.__dict__.values())


UNCONSTRAINED = Constraints()


class AnyType(Record):
    """Any value; ``declared`` is the type that type checkers see (``SkipValidation[...]``)."""

    kind: Literal["any"] = "any"
    declared: str = omitted_if("")

    def __str__(self) -> str:
        return f"SkipValidation[{self.declared}]" if self.declared else "Any"


class NullType(Record):
    """``None``."""

    kind: Literal["null"] = "null"

    def __str__(self) -> str:
        return "None"


class ScalarType(Record):
    """A single value, by the name of its class: ``int``, ``Decimal``, ``datetime``, pydantic's ``HttpUrl``."""

    kind: Literal["scalar"] = "scalar"
    name: str
    constraints: Constraints = omitted_if(UNCONSTRAINED)
    strict: bool = omitted_if(False)

    def __str__(self) -> str:
        return constrained_text(self.name, self.constraints)


class Choice(Record):
    """A member of an enumeration, or a value of a ``Literal``; the latter has no name."""

    name: str = omitted_if("")
    aliases: tuple[str, ...] = omitted_if((), "Other names of the member.")
    value: Scalar | None = omitted_if(None)
    text: str = omitted_if("", "The value as Python would write it, if JSON cannot represent it.")

    def __str__(self) -> str:
        return self.name or self.literal

    @property
    def literal(self) -> str:
        """The value as Python would write it."""
        return self.text or repr(self.value)

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the member."""
        return (self.name, *self.aliases)

    @property
    def same_value(self) -> str:
        """A key that is equal for members with the same value. True and 1 differ."""
        return self.text or f"{type(self.value).__name__} {self.value!r}"

    def reads(self, other: Choice) -> bool | None:
        """Whether this choice is what a reader gets if the other one was written; None if that is unknown."""
        if self.text or other.text:
            return self.text == other.text or None
        return self.value == other.value


class ChoiceType(Record):
    """One of several values: an enumeration, or a ``Literal``; the latter has no name."""

    kind: Literal["choice"] = "choice"
    name: str = omitted_if("")
    choices: tuple[Choice, ...]
    base: str = omitted_if("", "The builtin type that an enumeration's members also are.")
    text: str = omitted_if(
        "",
        "What `str()` of a member shows: its `name`, its `value`, or what the code with this fingerprint returns; "
        "empty if unknown.",
    )
    formatted: str = omitted_if("", "What f-strings show, if that differs.")
    boundary: str = omitted_if("", "For flags, whose members can be combined: what happens to other values.")
    strict: bool = omitted_if(False)

    @property
    def texts(self) -> tuple[str, str]:
        """What `str()` and f-strings show of members."""
        return self.text, self.formatted or self.text

    def __str__(self) -> str:
        return short(self.name) or f"Literal[{', '.join(map(str, self.choices))}]"


NO_VALUE = ChoiceType(choices=())
"""The type without values."""


class ArrayType(Record):
    """A container for any number of items of one type: ``list``, ``set``, ``tuple`` (of any length) ..."""

    kind: Literal["array"] = "array"
    container: str
    item: TypeRecord
    constraints: Constraints = omitted_if(UNCONSTRAINED)
    strict: bool = omitted_if(False)

    def __str__(self) -> str:
        item = f"{self.item}, ..." if self.container == "tuple" else str(self.item)
        return constrained_text(f"{self.container}[{item}]", self.constraints)


class TupleType(Record):
    """A tuple with a type for each of its items."""

    kind: Literal["tuple"] = "tuple"
    items: tuple[TypeRecord, ...]
    strict: bool = omitted_if(False)

    def __str__(self) -> str:
        return f"tuple[{', '.join(map(str, self.items)) or '()'}]"


class MappingType(Record):
    """Keys and values: ``dict`` and similar types."""

    kind: Literal["mapping"] = "mapping"
    container: str
    key: TypeRecord
    value: TypeRecord
    constraints: Constraints = omitted_if(UNCONSTRAINED)
    strict: bool = omitted_if(False)

    def __str__(self) -> str:
        return constrained_text(f"{self.container}[{self.key}, {self.value}]", self.constraints)


class UnionType(Record):
    """One of several types, in the order in which they are declared."""

    kind: Literal["union"] = "union"
    members: tuple[TypeRecord, ...]
    discriminator: str = omitted_if("")

    def __str__(self) -> str:
        return " | ".join(map(str, self.members))


class ModelType(Record):
    """A nested model, by its name in the catalog's ``models``."""

    kind: Literal["model"] = "model"
    model: str
    strict: bool = omitted_if(False)

    def __str__(self) -> str:
        return short(self.model)


class LiveType(Record):
    """An arbitrary class; its instances are passed on unchanged and cannot be serialised."""

    kind: Literal["live"] = "live"
    name: str
    bases: tuple[str, ...] = omitted_if(())

    def __str__(self) -> str:
        return short(self.name)


class OpaqueType(Record):
    """A type that cannot be described: two of them are either equal, or differ in an unknown way."""

    kind: Literal["opaque"] = "opaque"
    name: str
    fingerprint: str

    def __str__(self) -> str:
        return short(self.name)


TypeRecord = Annotated[
    AnyType
    | NullType
    | ScalarType
    | ChoiceType
    | ArrayType
    | TupleType
    | MappingType
    | UnionType
    | ModelType
    | LiveType
    | OpaqueType,
    Field(discriminator="kind"),
]

for _record in (ArrayType, TupleType, MappingType, UnionType):
    _record.model_rebuild()


def constrained_text(text: str, constraints: Constraints) -> str:
    """Return the text of a type together with its constraints, as an annotation would show them."""
    return f"Annotated[{text}, {constraints}]" if constraints else text


def short(name: str) -> str:
    """Return the last part of a dotted name, with its type arguments: ``Page[Item]`` of ``shop.models.Page[Item]``."""
    bare, bracket, arguments = name.partition("[")
    return bare.rpartition(".")[2] + bracket + arguments


def class_name(model: str) -> str:
    """Return the name of a model's class, without the number of its record, which depends on the order of recording."""
    return re.sub(r"#\d+", "", model)


def members_of(record: TypeRecord) -> tuple[TypeRecord, ...]:
    """Return the members of a union, or the type itself as the only one."""
    return record.members if isinstance(record, UnionType) else (record,)


def is_nullable(record: TypeRecord) -> bool:
    """Whether None is a value of the type."""
    return any(isinstance(member, NullType) for member in members_of(record))


def without_null(record: TypeRecord) -> TypeRecord:
    """Return the type without None; a type that is not a union stays as it is."""
    if not isinstance(record, UnionType):
        return record
    rest = tuple(member for member in record.members if not isinstance(member, NullType))
    return rest[0] if len(rest) == 1 else UnionType(members=rest, discriminator=record.discriminator)


def is_live(record: TypeRecord) -> bool:
    """Whether values of the type, or parts of them, cannot be serialised."""
    return isinstance(record, LiveType) or any(map(is_live, parts_of(record)))


def parts_of(record: TypeRecord) -> tuple[TypeRecord, ...]:
    """Return the types that a type directly consists of; nested models are not opened."""
    match record:
        case UnionType(members=parts) | TupleType(items=parts):
            return parts
        case ArrayType(item=item):
            return (item,)
        case MappingType(key=key, value=value):
            return (key, value)
    return ()
