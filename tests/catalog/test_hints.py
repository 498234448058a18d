"""Resolving the annotations of nested classes that are not pydantic's as pydantic does."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import InitVar
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NamedTuple, TypeVar

import pydantic.dataclasses
import pytest
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from typedsignals.catalog import ModelRecord, ModelRecords

if TYPE_CHECKING:
    from nowhere import Missing  # type: ignore[import-not-found]

T = TypeVar("T")


def records(model: type) -> dict[str, ModelRecord]:
    """The records of a model and all models in it, by the last parts of their names."""
    found = ModelRecords()
    found.add(model)
    return {name.rpartition(".")[2]: record for name, record in found.records.items()}


def fields(record: ModelRecord) -> dict[str, str]:
    return {field.name: str(field.type).rpartition(".")[2] for field in record.fields}


def made_in_a_function() -> type[BaseModel]:
    class Local(BaseModel):
        x: int

    @dataclasses.dataclass
    class Plain:
        local: Local
        outer: Outer | None = None

    @pydantic.dataclasses.dataclass
    class Validated:
        local: Local

    class Keys(TypedDict):
        local: Local

    class Pair(NamedTuple):
        local: Local

    class Outer(BaseModel):
        plain: Plain
        validated: Validated
        keys: Keys
        pair: Pair

    return Outer


def test_local_names_are_those_of_the_function_that_made_the_model() -> None:
    """Local names are found at any depth, in pydantic's classes and others."""
    found = records(made_in_a_function())
    assert fields(found["Plain"]) == {"local": "Local", "outer": "Outer | None"}
    assert [fields(found[name]) for name in ("Validated", "Keys", "Pair")] == [{"local": "Local"}] * 3
    assert fields(found["Local"]) == {"x": "int"}


class Unrelated: ...


@dataclasses.dataclass
class Inside:
    class Unrelated(BaseModel):
        y: int

    nearest: Unrelated
    again: Inside | None = None


class Around(BaseModel):
    inside: Inside


def test_the_nearest_class_of_a_name_is_meant() -> None:
    """A name in the class comes before one in the module."""
    assert fields(records(Around)["Inside"])["nearest"] == "Unrelated"
    assert fields(records(Around)["Unrelated"]) == {"y": "int"}


@dataclasses.dataclass
class Registered:
    x: int
    registry: ClassVar[dict[str, Missing]] = {}
    instances: ClassVar[list[Missing.Inner[int]]] = []
    constant: Final[int] = 3


@dataclasses.dataclass
class Derived(Registered):
    y: int = 2
    passed: InitVar[int] = 3
    more: ClassVar[Missing | None] = None


class Registers(BaseModel):
    registered: Registered
    derived: Derived
    registry: ClassVar[dict[str, Missing]] = {}


def test_what_is_no_field_may_be_known_to_type_checkers_alone() -> None:
    """An annotation that is not a field belongs to the class, and pydantic ignores it."""
    found = records(Registers)
    assert fields(found["Registered"]) == {"x": "int", "constant": "int"}
    assert fields(found["Derived"]) == {"x": "int", "constant": "int", "y": "int", "passed": "int"}


@dataclasses.dataclass
class Account:
    password: SecretStr
    user: str = "me"
    accounts: ClassVar[dict[str, Missing]] = {}


class Accounts(BaseModel):
    by_value: Account = Account(SecretStr("hunter2"))
    by_mistake: Account = Account("hunter2")  # type: ignore[arg-type]  # as nothing checks it


def test_secrets_are_hidden_even_if_something_else_cannot_be_evaluated() -> None:
    """This is about the defaults of a model."""
    assert [field.default for field in records(Accounts)["Accounts"].fields] == ["<hidden>"] * 2


def made_with_a_default() -> type[BaseModel]:
    class Local(BaseModel):
        x: int = 1

    @dataclasses.dataclass
    class Plain:
        local: Local

    class Outer(BaseModel):
        plain: Plain = Plain(Local())

    return Outer


def test_a_default_may_have_parts_of_local_classes() -> None:
    """Such defaults are shown."""
    (field,) = records(made_with_a_default())["Outer"].fields
    assert field.default is not None
    assert field.default.endswith("Local(x=1))")


@dataclasses.dataclass
class Box(Generic[T]):
    item: T
    items: list[T]


class Holds(BaseModel):
    box: Box[int]


def test_type_variables_are_what_they_were() -> None:
    """For a generic class, only its origin is known."""
    assert fields(records(Holds)["Box[int]"]) == {"item": "Any", "items": "list[Any]"}


UNPOSTPONED = """
import dataclasses
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypedDict
from pydantic import BaseModel, SecretStr

@dataclasses.dataclass
class Generic[T]:
    item: "T"

@dataclasses.dataclass
class Registered:
    later: Later
    registry: ClassVar[dict[str, Missing]]

class Keys(TypedDict):
    later: Later

class Pair(NamedTuple):
    later: Later

class Later(BaseModel):
    x: int

class Model(BaseModel):
    generic: Generic[int]
    registered: Registered
    keys: Keys
    pair: Pair
"""


@pytest.mark.skipif(sys.version_info < (3, 14), reason="annotations are evaluated where they stand")
def test_annotations_that_are_evaluated_late_may_name_what_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """They may also name what is not imported, if they do not belong to a field."""
    module: Any = type(sys)("unpostponed")
    monkeypatch.setitem(sys.modules, "unpostponed", module)
    exec(compile(UNPOSTPONED, "unpostponed.py", "exec", dont_inherit=True), vars(module))  # noqa: S102  # newer syntax
    found = records(module.Model)
    assert [fields(found[name]) for name in ("Registered", "Keys", "Pair")] == [{"later": "Later"}] * 3
    assert fields(found["Generic[int]"]) == {"item": "Any"}
