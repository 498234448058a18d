"""Recursive models, for which pydantic keeps only an address if they are generic."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from pydantic import AfterValidator, BaseModel
from typing_extensions import TypeAliasType

from typedsignals.catalog import ModelRecords
from typedsignals.catalog._describe.annotations import AnnotationReader
from typedsignals.catalog._records.types import MappingType, OpaqueType, members_of
from typedsignals.catalog.formats import asyncapi, markdown

from .making import changes, model
from .programs import Program

T = TypeVar("T")
S = TypeVar("S")


class Mark:
    pass


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: Page[T] | None = None


class Branch(BaseModel, Generic[T]):
    leaves: list[Branch[T]] = []


class Left(BaseModel, Generic[T, S]):
    own: T
    right: Right[S, T] | None = None


class Right(BaseModel, Generic[T, S]):
    own: T
    left: Left[S, T] | None = None


class Watched(BaseModel, Generic[T]):
    watch: Callable[[Watched[T]], Annotated[int, Mark()]] | None = None


class Outer(BaseModel):
    inside: Page[Outer]


class Heir(Page[int]):
    pass


class Namesake:
    class Page(BaseModel, Generic[T]):
        item: T
        next: Namesake.Page[T] | None = None


for _kind in (Left, Right, Namesake.Page):
    _kind.model_rebuild()
Namesake.Page.__qualname__ = "Page"


def types_in(kind: Any) -> dict[str, str]:
    """The types of all fields of a model and of the models nested in it."""
    models = ModelRecords()
    models.add(kind)
    named = {name.rpartition(f"{__name__}.")[2]: record for name, record in models.records.items()}
    return {f"{name}.{field.name}": str(field.type) for name, record in named.items() for field in record.fields}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Page[int], {"Page[int].items": "list[int]", "Page[int].next": "Page[int] | None"}),
        (Page[int | None], {"Page[int | None].next": "Page[int | None] | None"}),
        (Page[Literal["a:1,]"]], {"Page[Literal['a:1,]']].next": "Page[Literal['a:1,]']] | None"}),
        (Page[Annotated[int, AfterValidator(abs)]], {"Page[int].next": "Page[int] | None"}),
        (Page["int"], {"Page[int].next": "Page[int] | None"}),
        (Page, {"Page.next": "Page | None"}),
        (Heir, {"Heir.next": "Page[int] | None", "Page[int].next": "Page[int] | None"}),
        (Outer, {"Outer.inside": "Page[Outer]", "Page[Outer].next": "Page[Outer] | None"}),
        (Branch[int], {"Branch[int].leaves": "list[Branch[int]]"}),
        (Branch[Branch[int]], {"Branch[Branch[int]].leaves": "list[Branch[Branch[int]]]"}),
        (Namesake.Page[int], {"Page[int].item": "int", "Page[int].next": "Page[int] | None"}),
    ],
)
def test_a_generic_model_within_itself_is_recorded_by_its_name(kind: Any, expected: dict[str, str]) -> None:
    """The name includes its arguments, however they are written."""
    found = types_in(kind)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("kind", [Left[int, str], Right[str, int]])
def test_two_generic_models_may_be_within_one_another(kind: Any) -> None:
    """Each is found from the other, with the right arguments."""
    assert types_in(kind) == {
        "Left[int, str].own": "int",
        "Left[int, str].right": "Right[str, int] | None",
        "Right[str, int].own": "str",
        "Right[str, int].left": "Left[int, str] | None",
    }


def test_a_change_within_is_told_once() -> None:
    """The change is reported at the outermost path."""
    found = changes(model("Order", page=Page[int]), model("Order", page=Page[str]))
    assert [(change.rule.id, change.path) for change in found] == [("TS105", "page"), ("TS301", "page.items[]")]


def test_no_address_is_in_the_text_of_a_type() -> None:
    """Neither generic models nor annotations leave an address in it."""
    (watch,) = types_in(Watched[int]).values()
    assert watch == f"Callable[[{__name__}.Watched], Annotated[int, <{__name__}.Mark object>]] | None"


def test_a_model_that_is_gone_is_known_by_its_name() -> None:
    """Nothing else is left of it."""

    class Placeholder:
        type_ref = "shop.models.Page:1[int:2]"

    models = ModelRecords()
    reader = AnnotationReader(models, {})
    assert str(reader.read(Placeholder())) == "Page"
    assert models.records == {}


class Unfolding:
    """An alias like that of a ``type`` statement, whose value contains the alias itself and not only its name."""

    __name__ = "Unfolding"

    @property
    def __value__(self) -> Any:
        return Annotated[dict[str, self] | int, AfterValidator(abs)]  # type: ignore[valid-type]  # made at run time


def test_an_alias_within_itself_is_told_by_its_name() -> None:
    """Inside itself, only its name is recorded; its meaning is recorded around it."""
    record = AnnotationReader(ModelRecords(), {}).read(Unfolding())
    assert str(record) == "dict[str, Unfolding] | int"
    (mapping, _) = members_of(record)
    assert isinstance(mapping, MappingType)
    assert mapping.value == OpaqueType(name="Unfolding", fingerprint="")


class Leaf(BaseModel):
    n: int


Forest = TypeAliasType("Forest", "list[Leaf] | dict[str, Forest]")
Quoted = TypeAliasType("Quoted", list["Leaf"] | dict[str, "Quoted"])  # type: ignore[misc]  # itself
Several = TypeAliasType("Several", "list[T]", type_params=(T,))
Unknown = TypeAliasType("Unknown", "list[Leaf] | Nowhere")  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        (Forest, "list[Leaf] | dict[str, Forest]"),
        (Quoted, "list[Leaf] | dict[str, Quoted]"),
        (Several[Leaf], "list[Leaf]"),
        (list[Forest], "list[list[Leaf] | dict[str, Forest]]"),
    ],
)
def test_names_in_an_alias_may_be_text(alias: Any, text: str) -> None:
    """They are resolved where the alias was declared, as pydantic does, so that changes of models are found."""
    models = ModelRecords()
    assert str(AnnotationReader(models, {}).read(alias)) == text
    assert [*models.records] == [f"{__name__}.Leaf"]


def test_an_unknown_name_in_an_alias_is_kept() -> None:
    """What it means is unknown."""
    assert str(AnnotationReader(ModelRecords(), {}).read(Unknown)) == "list[Leaf] | Nowhere"


PROGRAM = """
    from __future__ import annotations

    from collections.abc import Callable
    from typing import Generic, TypeVar
    from pydantic import BaseModel
    from typedsignals import Namespace, Payload

    T = TypeVar("T")

    class Page(BaseModel, Generic[T]):
        items: list[T]
        next: Page[T] | None = None
        watch: Callable[[Page[T]], None] | None = None

    class Listed(Payload):
        page: Page[int]

    listed = Namespace("shop").signal("listed", Listed)
"""


def test_the_catalog_is_the_same_in_every_run(program: Program) -> None:
    """Every run has other addresses."""
    program.write(shop=PROGRAM)
    first, second = (catalogued(program.folder) for _ in range(2))
    assert first == second
    assert "shop.Page[int]" in first


@pytest.mark.parametrize("form", [asyncapi, markdown])
def test_formats_name_the_model(program: Program, form: Any) -> None:
    """They do not show the placeholder."""
    program.write(shop=PROGRAM)
    text = form.render(program.catalog())
    assert "Page[int]" in text
    assert "type_ref" not in text


def catalogued(folder: Path) -> str:
    command = [sys.executable, "-m", "typedsignals", "catalog", "shop", "--format", "json"]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout  # noqa: S603  # ours
