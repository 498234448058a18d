"""The configuration of nested classes: models have their own, dataclasses and typed dictionaries may inherit it."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import (
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    Strict,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypedDict

from typedsignals.catalog import ModelRecord, ModelRecords
from typedsignals.catalog._records.types import ModelType, ScalarType

from .making import changes, model

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
    """The type of a field in a model with that configuration, and the record that results."""
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
    """Unknown fields, strictness and names in messages are recorded."""
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
    """pydantic makes models and typed dictionaries from other values even if they are strict."""
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
    """pydantic ignores strictness there."""
    assert Strictly.model_validate({"a": {"item_id": "1"}}).a.item_id == 1
    assert nested(Annotated[Model, Strict()], {})[0].strict is False


def test_the_configuration_is_that_of_the_closest_that_has_one() -> None:
    """A dataclass in a root model has the root model's; in a dataclass, that of the model around both."""
    outer = dataclasses.make_dataclass("outer", [("a", Plain)])
    models = ModelRecords()
    for config in (ConfigDict(), ConfigDict(extra="forbid")):
        models.add(model("Order", config, a=outer, b=Root))
    extras = {name.rpartition(".")[2]: record.extra for name, record in models.records.items()}
    assert extras == {
        "Order": "ignore",
        "outer": "ignore",
        "Plain": "ignore",
        "Root": "forbid",
        "Order#2": "forbid",
        "outer#2": "forbid",
        "Plain#2": "forbid",
    }


def test_a_change_of_the_outer_configuration_is_told_where_it_is_felt() -> None:
    """If the model forbids unknown fields, so does a dataclass in it."""
    old, new = (model("Order", ConfigDict(extra=extra), a=Plain) for extra in ("ignore", "forbid"))
    assert [(change.rule.id, change.path) for change in changes(old, new)] == [("TS401", ""), ("TS401", "a")]


def test_a_class_met_in_two_ways_has_two_records() -> None:
    """There is one record if the configurations do not differ in anything relevant; a second one is the same class."""
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
    """A generator only gives names to fields that have none."""
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
    """An argument is not recorded under a configuration that it never has."""
    models = ModelRecords()
    models.add(model("Order", ConfigDict(extra="forbid"), a=Box[Plain]))
    names = [name.rpartition(".")[2] for name in models.records]
    assert names.count("Plain") == 1
    assert "Plain#2" not in names
