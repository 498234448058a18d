"""Recording the documentation of a class: what a person wrote, and not what Python generates."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import pydantic.dataclasses
import pytest
from pydantic import BaseModel, RootModel
from typing_extensions import TypedDict

from typedsignals.catalog import ModelRecords


@dataclasses.dataclass
class Bare:
    x: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    x: int = 0


@pydantic.dataclasses.dataclass
class Validated:
    x: int = 0


class Pair(NamedTuple):
    x: int = 0


class Keys(TypedDict):
    x: int


class Model(BaseModel):
    x: int = 0


class Root(RootModel[int]): ...


@dataclasses.dataclass
class Written:
    """What it is.

    And more.
    """

    x: int = 0


@pydantic.dataclasses.dataclass
class WrittenAndValidated:
    """What it is.

    And more.
    """

    x: int = 0


class WrittenModel(BaseModel):
    """What it is.

    And more.
    """

    x: int = 0


@dataclasses.dataclass
class Heir(Written):
    y: int = 0


@dataclasses.dataclass
class BareHeir(Bare):
    y: int = 0


class LazyText:
    """A lazy text, like a translation that is looked up when it is shown."""

    def __str__(self) -> str:
        return "looked up"


@dataclasses.dataclass
class Lazy:
    x: int = 0


looked_up: Any = LazyText()
Lazy.__doc__ = looked_up


@pytest.mark.parametrize(
    "kind", [Bare, Slotted, Validated, Pair, Keys, Model, Root, Heir, BareHeir, Lazy], ids=lambda kind: kind.__name__
)
def test_what_nobody_wrote_is_not_recorded(kind: type) -> None:
    """Since Python 3.15, a dataclass generates its docstring on access."""
    records = ModelRecords()
    assert records.records[records.add(kind)].doc is None


@pytest.mark.parametrize("kind", [Written, WrittenAndValidated, WrittenModel], ids=lambda kind: kind.__name__)
def test_what_a_person_wrote_is(kind: type) -> None:
    """The text is recorded without its indentation."""
    records = ModelRecords()
    assert records.records[records.add(kind)].doc == "What it is.\n\nAnd more."
