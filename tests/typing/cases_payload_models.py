"""Payload models: whatever pydantic offers, the names and types of the fields come through."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    PositiveInt,
    PrivateAttr,
    StringConstraints,
    computed_field,
    field_validator,
    model_validator,
)

from typedsignals import Payload, Signal

ItemT = TypeVar("ItemT")


# Inheritance.


class Event(Payload):
    at: datetime


class OrderEvent(Event):
    order_id: int


class OrderRated(OrderEvent):
    stars: int
    text: str = ""


def rate(sender: object, at: datetime, order_id: int, stars: int, text: str = "") -> None: ...
def rate_extra(sender: object, stars: int, at: datetime, **extra: Any) -> None: ...
def rate_wrong(sender: object, at: str, **extra: Any) -> None: ...
def rate_unknown(sender: object, rating: int, **extra: Any) -> None: ...


now = datetime(2026, 1, 1)  # noqa: DTZ001 - cases are not run
order_rated = Signal(OrderRated)
order_rated.send(None, at=now, order_id=7, stars=5)
order_rated.send(None, at=now, order_id=7, stars=5, text="good")
order_rated.send(None, order_id=7, stars=5)  # E: at is missing
order_rated.send(None, at="today", order_id=7, stars=5)  # E: at is a datetime
order_rated.connect(rate)
order_rated.connect(rate_extra)
order_rated.connect(rate_wrong)  # E: at is a datetime
order_rated.connect(rate_unknown)  # E: no such field


class AnyEvent(Event):
    at: datetime = Field(default_factory=datetime.now)
    source: Literal["shop", "api"] = "shop"


any_event = Signal(AnyEvent)
any_event.send(None)
any_event.send(None, at=now, source="api")
any_event.send(None, source="web")  # E: neither shop nor api


# Generic models.


class Page(Payload, Generic[ItemT]):
    items: list[ItemT]
    number: int = 1


class NamedPage(Page[str]):
    name: str


def turn_numbers(sender: object, items: list[int], **extra: Any) -> None: ...
def turn_names(sender: object, items: list[str], **extra: Any) -> None: ...


numbers_turned = Signal(Page[int])
numbers_turned.send(None, items=[1, 2])
numbers_turned.send(None, items=[1, 2], number=2)
numbers_turned.send(None, items=["a"])  # E: an item is an int
numbers_turned.send(None, number=2)  # E: items is missing
numbers_turned.connect(turn_numbers)
numbers_turned.connect(turn_names)  # E: an item is an int

names_turned = Signal(NamedPage)
names_turned.send(None, items=["a"], name="a")
names_turned.send(None, items=[1], name="a")  # E: an item is a str
names_turned.connect(turn_names)
names_turned.connect(turn_numbers)  # E: an item is a str


# Defaults.


class Job(Payload):
    job_id: int
    retries: int = 3
    timeout: float = Field(default=1.5, gt=0)
    tags: list[str] = Field(default_factory=list)
    labels: dict[str, int] = {}  # noqa: RUF012 - pydantic copies it
    parent: int | None = None
    label: str = Field(default="none", max_length=10)
    required: bool = Field(description="no default")


def run(sender: object, job_id: int, tags: list[str], retries: int = 3, **extra: Any) -> None: ...
def run_defaults(sender: object, job_id: int, retries: int = 3, **extra: Any) -> None: ...
def run_wrong_default(sender: object, job_id: int, retries: str = "3", **extra: Any) -> None: ...
def run_parent(sender: object, parent: int = 0, **extra: Any) -> None: ...


job_started = Signal(Job)
job_started.send(None, job_id=7, required=True)
job_started.send(
    None, job_id=7, required=True, retries=1, timeout=2.0, tags=["a"], labels={"a": 1}, parent=6, label="a"
)
job_started.send(None, job_id=7, required=True, parent=None)
job_started.send(None, job_id=7)  # E: required is missing
job_started.send(None, job_id=7, required=True, retries="1")  # E: str is no int
job_started.send(None, job_id=7, required=True, timeout="2")  # E: str is no float
job_started.send(None, job_id=7, required=True, tags=[1])  # E: a tag is a str
job_started.send(None, job_id=7, required=True, labels={"a": "b"})  # E: a label is an int
job_started.send(None, job_id=7, required=True, label=None)  # E: None is no str
job_started.connect(run_defaults)
job_started.connect(run_wrong_default)  # E: retries is an int
job_started.connect(run_parent)  # E: parent may be None


# Constraints and types of pydantic's own.


class Constrained(Payload):
    count: Annotated[int, Field(gt=0, le=10)]
    amount: PositiveInt
    code: Annotated[str, StringConstraints(pattern="^[A-Z]+$")] = "A"
    live: InstanceOf[list[int]] = Field(default_factory=list[int])


def count(sender: object, count: int, amount: int, code: str = "A", **extra: Any) -> None: ...
def count_wrong(sender: object, count: str, **extra: Any) -> None: ...


constrained = Signal(Constrained)
constrained.send(None, count=1, amount=2)
constrained.send(None, count=1, amount=2, code="B", live=[1])
constrained.send(None, count="1", amount=2)  # E: str is no int
constrained.send(None, count=1, amount=2.5)  # E: float is no int
constrained.send(None, count=1, amount=2, code=3)  # E: int is no str
constrained.send(None, count=1)  # E: amount is missing
constrained.connect(count)
constrained.connect(count_wrong)  # E: count is an int


# Names on the wire.


class Wired(Payload):
    order_id: int = Field(validation_alias="orderId", serialization_alias="orderId")
    buyer: Annotated[str, Field(validation_alias="buyerName")] = ""


def wire(sender: object, order_id: int, buyer: str = "") -> None: ...
def wire_alias(sender: object, orderId: int, **extra: Any) -> None: ...  # noqa: N803 - an alias


wired = Signal(Wired)
wired.send(None, order_id=7)
wired.send(None, order_id=7, buyer="Ann")
wired.send(None, orderId=7)  # E: senders use the field's name
wired.send(None, order_id=7, buyerName="Ann")  # E: senders use the field's name
wired.send(None, order_id="7")  # E: str is no int
wired.connect(wire)
wired.connect(wire_alias)  # E: receivers use the field's name


# Literals, enumerations, optional and nested models.


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Address(Payload):
    city: str


class Circle(Payload):
    kind: Literal["circle"]
    radius: float


class Square(Payload):
    kind: Literal["square"]
    side: float


class Parcel(Payload):
    color: Color
    size: Literal["s", "m"]
    address: Address
    billing: Address | None
    shape: Annotated[Circle | Square, Field(discriminator="kind")]
    route: tuple[str, int] = ("a", 1)


def deliver(sender: object, color: Color, size: Literal["s", "m"], address: Address, **extra: Any) -> None: ...
def deliver_wide(sender: object, size: str, billing: Address | None, **extra: Any) -> None: ...
def deliver_shape(sender: object, shape: Circle | Square, **extra: Any) -> None: ...
def deliver_size(sender: object, size: Literal["s"], **extra: Any) -> None: ...
def deliver_billing(sender: object, billing: Address, **extra: Any) -> None: ...
def deliver_circle(sender: object, shape: Circle, **extra: Any) -> None: ...


home = Address(city="Delft")
circle = Circle(kind="circle", radius=1)
parcel_sent = Signal(Parcel)
parcel_sent.send(None, color=Color.RED, size="s", address=home, billing=None, shape=circle)
parcel_sent.send(None, color=Color.RED, size="m", address=home, billing=home, shape=circle, route=("b", 2))
parcel_sent.send(None, color="red", size="s", address=home, billing=None, shape=circle)  # E: str is no Color
parcel_sent.send(None, color=Color.RED, size="l", address=home, billing=None, shape=circle)  # E: no such size
parcel_sent.send(None, color=Color.RED, size="s", address=None, billing=None, shape=circle)  # E: address is required
parcel_sent.send(None, color=Color.RED, size="s", address="Delft", billing=None, shape=circle)  # E: str is no Address
parcel_sent.send(None, color=Color.RED, size="s", address=home, shape=circle)  # E: billing has no default
parcel_sent.send(None, color=Color.RED, size="s", address=home, billing=None, shape=home)  # E: no shape
parcel_sent.connect(deliver)
parcel_sent.connect(deliver_wide)
parcel_sent.connect(deliver_shape)
parcel_sent.connect(deliver_size)  # E: size may be m
parcel_sent.connect(deliver_billing)  # E: billing may be None
parcel_sent.connect(deliver_circle)  # E: shape may be a Square


# What is no field is no keyword.


class Decorated(Payload):
    LIMIT: ClassVar[int] = 10
    value: int
    _cache: dict[str, int] = PrivateAttr(default_factory=dict[str, int])

    @computed_field  # E[mypy]: it decorates no property that has decorators
    @property
    def double(self) -> int:
        return 2 * self.value

    @field_validator("value")
    @classmethod
    def within_limit(cls, value: int) -> int:
        return min(value, cls.LIMIT)

    @model_validator(mode="after")
    def consistent(self) -> Decorated:
        return self


def decorate(sender: object, value: int) -> None: ...
def decorate_double(sender: object, value: int, double: int) -> None: ...


decorated = Signal(Decorated)
decorated.send(None, value=1)
decorated.send(None, value=1, double=2)  # E: computed
decorated.send(None, value=1, LIMIT=2)  # E: a class variable
decorated.send(None, value=1, _cache={})  # E: private
decorated.connect(decorate)
decorated.connect(decorate_double)  # E: computed


# Objects of classes that pydantic does not know.


class Connection: ...


class Opened(Payload):
    connection: Connection
    kind: type[Connection] = Connection


def on_opened(sender: object, connection: Connection, **extra: Any) -> None: ...
def on_opened_wrong(sender: object, connection: str, **extra: Any) -> None: ...


opened = Signal(Opened)
opened.send(None, connection=Connection())
opened.send(None, connection=Connection)  # E: the class is no instance
opened.connect(on_opened)
opened.connect(on_opened_wrong)  # E: connection is a Connection


# No fields.


class Ticked(Payload): ...


def tick(sender: object) -> None: ...
def tick_extra(sender: object, **extra: Any) -> None: ...
def tick_field(sender: object, count: int) -> None: ...


ticked = Signal(Ticked)
ticked.send(None)
ticked.send(None, count=1)  # E: no such field
ticked.connect(tick)
ticked.connect(tick_extra)
ticked.connect(lambda sender: None, weak=False)
ticked.connect(tick_field)  # E: no such field


# A model of pydantic's own, strict.


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    order_id: int
    note: str = ""


def on_strict(sender: object, order_id: int, note: str = "") -> None: ...
def on_strict_wrong(sender: object, order_id: str, **extra: Any) -> None: ...


strict = Signal(Strict)
strict.send(None, order_id=7)
strict.send(None, order_id="7")  # E: str is no int
strict.send(None, note="")  # E: order_id is missing
strict.send(None, order_id=7, notes="")  # E: no such field
strict.connect(on_strict)
strict.connect(on_strict_wrong)  # E: order_id is an int


# A lax one. To mypy and pyright it takes what its fields say; to pyrefly and ty, all that pydantic may convert to that,
# so that receivers must take it too.


class Lax(BaseModel):
    order_id: int
    name: str
    owner: Connection | None = None


def on_lax(sender: object, order_id: int, **extra: Any) -> None: ...
def on_lax_all(sender: object, order_id: int, name: str, owner: Connection | None = None) -> None: ...
def on_lax_any(sender: object, order_id: Any, **extra: Any) -> None: ...
def on_lax_misspelt(sender: object, order_ids: int, **extra: Any) -> None: ...
def on_lax_no_extra(sender: object, order_id: Any) -> None: ...


lax = Signal(Lax)
lax.send(None, order_id=7, name="a")
lax.send(None, order_id="7", name="a")  # E[mypy,pyright]: str is no int
lax.send(None, order_id=[], name="a")  # E: never an int
lax.send(None, order_id=7)  # E: name is missing
lax.send(None, order_id=7, name="a", names="b")  # E[mypy,pyright]: no such field
lax.connect(on_lax)  # E[pyrefly,ty]: order_id may be a str
lax.connect(on_lax_all)  # E[pyrefly,ty]: order_id may be a str
lax.connect(on_lax_any)
lax.connect(on_lax_misspelt)  # E: no such field
lax.connect(on_lax_no_extra)  # E: name and owner have nowhere to go


# What is no model is refused.


class Plain:
    def __init__(self, order_id: int) -> None: ...


Signal(Plain)  # E: no model
Signal(int)  # E: no model
Signal(7)  # E: no model
Signal({"order_id": int})  # E: no model
