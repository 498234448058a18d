"""The configuration of what is nested: models have their own, dataclasses and typed dictionaries may inherit it."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import (
    AfterValidator,
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    Strict,
    TypeAdapter,
    ValidationError,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypedDict

from typedsignals.catalog import ModelRecord, ModelRecords
from typedsignals.catalog._types import ModelType, OpaqueType, ScalarType

from .making import changes, model
from .zoo import Cat, Dog

T = TypeVar("T")


@dataclasses.dataclass
class Plain:
    item_id: int


class Keyed(TypedDict):
    item_id: int


@pydantic_dataclass
class Own:
    item_id: int


class Model(BaseModel):
    item_id: int


@dataclasses.dataclass
class Configured:
    __pydantic_config__ = ConfigDict(extra="ignore")

    item_id: int


class KeyedBase(TypedDict):
    __pydantic_config__ = ConfigDict(extra="ignore")  # type: ignore[misc]  # as pydantic documents it


class KeyedHeir(KeyedBase):
    item_id: int


class Root(RootModel[Plain]):
    pass


NESTED = [Plain, Keyed, Own, Model, Configured, KeyedHeir]
CONFIGS: list[ConfigDict] = [
    {},
    {"extra": "ignore"},
    {"extra": "forbid"},
    {"strict": True},
    {"alias_generator": to_camel},
    {"alias_generator": AliasGenerator(serialization_alias=to_camel)},
    {"extra": "forbid", "strict": True},
]


def nested(kind: Any, config: ConfigDict) -> tuple[ModelType, ModelRecord]:
    """The type of a field in a model of that configuration, and the record it leads to."""
    models = ModelRecords()
    (field,) = models.records[models.add(model("Order", config, a=kind))].fields
    assert isinstance(field.type, ModelType)
    return field.type, models.records[field.type.model]


def reads(payload: type[BaseModel], content: Any, **options: Any) -> bool:
    key = payload.model_fields["a"].validation_alias or "a"
    try:
        payload.model_validate_json(json.dumps({key: content}), **options)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("config", CONFIGS, ids="-".join)
@pytest.mark.parametrize("kind", NESTED)
def test_what_is_nested_is_recorded_as_pydantic_takes_it(kind: Any, config: ConfigDict) -> None:
    """Its unknown fields, its strictness and its names in messages."""
    payload = model("Order", config, a=kind)
    _, record = nested(kind, config)
    (field,) = record.fields
    assert isinstance(field.type, ScalarType)
    (key,) = field.validation_aliases or (field.name,)
    assert reads(payload, {key: 1})
    assert reads(payload, {key: 1, "unknown": 2}) is (record.extra != "forbid")
    assert reads(payload, {key: "1"}) is not field.type.strict
    sent = TypeAdapter(kind).validate_python({"item_id": 1})
    written = payload.model_construct(a=sent).model_dump(by_alias=True)
    assert [*written.values()] == [{field.written_name: 1}]


@pytest.mark.parametrize("config", CONFIGS, ids="-".join)
@pytest.mark.parametrize("kind", NESTED)
def test_only_strict_dataclasses_have_to_be_instances(kind: Any, config: ConfigDict) -> None:
    """pydantic makes models and typed dictionaries from what it is given even where it is strict."""
    payload = model("Order", config, a=kind)
    found, record = nested(kind, config)
    content = {name: 1 for field in record.fields for name in field.validation_aliases or (field.name,)}
    try:
        payload.model_validate({"a": content}, by_name=True)
        taken = True
    except ValidationError:
        taken = False
    assert taken is not found.strict


class Strictly(BaseModel):
    a: Annotated[Model, Strict()]


def test_an_annotation_makes_no_model_strict() -> None:
    """pydantic does not look at it there."""
    assert Strictly.model_validate({"a": {"item_id": "1"}}).a.item_id == 1
    assert nested(Annotated[Model, Strict()], {})[0].strict is False


def test_the_configuration_is_that_of_the_closest_that_has_one() -> None:
    """A dataclass in a root model has that of the root model, one in a dataclass that of what is around both."""
    outer = dataclasses.make_dataclass("outer", [("a", Plain)])
    models = ModelRecords()
    for config in (ConfigDict(), ConfigDict(extra="forbid")):
        models.add(model("Order", config, a=outer, b=Root))
    extras = {name.rpartition(".")[2]: record.extra for name, record in models.records.items()}
    assert extras == {
        "Order": "ignore",
        "outer": "ignore",
        "Plain": "ignore",
        "Order#2": "forbid",
        "outer#2": "forbid",
        "Plain#2": "forbid",
    }


def test_a_change_of_the_outer_configuration_is_told_where_it_is_felt() -> None:
    """Unknown fields of a nested dataclass are forbidden with those of the model."""
    old, new = (model("Order", ConfigDict(extra=extra), a=Plain) for extra in ("ignore", "forbid"))
    assert [(change.rule.id, change.path) for change in changes(old, new)] == [("TS401", ""), ("TS401", "a")]


def test_a_class_met_in_two_ways_has_two_records() -> None:
    """But one where the configurations differ in nothing that counts, and its second name is no other class."""
    models = ModelRecords()
    lax = model("Lax", ConfigDict(extra="ignore", title="Lax"), a=Plain)
    also = model("Also", ConfigDict(), a=Plain)
    for payload in (lax, also, model("Strict", ConfigDict(strict=True), a=Plain)):
        models.add(payload)
    assert sum("Plain" in name for name in models.records) == 2
    both = model("Both", a=model("First", ConfigDict(extra="forbid"), a=Plain), b=model("Then", a=Plain))
    once = model("Both", a=model("First", a=Plain), b=model("Then", a=Plain))
    assert "TS105" not in [change.rule.id for change in changes(both, once)]


@dataclasses.dataclass
class Described:
    count: int = Field(default=3, alias="n")
    total: int = Field(default=0, validation_alias="t")
    tags: list[str] = dataclasses.field(default_factory=list)
    first_name: str = ""


def test_fields_of_dataclasses_may_be_described_by_pydantic() -> None:
    """And a generator only gives those names that are not given there."""
    _, record = nested(Described, {})
    assert (record.fields[0].default, record.fields[0].written_name) == ("3", "n")
    _, record = nested(Described, {"alias_generator": to_camel})
    assert [(field.validation_aliases, field.written_name) for field in record.fields] == [
        (("n",), "n"),
        (("t",), "total"),
        ((), "tags"),
        (("firstName",), "firstName"),
    ]


@dataclasses.dataclass
class Box(Generic[T]):
    item: T


def test_members_of_a_union_correspond_whatever_their_numbers() -> None:
    """The second record of a class is not another class."""
    first, second = model("First", ConfigDict(extra="forbid"), a=Plain), model("Then", a=Plain | Keyed)
    old, new = model("Both", a=first, b=second), model("Both", b=second)
    assert {change.rule.id for change in changes(old, new)} == {"TS203"}


def test_arguments_of_a_generic_are_named_as_they_are_recorded() -> None:
    """No record is made of an argument under a configuration that it never has."""
    models = ModelRecords()
    models.add(model("Order", ConfigDict(extra="forbid"), a=Box[Plain]))
    names = [name.rpartition(".")[2] for name in models.records]
    assert names.count("Plain") == 1
    assert "Plain#2" not in names


class Tags(RootModel[list[str]]):
    model_config = ConfigDict(str_to_upper=True)

    @field_validator("root")
    @classmethod
    def known(cls, value: list[str]) -> list[str]:
        return value

    @model_validator(mode="after")
    def some(self) -> Tags:
        return self

    @model_serializer
    def joined(self) -> str:
        return ",".join(self.root)


class Flat(RootModel[list[str]]):
    @field_serializer("root")
    def joined(self, value: list[str]) -> str:
        return ",".join(value)


def behaviours(kind: Any) -> list[str]:
    models = ModelRecords()
    (field,) = models.records[models.add(model("Order", a=kind))].fields
    return [behaviour.name for behaviour in field.behaviours]


def test_what_a_root_model_does_is_recorded_where_it_is_nested() -> None:
    """Its methods, its settings and the annotations of its root, however deep it is."""
    expected = ["field validator known of root", "model validator some", "model serializer joined", "str_to_upper=True"]
    assert behaviours(Tags) == expected
    assert behaviours(dict[str, Tags | None]) == expected
    assert behaviours(Flat) == ["field serializer joined of root"]
    assert behaviours(RootModel[Annotated[int, AfterValidator(abs)]]) == ["AfterValidator(func=builtins.abs)"]


def test_a_root_model_that_writes_otherwise_is_a_change_that_cannot_be_decided() -> None:
    """As it is of a model."""
    (found,) = changes(model("Order", a=RootModel[list[str]]), model("Order", a=Flat))
    assert (found.rule.id, found.path) == ("TS314", "a")


class Nest(RootModel[dict[str, "Nest"] | int]):
    @model_validator(mode="after")
    def checked(self) -> Nest:
        return self


def test_a_root_model_within_itself_is_told_once() -> None:
    """Where it is unfolded."""
    assert behaviours(Nest) == ["model validator checked"]


class StrictNumber(RootModel[int]):
    model_config = ConfigDict(strict=True)


class Pet(RootModel[Annotated[Cat | Dog, Field(discriminator="kind")]]):
    pass


def root_of(kind: Any, config: ConfigDict) -> Any:
    models = ModelRecords()
    (field,) = models.records[models.add(model("Order", config, a=kind))].fields
    return field.type


def test_a_root_model_has_a_configuration_of_its_own() -> None:
    """It is as strict as it says, whatever is around it; its root may be told apart by a field."""
    assert not reads(model("Order", a=StrictNumber), "1")
    assert root_of(StrictNumber, {}).strict
    assert reads(model("Order", ConfigDict(strict=True), a=RootModel[int]), "1")
    assert not root_of(RootModel[int], {"strict": True}).strict
    assert root_of(Pet, {}).discriminator == "kind"
    assert not isinstance(root_of(Nest, {}), OpaqueType)
