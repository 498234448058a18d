"""Deciding whether the values of one type fit where another type is expected."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Union

import pytest
from pydantic import (
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PastDate,
    RootModel,
    SecretStr,
    SkipValidation,
)
from typing_extensions import TypedDict

from typedsignals.catalog import ModelRecords
from typedsignals.catalog._describe.annotations import AnnotationReader
from typedsignals.catalog._fit.types import Relation
from typedsignals.catalog._fit.use import Use
from typedsignals.catalog._records.types import ModelType

from .making import model

SEND, RECEIVE, WIRE = Use.SEND, Use.RECEIVE, Use.WIRE
STRICT = ConfigDict(strict=True)


def holds(use: Use, source: Any, target: Any, config: ConfigDict = STRICT) -> bool | None:
    models = ModelRecords()
    old = AnnotationReader(models, config).read(source)
    new = AnnotationReader(models, config).read(target)
    return Relation(use, models.records, models.records).holds(old, new)


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Name(str, Enum):  # noqa: UP042  # as it may be written
    A = "a"
    B = "b"


class Renamed(Enum):
    X = "a"
    B = "b"


class Alike(str, Enum):  # noqa: UP042  # as above
    A = "a"
    B = "b"


class Blob(Enum):
    A = b"a"


class Paid(StrEnum):
    BY_CARD = "card"


class Animal:
    pass


class Cat(Animal):
    pass


class Odd:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return handler(int)


class Total(TypedDict):
    a: int


class AlsoTotal(TypedDict):
    a: int


class Parent(BaseModel):
    a: int


class Child(Parent):
    pass


class Partial(TypedDict):
    a: NotRequired[int]


class Tree(BaseModel):
    children: list[Tree] = []


class Forest(BaseModel):
    children: list[Forest] = []
    kind: str = ""


@dataclasses.dataclass
class Box:
    a: int


@dataclasses.dataclass
class Passing:
    a: dataclasses.InitVar[int]


class Point(NamedTuple):
    x: int


class Rooted(RootModel[int]):
    pass


A = model("A", a=int)
AB = model("AB", a=int, b=int)
AB_DEFAULT = model("ABDefault", a=int, b=(int, 1))
A_FORBID = model("AForbid", ConfigDict(extra="forbid"), a=int)
A_ALLOW = model("AAllow", ConfigDict(extra="allow"), a=int)
CARD = model("Card", kind=Literal["card"])
CASH = model("Cash", kind=Literal["cash"])
UNTAGGED = model("Untagged", a=int)
FREE = model("Free", kind=str)
OPTIONAL = model("Optional", kind=Literal["card"] | None)
MEMBER = model("Member", kind=Literal[Paid.BY_CARD])
PAYMENT = Annotated[CARD | CASH, Field(discriminator="kind")]  # type: ignore[valid-type]  # made at run time
PAYMENT_BY_MEMBER = Annotated[MEMBER | CASH, Field(discriminator="kind")]  # type: ignore[valid-type]  # as above
ALTERNATIVES = model("Either", kind=Union[Literal["card"], Literal["cheque"]])  # noqa: UP007, PYI030  # as it may be written
PAYMENT_BY_ALTERNATIVES = Annotated[ALTERNATIVES | CASH, Field(discriminator="kind")]  # type: ignore[valid-type]  # as above


def limited(kind: Any, **limits: Any) -> Any:
    return Annotated[kind, Field(**limits)]


@pytest.mark.parametrize(
    ("use", "source", "target", "answer"),
    [
        # Anything, nothing, and what is not looked into.
        (WIRE, int, Any, True),
        (WIRE, Any, int, False),
        (WIRE, Any, Odd, None),
        (WIRE, Odd, Odd, True),
        (WIRE, Odd, int, None),
        (SEND, SkipValidation[int], SkipValidation[int], True),
        (SEND, SkipValidation[int], SkipValidation[str], None),
        (SEND, int, SkipValidation[int], None),
        (WIRE, None, None, True),
        (WIRE, None, int, False),
        (WIRE, int, None, False),
        (WIRE, dict[str, int], JsonValue, True),
        (SEND, dict[str, int], JsonValue, None),
        (SEND, JsonValue, JsonValue, True),
        (SEND, Cat, Animal, True),
        (SEND, Animal, Cat, False),
        (SEND, Cat, Cat, True),
        # Scalars that are not in the tables.
        (SEND, PastDate, date, True),
        (SEND, date, PastDate, False),
        (WIRE, AwareDatetime, SecretStr, None),
        (WIRE, AnyUrl, AnyUrl, True),
        (WIRE, limited(str, pattern="[0-9]"), int, None),
        (WIRE, limited(str, max_length=2), int, False),
        (WIRE, date, limited(str, max_length=99), None),
        (WIRE, limited(int, ge=1), limited(Decimal, ge=0), True),
        (WIRE, bool, Decimal, False),
        (WIRE, int, limited(Decimal, decimal_places=2), True),
        (WIRE, int, limited(Decimal, decimal_places=0), True),
        # Values of enumerations and literals.
        (WIRE, Literal["a"], Name, True),
        (SEND, Literal["a"], Name, False),
        (WIRE, Name, Renamed, True),
        (SEND, Name, Renamed, False),
        (SEND, Name, str, True),
        (SEND, Name, limited(str, max_length=1), True),
        (SEND, Name, limited(str, min_length=2), False),
        (SEND, Renamed, str, False),
        (RECEIVE, Name, str, True),
        (RECEIVE, Renamed, str, False),
        (WIRE, Renamed, str, True),
        (SEND, Name, int, False),
        (SEND, Level, float, True),
        (RECEIVE, Level, int, True),
        (SEND, Name, list[str], False),
        (SEND, Name, Alike, None),
        (WIRE, int, Literal[True, False], False),
        (RECEIVE, Blob, bytes, False),
        (WIRE, Blob, list[int], None),
        (SEND, Literal[b"a"], list[int], None),
        (WIRE, bool, Literal[True, False], True),
        (WIRE, bool, Literal[True], False),
        (WIRE, int, Literal[1], False),
        (WIRE, Literal[1], Literal[True], True),
        (RECEIVE, Literal[1], Literal[True], False),
        (WIRE, Literal[b"a"], Literal[b"a"], True),
        (WIRE, Literal[b"a"], Literal["a"], None),
        (WIRE, Literal[b"a"], list[int], None),
        (SEND, Literal[b"a"], bytes, None),
        (SEND, Literal[b"a"], Literal[b"b"], False),
        (WIRE, Literal["ab"], limited(str, max_length=2), True),
        (WIRE, Literal["ab"], limited(str, max_length=1), False),
        (WIRE, Literal["ab"], limited(str, pattern="a"), None),
        (WIRE, Literal[5], limited(int, ge=5), True),
        (WIRE, Literal[5], limited(int, gt=5), False),
        (WIRE, Literal["5"], int, None),
        (SEND, Literal["ab"], limited(str, min_length=2), True),
        (SEND, Literal["ab"], limited(bytes, max_length=3), False),
        (SEND, Literal[5], limited(int, le=9), True),
        (SEND, Literal[10], limited(int, multiple_of=5), True),
        (WIRE, Literal[5], str, False),
        (SEND, Literal[5], str, False),
        # Containers.
        (WIRE, list[int], set[int], True),
        (SEND, list[int], set[int], False),
        (SEND, list[int], Sequence[int], True),
        (SEND, tuple[int, int], Collection[int], True),
        (SEND, tuple[int, int], list[int], False),
        (WIRE, tuple[int, int], list[int], True),
        (WIRE, tuple[int, str], list[int], False),
        (WIRE, tuple[int, int], limited(list[int], max_length=1), False),
        (WIRE, tuple[int, int], tuple[int, float], True),
        (WIRE, tuple[int, int], tuple[int], False),
        (WIRE, list[int], tuple[int, int], False),
        (WIRE, limited(list[int], min_length=2), limited(set[int], min_length=2), False),
        (WIRE, limited(list[int], min_length=1), limited(set[int], min_length=1), True),
        (WIRE, limited(list[int], min_length=2), limited(list[int], min_length=2), True),
        (WIRE, limited(set[int], min_length=2), limited(set[int], min_length=2), True),
        (WIRE, limited(list[str], max_length=0), list[int], True),
        (WIRE, list[int], list[float], True),
        (WIRE, list[float], list[int], False),
        (RECEIVE, tuple[bool, ...], tuple[int, ...], True),
        (RECEIVE, tuple[int, ...], tuple[bool, ...], False),
        (WIRE, tuple[int, float], tuple[float, int], False),
        (WIRE, tuple[int, int], list[float], True),
        (WIRE, tuple[float, int], list[int], False),
        (WIRE, dict[str, int], dict[str, float], True),
        (WIRE, dict[str, float], dict[str, int], False),
        (RECEIVE, dict[bool, int], dict[int, int], True),
        (RECEIVE, dict[int, int], dict[bool, int], False),
        (SEND, dict[str, int], Mapping[str, int], True),
        (SEND, Mapping[str, int], dict[str, int], False),
        (SEND, dict[str, int], dict[str, float], True),
        (SEND, dict[Level, int], dict[int, int], True),
        (WIRE, collections.Counter[str], dict[str, int], True),
        (WIRE, dict[int, int], dict[str, int], True),
        (WIRE, dict[int, int], dict[limited(str, max_length=3), int], None),  # type: ignore[misc]  # made at run time
        (WIRE, list[int], dict[str, int], False),
        (WIRE, limited(dict[str, int], max_length=1), limited(dict[str, int], max_length=2), True),
        (WIRE, limited(dict[str, int], max_length=2), limited(dict[str, int], max_length=1), False),
        # Keys, which messages have as text.
        (SEND, dict[int, int], dict[str, int], False),
        (RECEIVE, dict[int, int], dict[str, int], False),
        (WIRE, dict[str, int], dict[int, int], False),
        (WIRE, dict[date, int], dict[str, int], True),
        (WIRE, dict[str, int], dict[date, int], False),
        (WIRE, dict[int, int], dict[float, int], True),
        (WIRE, dict[date, int], dict[timedelta, int], False),
        (WIRE, dict[int, int], dict[date, int], None),
        (WIRE, dict[date, int], dict[datetime, int], False),
        (WIRE, dict[limited(int, ge=1), int], dict[limited(int, ge=0), int], True),  # type: ignore[misc]  # made at run time
        (WIRE, dict[limited(int, ge=0), int], dict[limited(int, ge=1), int], False),  # type: ignore[misc]  # made at run time
        (WIRE, dict[int, int], dict[limited(Decimal, ge=0), int], None),  # type: ignore[misc]  # made at run time
        (WIRE, dict[limited(str, pattern="[0-9]"), int], dict[int, int], None),  # type: ignore[misc]  # made at run time
        (WIRE, dict[Name, int], dict[str, int], True),
        (WIRE, dict[str, int], dict[Name, int], False),
        # Models.
        (WIRE, A, dict[str, int], None),
        (WIRE, dict[str, int], A, None),
        (SEND, A, dict[str, int], False),
        (RECEIVE, A, dict[str, int], False),
        (WIRE, A, AB, False),
        (WIRE, A, AB_DEFAULT, True),
        (WIRE, A_ALLOW, AB_DEFAULT, None),
        (WIRE, AB, A, True),
        (WIRE, AB, A_FORBID, False),
        (WIRE, A_ALLOW, A_FORBID, False),
        (WIRE, Total, Partial, True),
        (WIRE, Partial, Total, False),
        (WIRE, Partial, Partial, True),
        (WIRE, A, Box, True),
        (WIRE, Box, A, True),
        (SEND, Passing, Passing, True),
        (RECEIVE, list[int], list[Rooted], False),
        (WIRE, limited(list[int], min_length=1, max_length=1), Point, True),
        (WIRE, limited(list[int], max_length=1), Point, False),
        (WIRE, limited(list[int], min_length=1), Point, False),
        (SEND, A, A, True),
        (SEND, A, AB_DEFAULT, None),
        (SEND, A, AB, False),
        (SEND, AB, A, False),
        (RECEIVE, AB, A, None),
        (SEND, Child, Parent, True),
        (SEND, Parent, Child, None),
        (RECEIVE, Child, Parent, True),
        (SEND, Total, AlsoTotal, True),
        (SEND, Total, Partial, True),
        (SEND, Partial, Total, False),
        (RECEIVE, Total, Partial, True),
        (RECEIVE, Partial, Total, False),
        (RECEIVE, A, AB_DEFAULT, False),
        (WIRE, Tree, Forest, True),
        # Unions that are told apart by a field.
        (WIRE, CARD, PAYMENT, True),
        (WIRE, UNTAGGED, PAYMENT, False),
        (WIRE, FREE, PAYMENT, False),
        (WIRE, OPTIONAL, PAYMENT, False),
        (WIRE, MEMBER, PAYMENT, True),
        (WIRE, CARD, PAYMENT_BY_MEMBER, True),
        (WIRE, CARD, PAYMENT_BY_ALTERNATIVES, True),
        (WIRE, A, PAYMENT, False),
        (WIRE, PAYMENT, CARD, False),
        (WIRE, int, PAYMENT, False),
        (SEND, CARD, PAYMENT, True),
    ],
)  # fmt: skip
def test_strict_types(use: Use, source: Any, target: Any, answer: bool | None) -> None:
    """Each pair of strict types gives the expected answer."""
    assert holds(use, source, target) is answer


@pytest.mark.parametrize(
    ("use", "source", "target", "answer"),
    [
        (SEND, bool, int, True),
        (SEND, Renamed, str, None),
        (RECEIVE, Renamed, str, False),
        (WIRE, date, Literal["a"], False),
        (RECEIVE, Literal["a"], Name, False),
        (WIRE, dict[date, int], dict[datetime, int], True),
        (WIRE, dict[str, int], dict[int, int], False),
        (WIRE, Literal[1], str, None),
        (WIRE, bool, limited(int, ge=0), True),
        (WIRE, bool, limited(int, ge=1), False),
        (WIRE, bool, limited(int, multiple_of=1), True),
        (WIRE, bool, limited(int, multiple_of=2), False),
        (SEND, bool, limited(int, lt=2, gt=-1), True),
        (SEND, bool, limited(int, lt=1), False),
    ],
)
def test_lax_types(use: Use, source: Any, target: Any, answer: bool | None) -> None:
    """Lax types accept more, and may read a value in a way that depends on it."""
    assert holds(use, source, target, ConfigDict()) is answer


@pytest.mark.parametrize(
    ("kind", "source", "target", "answer"),
    [
        (int, {"gt": 0}, {"ge": 1}, True),
        (int, {"ge": 1}, {"gt": 0}, True),
        (int, {"lt": 5}, {"le": 4}, True),
        (int, {"gt": 0}, {"ge": 2}, False),
        (int, {"lt": 5}, {"le": 3}, False),
        (int, {"ge": 1}, {"ge": 2}, False),
        (int, {"le": 3}, {"le": 2}, False),
        (int, {}, {"le": 2}, False),
        (int, {"multiple_of": 4}, {"multiple_of": 2}, True),
        (int, {"multiple_of": 2}, {"multiple_of": 4}, False),
        (int, {"multiple_of": 5, "ge": 1}, {"ge": 5}, True),
        (int, {"multiple_of": 5, "ge": 1, "le": 9}, {"multiple_of": 10}, False),
        (int, {"multiple_of": 5, "ge": 6, "le": 14}, {"multiple_of": 10}, True),
        (int, {"ge": 2, "lt": 2}, {"ge": 9}, True),
        (float, {"gt": 0}, {"ge": 0}, True),
        (float, {"ge": 0}, {"gt": 0}, False),
        (float, {"ge": 0.5}, {"multiple_of": 0.5}, False),
        (float, {"multiple_of": 1.5}, {"multiple_of": 0.5}, True),
        (float, {"multiple_of": 0.5}, {"multiple_of": 1.5}, False),
        (float, {}, {"allow_inf_nan": False}, False),
        (float, {"allow_inf_nan": False}, {"allow_inf_nan": False}, True),
        (float, {"gt": float("inf")}, {"gt": 0}, True),
        (float, {"gt": float("nan")}, {"gt": 0}, None),
        (float, {"gt": float("nan")}, {"gt": float("nan")}, True),
        (float, {"gt": float("inf")}, {"gt": float("inf")}, True),
        (Decimal, {"ge": Decimal("0.1")}, {"ge": Decimal("0.10")}, True),
        (Decimal, {"ge": Decimal("0.10000000000000000001")}, {"gt": Decimal("0.1")}, True),
        (Decimal, {"ge": Decimal("2.0")}, {"ge": Decimal(2)}, True),
        (Decimal, {"max_digits": 4}, {"max_digits": 5}, True),
        (Decimal, {"max_digits": 5}, {"max_digits": 4}, False),
        (Decimal, {"max_digits": 5, "le": 9}, {"max_digits": 4}, None),
        (Decimal, {"max_digits": 6, "decimal_places": 2}, {"max_digits": 5}, False),
        (Decimal, {"max_digits": 2}, {"max_digits": 5, "decimal_places": 2}, True),
        (Decimal, {"max_digits": 2}, {"max_digits": 3, "decimal_places": 2}, False),
        (Decimal, {}, {"decimal_places": 2}, False),
        (Decimal, {"decimal_places": 1}, {"decimal_places": 2}, True),
        (Decimal, {"max_digits": 5, "decimal_places": 1}, {"max_digits": 5, "decimal_places": 2}, False),
        (Decimal, {"max_digits": 3, "decimal_places": 1}, {"max_digits": 5, "decimal_places": 2}, True),
        (date, {"ge": date(2024, 1, 2)}, {"gt": date(2024, 1, 1)}, True),
        (date, {"ge": date(2024, 1, 1)}, {"gt": date(2024, 1, 1)}, False),
        (datetime, {"ge": datetime(2024, 1, 2, tzinfo=UTC)}, {"gt": datetime(2024, 1, 1, tzinfo=UTC)}, True),
        (time, {"ge": time(9)}, {"ge": time(8)}, True),
        (timedelta, {"le": timedelta(hours=1)}, {"le": timedelta(minutes=61)}, True),
        (str, {"min_length": 2}, {"min_length": 1}, True),
        (str, {"min_length": 1}, {"min_length": 2}, False),
        (str, {}, {"min_length": 1}, False),
        (str, {"pattern": "a"}, {"pattern": "a"}, True),
        (str, {"pattern": "a"}, {"pattern": "b"}, None),
        (str, {}, {"pattern": "b"}, False),
    ],
)  # fmt: skip
def test_constraints(kind: Any, source: dict[str, Any], target: dict[str, Any], answer: bool | None) -> None:
    """All values within some limits are within others, or not."""
    assert holds(SEND, limited(kind, **source), limited(kind, **target)) is answer


@pytest.mark.parametrize(("use", "source", "target"), [(SEND, A, AB_DEFAULT), (RECEIVE, AB_DEFAULT, A)])
def test_another_class_is_not_the_same_by_another_name_where_both_exist(use: Use, source: type, target: type) -> None:
    """Instances of one class are not instances of the other, however similar they are."""
    models = ModelRecords()
    names = [models.add(kind) for kind in (source, target)]
    relation = Relation(use, models.records, models.records, lambda name: name == "shop.A")
    assert relation.holds(*(ModelType(model=name) for name in names)) is False
