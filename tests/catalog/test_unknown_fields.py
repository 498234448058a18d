"""The types of fields that a model does not know, but keeps."""

from __future__ import annotations

import dataclasses
import gc
from typing import Annotated, Any, Generic, Never, TypeVar

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, computed_field, create_model
from typing_extensions import ReadOnly, TypedDict

from typedsignals.catalog import ModelRecord, ModelRecords, compare_catalogs
from typedsignals.catalog._fit.types import Relation
from typedsignals.catalog._fit.use import Use
from typedsignals.catalog._records.file import from_json, to_json
from typedsignals.catalog._records.types import ModelType
from typedsignals.catalog.formats._descriptions import payload_notes
from typedsignals.catalog.formats._schema.models import model_schema

from .making import catalog, changes, model, receiver, send, shown

T = TypeVar("T")
ALLOW = ConfigDict(extra="allow")


def keeping(values: Any, names: Any = str, config: ConfigDict = ALLOW, **fields: Any) -> type[BaseModel]:
    """A model whose unknown fields have a type."""

    # Not as text, whose local names may be gone when it is read.
    annotations = {"__pydantic_extra__": dict[names, values]}
    base: Any = type("Base", (BaseModel,), {"model_config": config, "__annotations__": annotations})
    made: Any = create_model("Order", __base__=base, __module__="shop", **fields)
    return made


def recorded(kind: type) -> ModelRecord:
    models = ModelRecords()
    return models.records[models.add(kind)]


INT, STR, ANY = keeping(int, a=int), keeping(str, a=int), model("Order", ALLOW, a=int)
IGNORING, FORBIDDING = (model("Order", ConfigDict(extra=extra), a=int) for extra in ("ignore", "forbid"))


@pytest.mark.parametrize(
    ("old", "new", "rule", "path", "marks"),
    [
        (INT, STR, "TS301", "**extra{}", "✗✗✓✗✗✗"),
        (INT, ANY, "TS302", "**extra{}", "✓⚠✓⚠✓✗"),
        (ANY, INT, "TS303", "**extra{}", "✗✓✓✓✗✓"),
        (IGNORING, INT, "TS303", "**extra{}", "✗✓✓✓✓✓"),
        (
            keeping(int, str, a=int),
            keeping(int, Annotated[str, AfterValidator(str.upper)], a=int),
            "TS314",
            "",
            "⚠" * 6,
        ),
        (INT, keeping(Annotated[int, AfterValidator(abs)], a=int), "TS314", "", "⚠" * 6),
        (model("Outer", n=INT), model("Outer", n=STR), "TS301", "n.**extra{}", "✗✗✗✗✗✗"),
    ],
)
def test_another_type_of_unknown_fields_is_judged_as_that_of_the_values_of_a_mapping(
    old: type[BaseModel], new: type[BaseModel], rule: str, path: str, marks: str
) -> None:
    """Receivers without ``**extra`` get none of the payload's own."""
    assert shown(changes(old, new)) == [(rule, path, marks)]
    assert changes(new, new) == ()


@pytest.mark.parametrize(("old", "new"), [(ANY, IGNORING), (IGNORING, ANY), (FORBIDDING, INT), (INT, FORBIDDING)])
def test_unknown_fields_that_nobody_kept_or_keeps_have_no_other_type(old: Any, new: Any) -> None:
    """Whether they are kept is a change of its own."""
    assert [change.path for change in changes(old, new) if change.path] == []


def test_a_change_of_unknown_fields_is_said_with_both_types() -> None:
    """By the name of the parameter that gets them."""
    (found,) = changes(INT, STR)
    assert found.message == "**extra{}: type changed from int to str"


def test_unknown_fields_that_were_ignored_may_be_computed() -> None:
    """They are written, and their type is unknown."""
    record = recorded(IGNORING)
    old = catalog(IGNORING)
    old = old.model_copy(update={"models": {record.name: record.model_copy(update={"computed": ("total",)})}})
    found = compare_catalogs(old, catalog(INT))
    assert [marks for _, path, marks in shown(found) if path] == ["✗✓✓✓⚠✓"]


