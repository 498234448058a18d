"""Generated payload models and their inputs, with which validation is compared with pydantic's."""

from __future__ import annotations

import datetime
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from functools import partial
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, TypeVar, Union

from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    InstanceOf,
    PlainValidator,
    PrivateAttr,
    SkipValidation,
    ValidationInfo,
    WrapValidator,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict

from typedsignals import Payload

T = TypeVar("T")


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Integer(int):
    """A subclass, which strict pydantic does not accept in place of the class."""


class Text(str):
    __slots__ = ()


class Moment(datetime.datetime):
    pass


class Plain:
    """A class that pydantic does not know."""


class Special(Plain):
    pass


class Duck(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, int)


class Numeric(metaclass=Duck):
    pass


class Celsius:
    """A class that defines how it is validated."""

    def __init__(self, degrees: float) -> None:
        self.degrees = degrees

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Celsius) and self.degrees == other.degrees

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"Celsius({self.degrees})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def read(cls, value: object) -> Celsius:
        if isinstance(value, Celsius):
            return cls(value.degrees)
        if isinstance(value, float):
            return cls(value)
        raise ValueError("no temperature")


class Point(BaseModel):
    """Lax, which is pydantic's default."""

    type: int
    y: int = 2


class StrictPoint(Payload):
    type: int
    tags: list[int] = []  # noqa: RUF012 - pydantic copies it


class Named(BaseModel):
    """Sets a private attribute in its hook."""

    label: str
    _seen: list[int] = PrivateAttr(default_factory=list)

    def model_post_init(self, context: Any) -> None:
        self._seen.append(len(self.label))


class Rechecked(Payload):
    model_config = ConfigDict(revalidate_instances="always")
    x: int


class Cat(Payload):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(Payload):
    kind: Literal["dog"] = "dog"
    name: str = "Rex"


class Tree(BaseModel):
    value: int
    children: list[Tree] = []


class Page(Payload, Generic[T]):
    items: list[T]
    first: T | None = None


class Row(NamedTuple):
    number: int
    text: str = ""


class Movie(TypedDict, total=False):
    title: str
    year: int


@pydantic_dataclass
class Place:
    city: str
    number: int = 0


