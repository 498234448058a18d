"""JSON Schemas of single fields: what stands in them, type by type."""

from __future__ import annotations

import datetime as dt
import ipaddress
import pathlib
import uuid
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag
from typing import Annotated, Any, Literal, NamedTuple, NotRequired

import pytest
from pydantic import (
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    Base64Str,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    JsonValue,
    NaiveDatetime,
    PlainSerializer,
    PostgresDsn,
    PydanticDeprecatedSince20,
    RootModel,
    SecretStr,
    SerializeAsAny,
    SkipValidation,
    StringConstraints,
    Tag,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    validator,
)
from pydantic_core import core_schema
from typing_extensions import TypedDict

from typedsignals.catalog import ModelRecords
from typedsignals.catalog._records.types import ScalarType
from typedsignals.catalog.formats._schema.models import model_schema
from typedsignals.catalog.formats._schema.scalars import DECIMAL, scalar_schema

from ..making import model


class Live:
    pass


class Empty(Enum):
    pass


class Right(IntFlag):
    READ = 1
    WRITE = 2


class Level(IntEnum):
    LOW = 1


class Limit(Enum):
    NONE = float("inf")
    TEN = 10.0


class Card(BaseModel):
    kind: Literal["card"] = Field("card", serialization_alias="type")


class Cash(BaseModel):
    kind: Literal["cash"] = Field("cash", serialization_alias="type")


class Voucher(BaseModel):
    kind: Literal["voucher"] = "voucher"


class Silent(BaseModel):
    kind: Literal["silent"] = Field("silent", serialization_alias="type", exclude=True)


class Shy(BaseModel):
    kind: Literal["shy"] = Field("shy", serialization_alias="type", exclude_if=bool)


def schema(payload: type) -> dict[str, Any]:
    models = ModelRecords()
    return model_schema(models.records[models.add(payload)], models.records, lambda name: f"#/{name.split('.')[-1]}")