@pytest.mark.parametrize(
    ("values", "marks"), [(int, "✗✗✗✗✗✗"), (str, "✗✗✗✗✓✗"), (Any, "✗✗✗✗✓✗")], ids=["wrong", "right", "any"]
)
def test_a_field_that_is_gone_is_unknown_to_the_new_code(values: Any, marks: str) -> None:
    """It is kept in old messages, if it has the right type."""
    old, new = keeping(values, a=int, b=str), keeping(values, a=int)
    assert ("TS203", "b", marks) in shown(changes(old, new))


def known(found: Any) -> list[str]:
    return [str(one) for one in found.affected]


def test_who_uses_unknown_fields_may_break() -> None:
    """Only sends with a field that the model does not know, and receivers that read what ``**extra`` collects."""
    receivers = [
        receiver("without", fields=("a",)),
        receiver("with_extra", fields=("a",), takes_extra=True),
        receiver("using_extra", fields=("a",), takes_extra=True, uses_extra=True),
        receiver("reading", fields=("a",), style="payload"),
    ]
    sends = [send("a", line=5), send("a", "z", line=6), send("a", line=7, is_complete=False)]
    (found,) = changes(INT, STR, receivers=receivers, sends=sends)
    assert known(found) == [
        "receiver using_extra (shop/stock.py:9) may break",
        "receiver reading (shop/stock.py:9) may break",
        "sender shop.web (shop/web.py:6) may break",
        "sender shop.web (shop/web.py:7) may break",
    ]


class Open(TypedDict, extra_items=int):  # type: ignore[call-arg]  # mypy does not know PEP 728
    a: int


class OpenInside(Open):
    b: int


class ReadOnlyItems(TypedDict, extra_items=ReadOnly["int"]):  # type: ignore[call-arg]  # as above
    a: int


class Later(TypedDict, extra_items=list["Usual"]):  # type: ignore[call-arg]  # as above
    a: int


class Box(TypedDict, Generic[T], extra_items=int):  # type: ignore[call-arg]  # as above
    a: T


class BoxOfText(Box[str]):
    pass


class Closed(TypedDict, closed=True):
    a: int


class Nothing(TypedDict, extra_items=Never):  # type: ignore[call-arg]  # as above
    a: int


class ClosedInside(Closed):
    pass


class Usual(TypedDict):
    a: int


class Page(BaseModel, Generic[T]):
    model_config = ALLOW
    __pydantic_extra__: dict[str, T]


class OtherPage(Page[T], Generic[T]):
    pass


class PageOfNumbers(Page[int]):
    pass


class Mixin:
    __pydantic_extra__: dict[str, int]


class OfMixin(Mixin, BaseModel):  # type: ignore[misc]  # as pydantic accepts it
    model_config = ALLOW


class Tree(BaseModel):
    model_config = ALLOW
    __pydantic_extra__: dict[str, Tree]


class Strictly(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


@dataclasses.dataclass
class Data:
    __pydantic_config__ = ALLOW

    a: int


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Open, ("allow", "dict[str, int]")),
        (OpenInside, ("allow", "dict[str, int]")),
        (ReadOnlyItems, ("allow", "dict[str, int]")),
        (Later, ("allow", "dict[str, list[Usual]]")),
        (Box[str], ("allow", "dict[str, int]")),
        (BoxOfText, ("allow", "dict[str, int]")),
        (Closed, ("forbid", "None")),
        (Nothing, ("forbid", "None")),
        (ClosedInside, ("forbid", "None")),
        (Usual, ("ignore", "None")),
        (Page[int], ("allow", "dict[str, int]")),
        (OtherPage[str], ("allow", "dict[str, str]")),
        (PageOfNumbers, ("allow", "dict[str, int]")),
        (Page, ("allow", "None")),
        (OfMixin, ("allow", "dict[str, int]")),
        (Tree, ("allow", "dict[str, Tree]")),
        (Strictly, ("allow", "None")),
        (Data, ("allow", "None")),
        (keeping(Any), ("allow", "None")),
        (keeping(int, config=ConfigDict(extra="ignore")), ("ignore", "None")),
    ],
)
def test_the_type_of_unknown_fields_is_recorded_if_they_are_kept(kind: type, expected: tuple[str, str]) -> None:
    """Typed dictionaries declare it by ``extra_items``, and that they take none by ``closed``."""
    record = recorded(kind)
    assert (record.extra, str(record.extra_type)) == expected