def _halve(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value // 2


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _either(value: object, handler: Callable[[object], object]) -> object:
    return -1 if value is None else handler(value)


@dataclass(frozen=True)
class Kind:
    """A type of field, with values that it accepts."""

    annotation: Any
    valid: st.SearchStrategy[Any]


INTS = st.integers() | st.sampled_from([2**63, -(2**80), 0, 1])
TEXTS = st.text(max_size=5) | st.sampled_from(["", " a ", "\ud800", "red", "cat"])
MOMENTS = st.datetimes(timezones=st.none() | st.just(datetime.UTC))
WRONG = Rechecked.model_construct(x="no")  # type: ignore[arg-type]  # on purpose
POINTS = st.builds(Point, type=st.integers(0, 9)) | st.just({"type": 3}) | st.just({"type": "4", "y": 1})
CATS = st.builds(Cat, lives=st.integers(0, 9))

KINDS = {
    "int": Kind(int, INTS),
    "float": Kind(float, st.floats() | st.integers(-9, 9)),
    "str": Kind(str, TEXTS),
    "bool": Kind(bool, st.booleans()),
    "bytes": Kind(bytes, st.binary(max_size=4)),
    "None": Kind(None, st.none()),
    "Any": Kind(Any, TEXTS | INTS),
    "object": Kind(object, TEXTS | INTS),
    "Decimal": Kind(Decimal, st.decimals(places=2) | st.sampled_from([Decimal("sNaN"), Decimal("-inf")])),
    "datetime": Kind(datetime.datetime, MOMENTS),
    "date": Kind(datetime.date, st.dates() | st.just(datetime.datetime(2020, 1, 1))),  # noqa: DTZ001 - naive
    "time": Kind(datetime.time, st.times()),
    "timedelta": Kind(datetime.timedelta, st.timedeltas()),
    "UUID": Kind(uuid.UUID, st.uuids()),
    "Enum": Kind(Color, st.sampled_from(Color)),
    "IntEnum": Kind(Size, st.sampled_from(Size)),
    "Literal": Kind(Literal["a", 1, True], st.sampled_from(["a", 1])),
    "list": Kind(list[int], st.lists(INTS, max_size=3)),
    "list of lists": Kind(list[list[str]], st.lists(st.lists(TEXTS, max_size=2), max_size=2)),
    "bare list": Kind(list, st.lists(INTS, max_size=3)),
    "tuple": Kind(tuple[int, str], st.tuples(INTS, TEXTS)),
    "tuple of any length": Kind(tuple[int, ...], st.lists(INTS, max_size=3).map(tuple)),
    "set": Kind(set[int], st.sets(INTS, max_size=3)),
    "frozenset": Kind(frozenset[str], st.frozensets(TEXTS, max_size=3)),
    "dict": Kind(dict[str, int], st.dictionaries(TEXTS, INTS, max_size=3)),
    "nested dict": Kind(dict[int, list[float]], st.dictionaries(INTS, st.lists(st.floats(), max_size=2), max_size=2)),
    "ordered dict": Kind(OrderedDict[str, int], st.builds(OrderedDict, st.dictionaries(TEXTS, INTS, max_size=2))),
    "optional": Kind(Optional[int], INTS | st.none()),  # noqa: UP045 - the older way to write it
    "union": Kind(Union[int, str, list[int]], INTS | TEXTS | st.lists(INTS, max_size=2)),  # noqa: UP007 - as above
    "optional list": Kind(list[int] | None, st.lists(INTS, max_size=2) | st.none()),
    "constrained int": Kind(Annotated[int, Field(gt=0, lt=10)], st.integers(1, 9)),
    "constrained str": Kind(Annotated[str, Field(min_length=2, pattern="^a")], st.sampled_from(["ab", "abc"])),
    "short list": Kind(Annotated[list[int], Field(max_length=1)], st.lists(INTS, max_size=1)),
    "lax int": Kind(Annotated[int, Field(strict=False)], INTS | st.sampled_from(["7", 7.0, True])),
    "lax list": Kind(Annotated[list[int], Field(strict=False)], st.lists(INTS, max_size=2).map(tuple)),
    "lax enum": Kind(Annotated[Color, Field(strict=False)], st.sampled_from(["red", Color.BLUE])),
    "after": Kind(Annotated[int, AfterValidator(_halve)], st.integers().map(lambda number: 2 * number)),
    "before": Kind(Annotated[str, BeforeValidator(_stripped)], TEXTS),
    "wrap": Kind(Annotated[int, WrapValidator(_either)], INTS | st.none()),
    "plain": Kind(Annotated[int, PlainValidator(str)], INTS),
    "lax model": Kind(Point, POINTS),
    "lax models": Kind(list[Point], st.lists(POINTS, max_size=2)),
    "strict model": Kind(StrictPoint, st.builds(StrictPoint, type=st.integers(0, 9))),
    "strict models": Kind(dict[str, StrictPoint], st.just({"a": StrictPoint(type=1)})),
    "optional model": Kind(StrictPoint | None, st.builds(StrictPoint, type=st.integers(0, 9)) | st.none()),
    "model with private": Kind(list[Named], st.just([Named(label="x")]) | st.just([{"label": "y"}])),
    "rechecked model": Kind(list[Rechecked], st.just([Rechecked(x=1)]) | st.just([WRONG])),
    "tagged union": Kind(Annotated[Cat | Dog, Field(discriminator="kind")], CATS | st.just({"kind": "dog"})),
    "tagged unions": Kind(list[Annotated[Cat | Dog, Field(discriminator="kind")]], st.lists(CATS, max_size=2)),
    "models or so": Kind(Cat | Dog | int, CATS | INTS),
    "tree": Kind(Tree, st.just(Tree(value=1, children=[Tree(value=2)])) | st.just({"value": 1, "children": []})),
    "generic": Kind(Page[int], st.just(Page[int](items=[1]))),
    "generic of a list": Kind(list[Page[str]], st.just([Page[str](items=["a"])])),
    "class": Kind(Plain, st.builds(Plain) | st.builds(Special)),
    "odd class": Kind(Numeric, INTS),
    "InstanceOf": Kind(InstanceOf[Point], st.builds(Point, type=st.just(1))),
    "InstanceOf list": Kind(InstanceOf[list[int]], st.lists(INTS, max_size=2)),
    "SkipValidation": Kind(SkipValidation[int], INTS | TEXTS),
    "own schema": Kind(Celsius, st.builds(Celsius, st.floats(0, 9)) | st.just(3.5)),
    "dataclass": Kind(Place, st.builds(Place, city=st.just("Rome"))),
    "typed dict": Kind(Movie, st.just({"title": "Alien", "year": 1979}) | st.just({})),
    "named tuple": Kind(Row, st.builds(Row, number=INTS) | st.just((1, "a"))),
    "type": Kind(type[Plain], st.sampled_from([Plain, Special])),
    "callable": Kind(Callable[[int], int], st.just(_halve)),
}

NUMBERS = [True, 0, 1.0, 2.5, Integer(3), Size.SMALL, Decimal("NaN"), float("nan"), float("inf"), 10**30]
TEXTUAL = ["", "7", "red", b"x", Text("t"), "\udfff"]
OBJECTS = [None, Color.RED, Moment(2020, 1, 1), datetime.date(2020, 1, 1), Plain(), Special, Point(type=1), Dog()]
DICTIONARIES = [{"type": 1}, {"type": "x"}, {"kind": "bird"}, {"kind": "cat"}, {"a": "b"}, {1: 2}]
COLLECTIONS = [Row(1), (1, 2), [1, "x"], {1, 2}, frozenset[int](), [[1]], [None], range(3)]
VALUES: list[Any] = [*NUMBERS, *TEXTUAL, *OBJECTS, *DICTIONARIES, *COLLECTIONS]
ANYTHING = st.sampled_from(VALUES)

NAMES = (
    "sender self cls args kwargs out results receiver fields send type values match print payload signal data "
    "snapshot table needs int default length größe ñandú x y z"
).split()

CONFIGS: list[Mapping[str, Any]] = [
    {},
    {},
    {"strict": True},
    {"frozen": True},
    {"extra": "ignore"},
    {"extra": "allow"},
    {"extra": "forbid"},
    {"str_strip_whitespace": True},
    {"str_to_lower": True, "str_max_length": 3},
    {"validate_default": True},
    {"revalidate_instances": "always"},
    {"revalidate_instances": "subclass-instances"},
    {"use_enum_values": True},
    {"coerce_numbers_to_str": True},
    {"allow_inf_nan": False},
    {"validate_assignment": True},
    {"from_attributes": True},
    {"hide_input_in_errors": True},
    {"validation_error_cause": True},
    {"loc_by_alias": False},
    {"validate_by_name": True, "validate_by_alias": False},
]


class Counted(BaseModel):
    """With a private attribute that the model sets itself."""

    _count: int = PrivateAttr(default=0)

    def model_post_init(self, context: Any) -> None:
        self._count = len(self.__dict__)


class Checked(BaseModel):
    @model_validator(mode="after")
    def check(self) -> Checked:
        if len(self.__dict__) == 3:
            raise ValueError("three are too many")
        return self


class Prepared(BaseModel):
    @model_validator(mode="before")
    @classmethod
    def prepare(cls, data: Any) -> Any:
        return {name: 0 if value is None else value for name, value in data.items()}


class Wrapped(BaseModel):
    @model_validator(mode="wrap")
    @classmethod
    def wrap(cls, data: Any, handler: Any) -> Any:
        return handler(dict(reversed(data.items())))


class Looking(BaseModel):
    """Its validator looks at what was validated before."""

    @field_validator("*", mode="after")
    @classmethod
    def look(cls, value: Any, info: ValidationInfo) -> Any:
        return (value, len(info.data)) if isinstance(value, int) else value


class OwnInit(BaseModel):
    def __init__(self, /, **fields: Any) -> None:
        super().__init__(**fields)


class Cached(BaseModel):
    _cache: dict[str, int] = PrivateAttr(default_factory=dict)


BASES: list[type[BaseModel]] = [
    *(Payload,) * 6,
    *(BaseModel,) * 2,
    Counted,
    Checked,
    Prepared,
    Wrapped,
    Looking,
    OwnInit,
    Cached,
]


@st.composite
def field_definitions(draw: st.DrawFn, kind: Kind) -> tuple[Any, Any]:
    """Make one field, with any kind of default."""
    value = draw(kind.valid)
    default = partial(Field, validate_default=draw(st.sampled_from([None, True, False])))
    ways: list[Any] = [
        ...,
        ...,
        ...,
        draw(ANYTHING),
        Field(validation_alias="wireName"),
        default(default=value),
        default(default_factory=lambda: [value]),
        default(default_factory=lambda: Point.model_validate({"type": "x"})),
        default(default_factory=sorted),  # takes the data
    ]
    return kind.annotation, draw(st.sampled_from(ways))


@st.composite
def models_and_fields(draw: st.DrawFn) -> tuple[type[BaseModel], dict[str, Any]]:
    """Make a payload model, and keywords for it: right, nearly right, wrong, missing or unknown."""
    names = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    kinds = {name: KINDS[draw(st.sampled_from(sorted(KINDS)))] for name in names}
    definitions = {name: draw(field_definitions(kind)) for name, kind in kinds.items()}
    base = draw(st.sampled_from(BASES))
    config = {"arbitrary_types_allowed": True, **draw(st.sampled_from(CONFIGS))}
    configured = type(base.__name__, (base,), {"model_config": config, "__module__": __name__})
    model = create_model("Generated", __base__=configured, **definitions)  # type: ignore[call-overload]  # by name
    wrong = draw(st.sampled_from([*[()] * 4, *[(name,) for name in names], tuple(names)]))
    fields = {name: draw(ANYTHING if name in wrong else kind.valid) for name, kind in kinds.items()}
    for name in draw(st.lists(st.sampled_from(names), max_size=1)) if names else ():
        del fields[name]
    for name in draw(st.sampled_from([(), (), (), ("unknown",), ("_hidden", "sendr")])):
        fields[name] = draw(ANYTHING)
    return model, fields
