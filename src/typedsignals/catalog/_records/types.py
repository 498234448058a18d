"""The type of a field in normalised form: what it accepts, by structure, whatever pydantic's version.

Each kind of type is a record of its own; ``kind`` tells them apart in the catalog file. ``str()`` of one reads
as an annotation would.
"""

from __future__ import annotations

import re
from operator import not_
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Bound = int | FiniteFloat | str
"""A limit: a number, seconds for a time span, or a date or time in ISO form; one that is not finite is a text."""

Scalar = bool | int | FiniteFloat | str
"""The value of a member of an enumeration or a ``Literal``, where JSON has it too."""


def is_none(value: object) -> bool:
    """Whether a value is absent, and so left out of the catalog file; 0 and "" are not."""
    return value is None


class Record(BaseModel):
    """A part of the catalog: immutable, compared by value, written to the file without what is empty."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class Constraints(Record):
    """The limits of a type, as pydantic names them."""

    gt: Bound | None = Field(default=None, exclude_if=is_none)
    ge: Bound | None = Field(default=None, exclude_if=is_none)
    lt: Bound | None = Field(default=None, exclude_if=is_none)
    le: Bound | None = Field(default=None, exclude_if=is_none)
    multiple_of: Bound | None = Field(default=None, exclude_if=is_none)
    min_length: int | None = Field(default=None, exclude_if=is_none)
    max_length: int | None = Field(default=None, exclude_if=is_none)
    pattern: str | None = Field(default=None, exclude_if=is_none)
    max_digits: int | None = Field(default=None, exclude_if=is_none)
    decimal_places: int | None = Field(default=None, exclude_if=is_none)
    allow_inf_nan: bool | None = Field(default=None, exclude_if=is_none)

    def __str__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self if value is not None)

    def __bool__(self) -> bool:
        return any(value is not None for value in self.__dict__.values())


UNCONSTRAINED = Constraints()


class AnyType(Record):
    """Anything at all; with ``declared``, what type checkers think it is (``SkipValidation[...]``)."""

    kind: Literal["any"] = "any"
    declared: str = Field(default="", exclude_if=not_)

    def __str__(self) -> str:
        return f"SkipValidation[{self.declared}]" if self.declared else "Any"


class NullType(Record):
    """``None``."""

    kind: Literal["null"] = "null"

    def __str__(self) -> str:
        return "None"


class ScalarType(Record):
    """A single value, named as its class is: ``int``, ``Decimal``, ``datetime``, pydantic's ``HttpUrl``."""

    kind: Literal["scalar"] = "scalar"
    name: str
    constraints: Constraints = Field(default=UNCONSTRAINED, exclude_if=not_)
    strict: bool = Field(default=False, exclude_if=not_)

    def __str__(self) -> str:
        return constrained_text(self.name, self.constraints)


class Choice(Record):
    """A member of an enumeration, or a value of a ``Literal``, which has no name."""

    name: str = Field(default="", exclude_if=not_)
    aliases: tuple[str, ...] = Field(default=(), exclude_if=not_, description="Other names of the member.")
    value: Scalar | None = Field(default=None, exclude_if=is_none)
    text: str = Field(
        default="", exclude_if=not_, description="As Python would write the value, if it is none that JSON has."
    )

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
        """What is equal of two members that have the same value: True is no 1."""
        return self.text or f"{type(self.value).__name__} {self.value!r}"

    def reads(self, other: Choice) -> bool | None:
        """Whether what is written for the other is read as this one; None if it is not known how it is written."""
        if self.text or other.text:
            return self.text == other.text or None
        return self.value == other.value


class ChoiceType(Record):
    """One of several values: an enumeration, by its name, or a ``Literal``, which has none."""

    kind: Literal["choice"] = "choice"
    name: str = Field(default="", exclude_if=not_)
    choices: tuple[Choice, ...]
    base: str = Field(default="", exclude_if=not_, description="The type that an enumeration's members are, as well.")
    text: str = Field(
        default="",
        exclude_if=not_,
        description="What `str()` makes of an enumeration's members: their `name`, their `value`, or what the code of "
        "that fingerprint does; empty if it is not known.",
    )
    formatted: str = Field(default="", exclude_if=not_, description="The same of f-strings, where it is another.")
    strict: bool = Field(default=False, exclude_if=not_)

    @property
    def texts(self) -> tuple[str, str]:
        """What `str()` and f-strings make of members."""
        return self.text, self.formatted or self.text

    def __str__(self) -> str:
        return short(self.name) or f"Literal[{', '.join(map(str, self.choices))}]"