def test_local_names_that_are_gone_are_not_taken_for_none() -> None:
    """Pydantic refers to them weakly, and has resolved them when the class was made."""

    class Line:
        pass

    @dataclasses.dataclass
    class Data:
        line: Line

    class Open(BaseModel, arbitrary_types_allowed=True, extra="allow"):
        __pydantic_extra__: dict[str, Line]
        data: Data

    kept: Any = Open
    assert str(recorded(kept).extra_type).endswith("Line]")
    namespace = kept.__pydantic_parent_namespace__
    namespace["Line"] = type(namespace["Line"])(type("Gone", (), {}))
    gc.collect()
    models = ModelRecords()
    models.add(kept)
    by_name = {name.rpartition(".")[2]: record for name, record in models.records.items()}
    assert by_name["Open"].extra_type is None
    assert [str(field.type) for field in by_name["Data"].fields] == ["Line"]


def test_the_type_of_unknown_fields_may_be_known_only_where_the_model_is_declared() -> None:
    """As those of fields."""

    class Local(BaseModel):
        pass

    class Items(TypedDict, extra_items="Local"):  # type: ignore[call-arg]  # as above
        a: int

    class Order(BaseModel):
        items: Items

    models = ModelRecords()
    models.add(Order)
    (kept,) = (record.extra_type for record in models.records.values() if record.extra_type is not None)
    assert isinstance(kept.value, ModelType)
    assert kept.value.model.endswith("<locals>.Local")


def bag(values: Any) -> Any:
    class Bag(TypedDict, extra_items=values):  # type: ignore[call-arg]  # as above
        a: int

    Bag.__module__, Bag.__qualname__ = "shop", "Bag"
    return Bag


@pytest.mark.parametrize("of", [list, lambda kind: kind | int], ids=["in a list", "in a union"])
def test_typed_dictionaries_differ_by_the_type_of_their_other_items(of: Any) -> None:
    """Wherever they are nested."""
    old, new = (catalog(model(a=of[kind] if of is list else of(kind))) for kind in (bag(int), bag(str)))
    (found,) = compare_catalogs(old, new)
    assert (found.rule.id, str(found.verdicts)) == ("TS301", "✗✗✗✗✗✗")


class Computing(BaseModel):
    a: int

    @computed_field
    def total(self) -> int:
        return self.a


@pytest.mark.parametrize(
    ("use", "source", "target", "answer"),
    [
        (Use.SEND, bag(int), bag(int), True),
        (Use.SEND, bag(int), bag(str), False),
        (Use.RECEIVE, bag(int), bag(str), False),
        (Use.RECEIVE, INT, ANY, True),
        (Use.WIRE, INT, INT, True),
        (Use.WIRE, INT, ANY, True),
        (Use.WIRE, INT, STR, False),
        (Use.WIRE, IGNORING, INT, True),
        (Use.WIRE, model(a=int, b=int), INT, True),
        (Use.WIRE, model(a=int, b=str), INT, False),
        (Use.WIRE, model(a=int, b=(str, Field(exclude=True))), INT, True),
        (Use.WIRE, Computing, INT, None),
        (Use.WIRE, Computing, ANY, True),
    ],
)
def test_models_fit_if_their_unknown_fields_do(use: Use, source: type, target: type, answer: bool | None) -> None:
    """What is written and not known is kept, and read as the type of unknown fields."""
    models = ModelRecords()
    names = [models.add(kind) for kind in (source, target)]
    relation = Relation(use, models.records, models.records)
    assert relation.holds(*(ModelType(model=name) for name in names)) is answer


def test_the_catalog_file_has_the_type() -> None:
    """Files without it can be read: nothing was known of it."""
    old = catalog(INT)
    assert from_json(to_json(old), "signals.json") == old
    assert "extra_type" not in to_json(catalog(ANY))


def test_the_type_is_shown_and_in_the_schema() -> None:
    """The schema's other properties are those of the type."""
    record = recorded(INT)
    assert payload_notes(record) == ["other fields are allowed: dict[str, int]"]
    assert model_schema(record, {}, str)["additionalProperties"] == {"type": "integer"}
