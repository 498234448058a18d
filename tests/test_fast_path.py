"""Which payloads are validated field by field, and which by their model as a whole."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetPydanticSchema,
    InstanceOf,
    PrivateAttr,
    Tag,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import core_schema

from tests import models
from tests.ways import AnySignal
from typedsignals import Payload, PayloadError, Signal
from typedsignals._sending.generated import MISSING
from typedsignals._validating.fast_path import fast_path, trusting_path

pytestmark = pytest.mark.usefixtures("code")


class Color(Enum):
    RED = 1


class Size(Enum):
    SMALL = 1


class Lax(BaseModel):
    x: int


class Validating(BaseModel):
    x: Annotated[int, AfterValidator(abs)]


class StrictWithHook(Payload):
    """Only instances of it are accepted, as they are: the hook does not run."""

    x: int

    def model_post_init(self, context: Any) -> None:
        pass


FAST: dict[str, Any] = {
    "int": (int, 1),
    "float": (float, 1.5),
    "str": (str, "x"),
    "bool": (bool, True),
    "None": (None, None),
    "bytes": (bytes, b""),
    "Decimal": (Decimal, Decimal(1)),
    "enum": (Color, Color.RED),
    "literal": (Literal["a"], "a"),
    "optional": (int | None, None),
    "union": (int | str, "x"),
    "Any": (Any, object()),
    "class": (models.Plain, models.Plain()),
    "InstanceOf": (InstanceOf[models.Point], models.Point(type=1)),
    "list": (list[int], [1]),
    "dict": (dict[str, list[int]], {"a": [1]}),
    "constrained": (Annotated[int, Field(gt=0)], 1),
    "strict model": (models.StrictPoint, models.StrictPoint(type=1)),
    "strict models": (list[models.StrictPoint], [models.StrictPoint(type=1)]),
    "lax models": (list[Lax], [Lax(x=1)]),
    "labelled union": (Annotated[int, Tag("i")] | Annotated[str, Tag("s")], "x"),
    "list of InstanceOf": (list[InstanceOf[models.Point]], [models.Point(type=1)]),
    "strict models with a hook": (list[StrictWithHook], [StrictWithHook(x=1)]),
    "tagged union": (Annotated[models.Cat | models.Dog, Field(discriminator="kind")], models.Dog()),
    "path": (Path, Path("a")),
    "address": (IPv4Address, IPv4Address("1.2.3.4")),
    "addresses": (list[IPv4Address], [IPv4Address("1.2.3.4")]),
    "recursive": (models.Page[int], models.Page[int](items=[1])),
}

SLOW: dict[str, Any] = {
    "field validator": Annotated[int, AfterValidator(abs)],
    "model with a hook": list[models.Named],
    "rechecked model": models.Rechecked,
    "rechecked models": list[models.Rechecked],
    "class with a check of its own": models.Numeric,
    "classes with a check of their own": list[InstanceOf[models.Numeric]],
    "field validator in a union": int | Annotated[str, AfterValidator(abs)],
    "field validator in a labelled union": Annotated[int, Tag("i")] | Annotated[str, Tag("s"), AfterValidator(abs)],
    "field validator in a lax model": list[Validating],
    "schema of its own": models.Celsius,
    "lax list": Annotated[list[int], Field(strict=False)],
}


def _children(sender: object, value: int, children: object) -> object:
    return children


def _field(sender: object, field: object) -> object:
    return field


@pytest.mark.parametrize(("annotation", "value"), FAST.values(), ids=FAST.keys())
def test_common_fields_are_validated_one_by_one(annotation: Any, value: object) -> None:
    """With the same outcome for valid and invalid values."""
    model: Any = create_model("Model", __base__=Payload, field=(annotation, ...))
    assert fast_path(model) is not None
    signal: AnySignal = Signal(model)
    signal.connect(_field)
    expected = model.model_validate({"field": value}).__dict__["field"]
    [(_, received)] = signal.send(None, field=value)
    assert received == expected
    assert (received is value) == (expected is value)
    with pytest.raises(PayloadError):
        signal.send(None)


TAKEN: dict[str, tuple[Any, list[object], list[object]]] = {
    "int": (int, [1], [True, "1", None]),
    "None": (None, [None], [0]),
    "optional": (int | None, [1, None], [True, "1"]),
    "Any": (Any, [1, None], [MISSING]),
    "Decimal": (Decimal, [Decimal(1)], [Decimal("nan"), Decimal("inf"), 1]),
    "enum": (Color, [Color.RED], [Size.SMALL, 1]),
    "class": (models.Plain, [models.Plain()], [object(), MISSING]),
    "object": (InstanceOf[object], [1, None], [MISSING]),
    "address": (IPv4Address, [IPv4Address("127.0.0.1")], ["127.0.0.1"]),
    "strict model": (models.StrictPoint, [models.StrictPoint(type=1)], [models.Point(type=1), {"type": 1}]),
}


@pytest.mark.parametrize(("annotation", "right", "others"), TAKEN.values(), ids=TAKEN.keys())
def test_a_value_whose_type_proves_it_valid_meets_no_validator(
    annotation: Any, right: list[object], others: list[object]
) -> None:
    """All others are left to pydantic."""
    (plan,) = fast_path(create_model("Model", __base__=Payload, x=(annotation, ...))) or ()
    test, names = plan.test.format(value="value"), {**plan.needs, "_MISSING": MISSING}

    assert plan.validate is None
    assert all(eval(test, {**names, "value": value}) for value in right)  # noqa: S307 - written by the package
    assert not any(eval(test, {**names, "value": value}) for value in others)  # noqa: S307 - written by the package


def test_a_lax_field_is_left_to_the_model() -> None:
    """Its validator may convert a value, so that the type alone does not prove it valid."""
    lax = Annotated[IPv4Address, Field(strict=False)]
    assert fast_path(create_model("Model", __base__=Payload, x=(lax, ...))) is None


@pytest.mark.parametrize("annotation", SLOW.values(), ids=SLOW.keys())
def test_fields_that_run_code_of_their_author_are_left_to_the_model(annotation: Any) -> None:
    """So are fields that validating twice would change."""
    model: Any = create_model("Model", __base__=Payload, field=(annotation, ...))
    assert fast_path(model) is None


class WithValidator(Payload):
    x: int

    @field_validator("x")
    @classmethod
    def check(cls, value: int) -> int:
        return value


class WithModelValidator(Payload):
    x: int

    @model_validator(mode="before")
    @classmethod
    def check(cls, data: Any) -> Any:
        return data


class WithPrivate(Payload):
    x: int
    _y: int = PrivateAttr(default=1)


class WithHook(Payload):
    x: int

    def model_post_init(self, context: Any) -> None:
        pass


class WithInit(Payload):
    x: int

    def __init__(self, /, **fields: Any) -> None:
        super().__init__(**fields)


class Node(Payload):
    value: int
    children: list[Node] = Field([])


def test_a_recursive_payload_is_validated_one_by_one() -> None:
    """Its schema refers to itself."""
    assert fast_path(Node) is not None
    signal: AnySignal = Signal(Node)
    signal.connect(_children)
    assert signal.send(None, value=1, children=[Node(value=2)])[0][1] == [Node(value=2)]
    with pytest.raises(PayloadError):
        signal.send(None, value=1, children=[1])


class Shirt(Payload):
    color: Color
    size: Size = Size.SMALL
    number: int = 1
    tags: list[str] = []  # noqa: RUF012 - pydantic copies it
    owners: list[str] = Field(default_factory=list)


@pytest.mark.parametrize("path", [fast_path, trusting_path])
def test_only_a_field_without_a_default_must_be_given(path: Callable[[type[BaseModel]], Any]) -> None:
    """Others need no validation as a whole if they are missing."""
    assert [plan.name for plan in path(Shirt) if plan.is_required] == ["color"]
    assert [plan.name for plan in path(Shirt) if plan.default_factory] == ["tags", "owners"]
    assert [plan.default for plan in path(Shirt)[1:3]] == [Size.SMALL, 1]


class Cat(BaseModel):
    name: str


class Dog(BaseModel):
    name: str


OF_TWO_CLASSES = {
    "enums": (Color, Color.RED, Size, Size.SMALL),
    "enums or None": (Color | None, Color.RED, Size | None, Size.SMALL),
    "models": (Cat, Cat(name="a"), Dog, Dog(name="b")),
    "models or None": (Cat | None, Cat(name="a"), Dog | None, Dog(name="b")),
    "classes of Python": (int, 7, str, "text"),
    "other classes": (Decimal, Decimal(1), uuid.UUID, uuid.UUID(int=1)),
    "classes with a lax way": (Path, Path("a"), IPv4Address, IPv4Address(1)),
    "classes that are not models": (InstanceOf[Cat], Cat(name="a"), InstanceOf[Dog], Dog(name="b")),
}


@pytest.mark.parametrize("case", OF_TWO_CLASSES.values(), ids=OF_TWO_CLASSES)
def test_each_field_has_its_own_class(case: tuple[Any, object, Any, object]) -> None:
    """Though the source that is generated for the payload names all of them."""
    first, one, second, other = case
    fields: dict[str, Any] = {"first": (first, ...), "second": (second, ...)}
    signal: AnySignal = Signal(create_model("Two", __base__=Payload, **fields))
    signal.connect(receiver := lambda sender, **fields: fields)
    assert signal.send(None, first=one, second=other) == [(receiver, {"first": one, "second": other})]
    for wrong in ({"first": other, "second": other}, {"first": one, "second": one}):
        with pytest.raises(PayloadError):
            signal.send(None, **wrong)


@pytest.mark.parametrize("validate", ["always", "never"])
@pytest.mark.parametrize("name", ["class", "a-b", "\N{LATIN SMALL LIGATURE FI}"])
def test_a_name_that_source_cannot_spell_out_is_sent_all_the_same(name: str, validate: Any) -> None:
    """In a dictionary."""
    fields: dict[str, Any] = {name: (int, ...)}
    signal: AnySignal = Signal(create_model("Model", __base__=Payload, **fields), validate=validate)
    signal.connect(receiver := lambda sender, **fields: fields)
    assert signal.send(None, **{name: 7}) == [(receiver, {name: 7})]


def test_what_is_inside_a_field_is_validated_as_strictly() -> None:
    """By the configuration of the payload."""
    signal: AnySignal = Signal(Shirt)
    with pytest.raises(PayloadError):
        signal.send(None, color=Color.RED, tags=[b"not text"])


class Stripping(Payload):
    model_config = ConfigDict(str_strip_whitespace=True)
    x: str


class Finite(Payload):
    model_config = ConfigDict(allow_inf_nan=False)
    x: float


class CheckingDefaults(Payload):
    model_config = ConfigDict(validate_default=True)
    x: int = 1


class Forgiving(Payload):
    """Its field takes the default in the place of a wrong value."""

    x: Annotated[
        int,
        GetPydanticSchema(
            lambda source, handler: core_schema.with_default_schema(handler(source), default=1, on_error="default")
        ),
    ]


class TakingData(Payload):
    x: int = 1
    y: int = Field(default_factory=lambda data: data["x"])


@pytest.mark.parametrize(
    "model",
    [
        WithValidator,
        WithModelValidator,
        WithPrivate,
        WithHook,
        WithInit,
        Lax,
        Stripping,
        Finite,
        CheckingDefaults,
        Forgiving,
        TakingData,
    ],
)
def test_models_that_do_more_than_validate_fields_are_validated_as_a_whole(model: type[BaseModel]) -> None:
    """By their own validator, which does all of it."""
    assert fast_path(model) is None


@pytest.mark.parametrize("extra", ["allow", "ignore", "forbid"])
def test_every_setting_of_extra_is_fast_without_extra(extra: Any) -> None:
    """It matters only if a send has some."""
    configured = type("Configured", (Payload,), {"model_config": ConfigDict(extra=extra), "__module__": __name__})
    assert fast_path(create_model("Model", __base__=configured, x=(int, 1))) is not None