NO_VALUE = ChoiceType(choices=())
"""The type that has no values."""


class ArrayType(Record):
    """A container of any number of items of one type: ``list``, ``set``, ``tuple`` (of any length) ..."""

    kind: Literal["array"] = "array"
    container: str
    item: TypeRecord
    constraints: Constraints = Field(default=UNCONSTRAINED, exclude_if=not_)
    strict: bool = Field(default=False, exclude_if=not_)

    def __str__(self) -> str:
        item = f"{self.item}, ..." if self.container == "tuple" else str(self.item)
        return constrained_text(f"{self.container}[{item}]", self.constraints)


class TupleType(Record):
    """A tuple with a type for each of its places."""

    kind: Literal["tuple"] = "tuple"
    items: tuple[TypeRecord, ...]
    strict: bool = Field(default=False, exclude_if=not_)

    def __str__(self) -> str:
        return f"tuple[{', '.join(map(str, self.items)) or '()'}]"


class MappingType(Record):
    """Keys and values: ``dict`` and its kind."""

    kind: Literal["mapping"] = "mapping"
    container: str
    key: TypeRecord
    value: TypeRecord
    constraints: Constraints = Field(default=UNCONSTRAINED, exclude_if=not_)
    strict: bool = Field(default=False, exclude_if=not_)

    def __str__(self) -> str:
        return constrained_text(f"{self.container}[{self.key}, {self.value}]", self.constraints)


class UnionType(Record):
    """One of several types, in the order they are declared."""

    kind: Literal["union"] = "union"
    members: tuple[TypeRecord, ...]
    discriminator: str = Field(default="", exclude_if=not_)

    def __str__(self) -> str:
        return " | ".join(map(str, self.members))


class ModelType(Record):
    """A nested model, by its name in the catalog's ``models``."""

    kind: Literal["model"] = "model"
    model: str
    strict: bool = Field(default=False, exclude_if=not_)

    def __str__(self) -> str:
        return short(self.model)


class LiveType(Record):
    """An arbitrary class whose instances are passed on as they are, and cannot be serialised."""

    kind: Literal["live"] = "live"
    name: str
    bases: tuple[str, ...] = Field(default=(), exclude_if=not_)

    def __str__(self) -> str:
        return short(self.name)


class OpaqueType(Record):
    """A type whose meaning cannot be read: two of them are the same or it cannot be told how they differ."""

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
    """A type's text with its constraints, as they would be annotated."""
    return f"Annotated[{text}, {constraints}]" if constraints else text


def short(name: str) -> str:
    """The last part of a dotted name, with its type arguments: ``Page[Item]`` of ``shop.models.Page[Item]``."""
    bare, bracket, arguments = name.partition("[")
    return bare.rpartition(".")[2] + bracket + arguments


def class_name(model: str) -> str:
    """The name of a model's class, without the numbers of its records: another order may give it others."""
    return re.sub(r"#\d+", "", model)


def members_of(record: TypeRecord) -> tuple[TypeRecord, ...]:
    """The members of a union, or the type itself as the only one."""
    return record.members if isinstance(record, UnionType) else (record,)


def is_nullable(record: TypeRecord) -> bool:
    """Whether None is one of the values."""
    return any(isinstance(member, NullType) for member in members_of(record))


def without_null(record: TypeRecord) -> TypeRecord:
    """The type with None taken out of it, where there is anything else."""
    if not isinstance(record, UnionType):
        return record
    rest = tuple(member for member in record.members if not isinstance(member, NullType))
    return rest[0] if len(rest) == 1 else UnionType(members=rest, discriminator=record.discriminator)


def is_live(record: TypeRecord) -> bool:
    """Whether values of the type, or parts of them, cannot be serialised."""
    match record:
        case LiveType():
            return True
        case UnionType(members=parts) | TupleType(items=parts):
            return any(map(is_live, parts))
        case ArrayType(item=item):
            return is_live(item)
        case MappingType(key=key, value=value):
            return is_live(key) or is_live(value)
    return False