def field(annotation: Any, **config: Any) -> Any:
    """The schema of a field in a model that is configured so."""
    settings: Any = {"arbitrary_types_allowed": True, **config}
    made = model("Order", settings, field=annotation)
    return schema(made)["properties"]["field"]


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (None, {"type": "null"}),
        (Any, {}),
        (JsonValue, {}),
        (bool, {"type": "boolean"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (str, TEXT),
        (bytes, TEXT),
        (Decimal, {**TEXT, "pattern": DECIMAL}),
        (Annotated[Decimal, Field(allow_inf_nan=True)], {**TEXT, "x-constraints": {"allow_inf_nan": True}}),
        (dt.date, {**TEXT, "format": "date"}),
        (dt.datetime, {**TEXT, "format": "date-time"}),
        (AwareDatetime, {**TEXT, "format": "date-time"}),
        (NaiveDatetime, TEXT),
        (dt.time, {**TEXT, "format": "time"}),
        (dt.timedelta, {**TEXT, "format": "duration"}),
        (uuid.UUID, {**TEXT, "format": "uuid"}),
        (AnyUrl, {**TEXT, "format": "uri"}),
        (PostgresDsn, TEXT),
        (SecretStr, TEXT),
        (pathlib.Path, TEXT),
        (ipaddress.IPv4Address, {**TEXT, "format": "ipv4"}),
        (Annotated[int, Field(gt=0, le=10, multiple_of=2)],
         {"type": "integer", "exclusiveMinimum": 0, "maximum": 10, "multipleOf": 2}),
        (Annotated[int, Field(ge=0, lt=5)], {"type": "integer", "minimum": 0, "exclusiveMaximum": 5}),
        (Annotated[float, Field(multiple_of=0.1)], {"type": "number", "x-constraints": {"multiple_of": 0.1}}),
        (Annotated[float, Field(lt=float("inf"))], {"type": "number", "x-constraints": {"lt": "inf"}}),
        (Annotated[Decimal, Field(gt=0)], {**TEXT, "pattern": DECIMAL, "x-constraints": {"gt": 0}}),
        (Annotated[dt.date, Field(ge=dt.date(2024, 1, 1))],
         {**TEXT, "format": "date", "x-constraints": {"ge": "2024-01-01"}}),
        (Annotated[str, Field(min_length=1, max_length=2)], {**TEXT, "minLength": 1, "maxLength": 2}),
        (Annotated[str, Field(pattern="^a")], {**TEXT, "pattern": "^a"}),
        (Annotated[str, Field(pattern=r"\Aa")], {**TEXT, "x-constraints": {"pattern": r"\Aa"}}),
        (Annotated[bytes, Field(max_length=2)], {**TEXT, "x-constraints": {"max_length": 2}}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (Right, {"type": "integer", "x-python-type": f"{__name__}.Right"}),
        (Level, {"enum": [1], "x-python-type": f"{__name__}.Level"}),
        (Empty, {"not": {}, "x-python-type": f"{__name__}.Empty"}),
        (Limit, {"x-python-type": f"{__name__}.Limit"}),
        (Literal[b"a", 1], {}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (Annotated[list[int], Field(min_length=1, max_length=2)],
         {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2}),
        (set[int], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}),
        (set[Level],
         {"type": "array", "items": {"enum": [1], "x-python-type": f"{__name__}.Level"}, "uniqueItems": True}),
        (set[Decimal], {"type": "array", "items": {**TEXT, "pattern": DECIMAL}}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (tuple[int, str],
         {"type": "array", "items": [{"type": "integer"}, TEXT], "additionalItems": False, "minItems": 2}),
        (tuple[()], {"type": "array", "maxItems": 0}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (dict[int, Any], {"type": "object", "additionalProperties": {}}),
        (Annotated[dict[Annotated[str, Field(max_length=3)], int], Field(min_length=1)],
         {"type": "object", "additionalProperties": {"type": "integer"}, "propertyNames": {**TEXT, "maxLength": 3},
          "minProperties": 1}),
        (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        (Card, {"$ref": "#/Card"}),
        (Live, {"x-python-type": f"{__name__}.Live"}),
        (InstanceOf[int], {"x-python-type": "builtins.int"}),
        (SkipValidation[int], {"x-python-type": "int"}),
        (SerializeAsAny[Card], {"x-python-type": "Card"}),
        (Annotated[int, PlainSerializer(str)], {"x-python-type": "int"}),
        (Annotated[int, BeforeValidator(abs), Field(gt=0)], {"type": "integer", "exclusiveMinimum": 0}),
        (Annotated[int, AfterValidator(abs), Field(gt=0)], {"type": "integer", "x-constraints": {"gt": 0}}),
        (Annotated[list[int], AfterValidator(sorted), Field(max_length=2)],
         {"type": "array", "items": {"type": "integer"}, "x-constraints": {"max_length": 2}}),
        (Annotated[str, StringConstraints(pattern="^a", to_upper=True)], {**TEXT, "x-constraints": {"pattern": "^a"}}),
        (Annotated[Base64Str, Field(max_length=8)], {**TEXT, "x-constraints": {"max_length": 8}}),
        (Annotated[Annotated[Card, Tag("a")] | Annotated[Cash, Tag("b")], Discriminator(lambda value: "a")],
         {"anyOf": [{"$ref": "#/Card"}, {"$ref": "#/Cash"}]}),
        (Annotated[int | str, Field(union_mode="left_to_right")], {"anyOf": [{"type": "integer"}, TEXT]}),
    ],
)  # fmt: skip
def test_types(annotation: Any, expected: object) -> None:
    """Each describes how values are written; extensions hold what JSON Schema cannot express."""
    assert field(annotation) == expected


@pytest.mark.parametrize(
    ("annotation", "config", "expected"),
    [
        (dt.timedelta, {"ser_json_timedelta": "float"}, {"type": "number"}),
        (dt.datetime, {"ser_json_timedelta": "float"}, {"type": "string", "format": "date-time"}),
        (dt.datetime, {"ser_json_temporal": "seconds"}, {"type": "number"}),
        (dt.time, {"ser_json_temporal": "iso8601"}, {"type": "string", "format": "time"}),
        (bytes, {"ser_json_bytes": "base64"}, {"type": "string", "contentEncoding": "base64"}),
        (float, {"ser_json_inf_nan": "strings"},
         {"anyOf": [{"type": "number"}, {"enum": ["Infinity", "-Infinity", "NaN"]}]}),
        (Annotated[str, Field(pattern="^a")], {"str_to_upper": True},
         {"type": "string", "x-constraints": {"pattern": "^a"}}),
        (str, {"str_min_length": 1}, {"type": "string", "minLength": 1}),
    ],
)  # fmt: skip
def test_configuration(annotation: Any, config: dict[str, Any], expected: object) -> None:
    """If it decides how values are written, it decides their schema."""
    assert field(annotation, **config) == expected


def test_a_union_by_what_tells_its_members_apart() -> None:
    """The key has its written name."""
    expected = {"oneOf": [{"$ref": "#/Card"}, {"$ref": "#/Cash"}], "discriminator": "type"}
    assert field(Annotated[Card | Cash, Field(discriminator="kind")]) == expected


@pytest.mark.parametrize("other", [Voucher, Silent, Shy])
def test_a_union_whose_messages_do_not_tell(other: type) -> None:
    """If members write it under other names, sometimes, or never, a message may be any of them."""
    found = field(Annotated[Card | other, Field(discriminator="kind")])
    assert found == {"anyOf": [{"$ref": "#/Card"}, {"$ref": f"#/{other.__name__}"}]}


def test_a_union_of_more_than_models() -> None:
    """A nested union has no key of its own."""
    nested = Annotated[Annotated[Card | Cash, Field(discriminator="kind")] | Voucher, Field(discriminator="kind")]
    assert "discriminator" not in field(nested)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ((int, 3), {"type": "integer", "default": 3}),
        ((int | None, None), {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}),
        ((Level, Level.LOW), {"enum": [1], "x-python-type": f"{__name__}.Level", "default": 1}),
        ((Limit, Limit.NONE), {"x-python-type": f"{__name__}.Limit", "x-python-default": "Limit.NONE"}),
        ((tuple[int, ...], (1, 2)), {"type": "array", "items": {"type": "integer"}, "default": [1, 2]}),
        ((dict[str, int], {"a": 1}),
         {"type": "object", "additionalProperties": {"type": "integer"}, "default": {"a": 1}}),
        ((Decimal, Decimal(1)), {"type": "string", "pattern": DECIMAL, "x-python-default": "Decimal('1')"}),
        ((float, float("inf")), {"type": "number", "x-python-default": "inf"}),
        ((float, 1e400), {"type": "number", "x-python-default": "inf"}),
        ((bytes, b"a"), {"type": "string", "x-python-default": "b'a'"}),
        ((dict[int, int], {1: 1}),
         {"type": "object", "additionalProperties": {"type": "integer"}, "x-python-default": "{1: 1}"}),
        ((int, Field(default_factory=int)), {"type": "integer", "x-default-factory": "builtins.int"}),
        ((int, Field(description="How many.")), {"type": "integer", "description": "How many."}),
        ((int, Field(deprecated="use a")), {"type": "integer", "deprecated": True, "x-deprecated": "use a"}),
        ((Card, Field(description="Which.")), {"allOf": [{"$ref": "#/Card"}], "description": "Which."}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_field(definition: Any, expected: object) -> None:
    """Its default, as JSON if possible, its description, and its deprecation."""
    assert field(definition) == expected


def test_keys_are_those_that_are_written() -> None:
    """Written fields by their aliases; those that are not always written may be missing."""
    made = schema(
        model(
            "Order",
            a=(int, Field(validation_alias="read", serialization_alias="written")),
            b=(int, Field(exclude=True)),
            c=(int, Field(exclude_if=bool)),
        )
    )
    assert made["properties"].keys() == {"written", "c"}
    assert made["required"] == ["written"]


def test_unknown_keys() -> None:
    """They are refused only if the model forbids them."""
    assert schema(model("Order", ConfigDict(extra="forbid"), a=int))["additionalProperties"] is False
    for extra in ("ignore", "allow"):
        assert "additionalProperties" not in schema(model("Order", ConfigDict(extra=extra), a=int))


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


def test_a_typed_dict() -> None:
    """Keys that are not required may be missing."""
    assert schema(Movie)["required"] == ["title"]


class Coded(BaseModel):
    """Much of it is decided by code."""

    checked: int = Field(gt=0)
    shown: int = Field(gt=0)
    plain: int = Field(gt=0)

    @field_validator("checked")
    @classmethod
    def check(cls, value: int) -> int:
        return -value

    @field_serializer("shown")
    def show(self, value: int) -> str:
        return str(value)

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def sum(self) -> int:
        return self.plain + self.shown


def test_what_code_decides_is_left_open() -> None:
    """The result of a serializer is unknown; a validator may change a value that has met the constraints."""
    made = schema(Coded)
    assert made["description"] == "Much of it is decided by code."
    assert made["required"] == ["checked", "shown", "plain", "sum"]
    assert made["properties"] == {
        "checked": {"type": "integer", "x-constraints": {"gt": 0}},
        "shown": {"x-python-type": "Annotated[int, gt=0]"},
        "plain": {"type": "integer", "exclusiveMinimum": 0},
        "sum": {"readOnly": True},
    }


class Checked(RootModel[Annotated[int, Field(gt=0)]]):
    @field_validator("root")
    @classmethod
    def check(cls, value: int) -> int:
        return -value


class Written(RootModel[int]):
    @model_serializer
    def write(self) -> str:
        return str(self.root)


class Leveled(RootModel[Level]):
    """How loud."""


def named(kind: type, text: str) -> dict[str, str]:
    return {"title": text, "x-python-type": f"{__name__}.{kind.__name__}"}


def test_a_root_model_is_written_as_what_it_holds() -> None:
    """As the code names it, not as the type that it holds."""
    assert schema(Checked) == named(Checked, "Checked") | {"type": "integer", "x-constraints": {"gt": 0}}
    assert schema(Written) == named(Written, "Written")
    assert schema(Leveled) == named(Leveled, "Leveled") | {"description": "How loud.", "allOf": [field(Level)]}
    assert list(schema(RootModel[Leveled])["allOf"][0]) == ["$ref"]


class Place(NamedTuple):
    level: Level
    note: Annotated[str, Field(description="What it is like.")] = ""


class Nowhere(NamedTuple):
    pass


def test_a_named_tuple_is_written_as_an_array() -> None:
    """In full, and without the names of its fields."""
    note = TEXT | {"default": "", "description": "What it is like."}
    expected = {"type": "array", "items": [field(Level), note], "additionalItems": False, "minItems": 2}
    assert schema(Place) == named(Place, "Place") | expected
    assert schema(Nowhere) == named(Nowhere, "Nowhere") | {"type": "array", "maxItems": 0}


class AllShown(BaseModel):
    a: int

    @field_serializer("*")
    def show(self, value: object) -> str:
        return str(value)


class Whole(BaseModel):
    a: int

    @model_serializer
    def write(self) -> int:
        return self.a


def test_code_for_all_fields() -> None:
    """A serializer may be for single fields, or for the whole model."""
    assert schema(AllShown)["properties"] == {"a": {"x-python-type": "int"}}
    assert schema(Whole) == {"title": "Whole", "x-python-type": f"{__name__}.Whole"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("EmailStr", {"type": "string", "format": "email"}),
        ("ByteSize", {"type": "integer"}),
        ("Later", {"x-python-type": "Later"}),
    ],
)
def test_scalars_of_pydantic(name: str, expected: object) -> None:
    """By their names; an unknown one may be anything."""
    assert scalar_schema(ScalarType(name=name), {}) == expected


class Timezone:
    """The program's own annotations, which are called like some of pydantic's and do something else."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.with_default_schema(handler(source))


@pytest.mark.parametrize(
    "name",
    [
        "Timezone",
        "BeforeValidator",
        "AfterValidator",
        "StringConstraints",
        "PydanticGeneralMetadata",
        "union_mode",
        "Json",
    ],
)
def test_an_annotation_that_is_only_called_like_one_of_pydantic(name: str) -> None:
    """Its effect is unknown, whatever its name and its own schema."""
    own = type(name, (Timezone,), {"__module__": "shop"})()
    own.to_lower = own.coerce_numbers_to_str = True
    assert field(Annotated[int, own]) == {"x-python-type": "int"}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Annotated[str, StringConstraints(to_lower=True, max_length=3)], {**TEXT, "x-constraints": {"max_length": 3}}),
        (Annotated[str, StringConstraints(strip_whitespace=True, max_length=3)], {**TEXT, "maxLength": 3}),
        (Annotated[str, Field(coerce_numbers_to_str=True)], TEXT),
        (Annotated[list[int], Field(fail_fast=True)], {"type": "array", "items": {"type": "integer"}}),
    ],
)
def test_what_annotations_of_pydantic_leave_alone(annotation: Any, expected: object) -> None:
    """Each is known."""
    assert field(annotation) == expected


with pytest.warns(PydanticDeprecatedSince20):

    class Legacy(BaseModel):
        a: int = Field(gt=0)

        @validator("a")
        def negated(cls, value: int) -> int:  # noqa: N805  # as pydantic had it
            return -value


def test_a_validator_of_the_former_kind_may_change_values() -> None:
    """They need not meet the constraints."""
    assert schema(Legacy)["properties"]["a"] == {"type": "integer", "x-constraints": {"gt": 0}}


class Named(BaseModel):
    """Names that look like the text about a serializer."""

    of: int = Field(gt=0)
    a: int = Field(gt=0)

    @field_validator("of")
    @classmethod
    def serializer_of_a(cls, value: int) -> int:
        return value


def test_methods_are_told_by_what_they_are() -> None:
    """Not by parts of their names."""
    made = schema(Named)["properties"]
    assert made == {
        "of": {"type": "integer", "x-constraints": {"gt": 0}},
        "a": {"type": "integer", "exclusiveMinimum": 0},
    }


def test_code_that_was_recorded_before_its_effect_was() -> None:
    """It may do anything."""
    models = ModelRecords()
    record = models.records[models.add(model("Order", a=Annotated[int, BeforeValidator(abs)]))]
    known = record.model_dump_json(warnings=False).replace(',"effect":"none"', "")
    old = type(record).model_validate_json(known)
    assert model_schema(record, {}, str)["properties"]["a"] == {"type": "integer"}
    assert model_schema(old, {}, str)["properties"]["a"] == {"x-python-type": "int"}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ((dt.datetime, None),
         {"anyOf": [{**TEXT, "format": "date-time"}, {"type": "null"}], "default": None}),
        ((int, Field(0, ge=1)), {"anyOf": [{"type": "integer", "minimum": 1}, {"enum": [0]}], "default": 0}),
        ((list[int], Field([], min_length=1)),
         {"anyOf": [{"type": "array", "items": {"type": "integer"}, "minItems": 1},
                    {"type": "array", "items": {}, "maxItems": 0}], "default": []}),
        ((dt.date, dt.timedelta(1)),
         {"anyOf": [{**TEXT, "format": "date"}, {}], "x-python-default": "datetime.timedelta(days=1)"}),
        ((int, Field(0, ge=1, validate_default=True)), {"type": "integer", "minimum": 1, "x-python-default": "0"}),
        ((SecretStr, "hunter2"), {**TEXT, "x-python-default": "<hidden>"}),
    ],
)  # fmt: skip
def test_a_default_that_is_refused_is_written_all_the_same(definition: Any, expected: object) -> None:
    """The schema says so, unless the default is never written."""
    assert field(definition, strict=True) == expected
