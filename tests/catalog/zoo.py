"""A zoo of models, with one field for each kind of type. Run as a script, it prints their records."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import pathlib
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    InstanceOf,
    Json,
    JsonValue,
    PositiveInt,
    RootModel,
    SecretStr,
    SkipValidation,
    StringConstraints,
    computed_field,
    condecimal,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypedDict

from typedsignals.catalog._describe.models import ModelRecords

T = TypeVar("T")
UserId = NewType("UserId", int)


class Connection:
    """A live object."""


class Color(enum.Enum):
    RED = "red"
    BLUE = 2


class Odd(enum.Enum):
    PAIR = (1, 2)
    NOTHING = None
    INFINITE = float("inf")
    BYTES = b"a"


class Point(NamedTuple):
    x: int
    y: int


@dataclasses.dataclass
class Money:
    amount: decimal.Decimal
    currency: str = "EUR"
    notes: list[str] = dataclasses.field(default_factory=list)


@pydantic_dataclass
class Weight:
    grams: int = 0


class Address(TypedDict):
    street: str
    floor: NotRequired[int]


class Tags(RootModel[list[str]]):
    pass


class Joined(RootModel[list[Money]]):
    model_config = ConfigDict(str_to_upper=True)

    @field_validator("root")
    @classmethod
    def some(cls, value: list[Money]) -> list[Money]:
        return value

    @model_serializer
    def joined(self) -> str:
        return ",".join(money.currency for money in self.root)


class Page(BaseModel, Generic[T]):
    items: list[T]


class Numbers(Page[int]):
    pass


class Chain(BaseModel, Generic[T]):
    item: T
    rest: Chain[T] | None = None


@dataclasses.dataclass(kw_only=True)
class Price(Money):
    tax: int


@dataclasses.dataclass
class Sealed:
    key: dataclasses.InitVar[int]
    times: dataclasses.InitVar[int] = Field(1, gt=0)  # noqa: RUF009  # as pydantic has it


@pydantic_dataclass
class Locked:
    times: dataclasses.InitVar[int] = Field(1, gt=0)


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"


class Node(BaseModel):
    """A tree."""

    children: list[Node] = []


class Generated(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", str_min_length=1)

    first_name: str


class Inherited(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="allow", str_min_length=1)

    price: Money
    address: Address


class Zoo(BaseModel):
    model_config = ConfigDict(strict=True, arbitrary_types_allowed=True, extra="forbid")

    integer: int
    lax: int = Field(strict=False)
    ranged: Annotated[int, Field(gt=0, le=10, multiple_of=2)] = 4
    positive: PositiveInt | None = None
    text: Annotated[str, StringConstraints(min_length=1, pattern="^a", strip_whitespace=True)] = "a"
    amount: condecimal(max_digits=3, decimal_places=1, gt=decimal.Decimal("1.5"))  # type: ignore[valid-type]  # a call
    since: Annotated[dt.date, Field(ge=dt.date(2024, 1, 1))]
    span: Annotated[dt.timedelta, Field(le=dt.timedelta(days=1))]
    aware: AwareDatetime
    key: uuid.UUID = Field(default_factory=uuid.uuid4)
    path: pathlib.PurePath = pathlib.PurePath("a")
    file: FilePath
    url: AnyUrl
    secret: SecretStr
    blob: bytes = b""
    color: Color = Color.RED
    odd: Odd
    below: Annotated[float, Field(lt=float("inf"), ge=float("-inf"))]
    anything: Annotated[decimal.Decimal, Field(gt=decimal.Decimal("-Infinity"))]
    literal: Literal["a", 1, Color.BLUE, None] = None  # noqa: PYI061  # as it may be written
    items: list[Annotated[int, Field(ge=2)]] | None = Field(None, max_length=3)
    numbers: frozenset[int] = frozenset({1})
    pair: tuple[int, str]
    many: tuple[int, ...] = ()
    sequence: Sequence[int]
    prices: dict[str, decimal.Decimal]
    mapping: Mapping[str, Any]
    untyped: list  # type: ignore[type-arg]  # on purpose
    pet: Cat | Dog = Field(discriminator="kind")
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = []
    mixed: Annotated[int | str, Field(union_mode="left_to_right")]
    optional_page: Page[int | None]
    chain: Chain[int | str]
    node: Node
    generated: Generated
    tags: Tags
    joined: Joined
    inherited: Inherited
    money: Money
    weight: Weight
    address: Address
    point: Point
    user: UserId
    connection: Connection
    instance: InstanceOf[int]
    skipped: SkipValidation[int]
    factory: type[Connection]
    callback: Callable[[int], str]
    json_text: Json[list[int]]
    json_value: JsonValue
    positive_text: Annotated[int, AfterValidator(abs)]
    old: int = Field(0, deprecated="use new", description="Old.", exclude=True)
    aliased: int = Field(0, validation_alias=AliasChoices("a", AliasPath("b", 0)), serialization_alias="c")

    @field_validator("integer")
    @classmethod
    def not_seven(cls, value: int) -> int:
        return value

    @model_validator(mode="after")
    def consistent(self) -> Zoo:
        return self

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def double(self) -> int:
        return self.integer * 2

    @field_serializer("span")
    def written(self, value: dt.timedelta) -> float:
        return value.total_seconds()


if __name__ == "__main__":
    models = ModelRecords()
    for model in (Zoo, Numbers, Price, Sealed, Locked):
        models.add(model)
    for name, record in models.records.items():
        sys.stdout.write(f"{name} {record.model_dump_json(indent=1)}\n")
