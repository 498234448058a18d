"""Describing models as records: types, defaults, code."""

from __future__ import annotations

import collections
import dataclasses
import enum
import pathlib
import re
import sys
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Final, ForwardRef, Generic, Literal, NamedTuple, NotRequired, TypeVar, cast

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    PlainSerializer,
    PlainValidator,
    Strict,
    field_validator,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypeAliasType, TypedDict

from typedsignals import DeclarationError
from typedsignals.catalog import ModelRecord, ModelRecords
from typedsignals.catalog._describe.annotations import AnnotationReader
from typedsignals.catalog._describe.defaults import default_text
from typedsignals.catalog._records.fingerprint import dotted_name, fingerprint, source_of

from .making import changes, model
from .zoo import Color, Connection, Money, Node, Page, Point, Zoo

T = TypeVar("T")
Numeric = TypeVar("Numeric", int, float)
Bounded = TypeVar("Bounded", bound=str)
Pairs = TypeAliasType("Pairs", list[tuple[T, T]], type_params=(T,))
POSITIVE = "Annotated[int, gt=0]"


def text(annotation: Any, **config: Any) -> str:
    return str(read(annotation, cast("ConfigDict", config)))


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, "int"),
        (None, "None"),
        (object, "Any"),
        (Final[int], "int"),
        (T, "Any"),
        (Numeric, "int | float"),
        (Bounded, "str"),
        (list, "list[Any]"),
        (tuple, "tuple[Any, ...]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (tuple[()], "tuple[()]"),
        (dict, "dict[Any, Any]"),
        (collections.Counter[str], "Counter[str, int]"),
        (collections.Counter, "Counter[Any, int]"),
        (collections.deque[int], "deque[int]"),
        (Pairs[int], "list[tuple[int, int]]"),
        (Literal["a", 1, True], "Literal['a', 1, True]"),
        (Literal[Color.RED, None], "Color | None"),  # noqa: PYI061  # as it may be written
        (Color, "Color"),
        (int | (str | None), "int | str | None"),
        (int | Any, "int | Any"),
        (Connection, "Connection"),
        (type[Connection], "type[tests.catalog.zoo.Connection]"),
        (Callable[[int], str], "Callable[[int], str]"),
        (Point, "Point"),
        (Money, "Money"),
        (Page[int | None], "Page[int | None]"),
        (Annotated[list[Annotated[int, Field(gt=0)]], Strict()], f"list[{POSITIVE}]"),
        (Annotated[list[int], Field(max_length=3)], "Annotated[list[int], max_length=3]"),
        (Annotated[int | None, Field(gt=0)], f"{POSITIVE} | None"),
        (list[Annotated[int, {"a": 1}]], "list[int]"),
    ],
)  # fmt: skip
def test_types_read_as_they_are_written(annotation: Any, expected: str) -> None:
    """The text of a type is that of an annotation, however the type was written."""
    assert text(annotation) == expected


def read(annotation: Any, config: ConfigDict | None = None) -> Any:
    return AnnotationReader(ModelRecords(), config or ConfigDict()).read(annotation)


class Pattern:
    """A class that only has the name of the one for regular expressions."""


def test_scalars_are_told_by_the_class_itself() -> None:
    """A class of the program is not a scalar, whatever its name."""
    fraction = type("Fraction", (), {})
    assert [read(kind).kind for kind in (Pattern, fraction)] == ["live", "live"]
    assert [read(kind).kind for kind in (re.Pattern[str], pathlib.Path, uuid.UUID)] == ["scalar"] * 3


def test_an_alias_that_refers_to_itself_is_opaque_where_it_does() -> None:
    """It is unfolded once; inside, it can only be compared for equality."""
    alias = TypeAliasType("Text", dict[str, "Text"] | list["Text"] | int)  # type: ignore[misc, name-defined]  # noqa: F821  # itself
    assert text(alias) == "dict[str, Text] | list[Text] | int"
    assert read(alias).members[0].value.kind == "opaque"
    assert changes(model("Order", a=alias), model("Order", a=alias)) == ()


def test_strictness_is_that_of_the_model_unless_a_type_has_its_own() -> None:
    """The configuration applies to all parts of a field, an annotation only to its own type."""
    strict = ConfigDict(strict=True)
    assert read(list[int], strict).item.strict
    assert not read(Annotated[int, Field(strict=False)], strict).strict
    lax = read(Annotated[list[int], Strict()])
    assert (lax.strict, lax.item.strict) == (True, False)


def test_configured_limits_are_those_of_the_fields() -> None:
    """They are merged as pydantic does: the field's own limits win."""
    config = ConfigDict(str_min_length=2, str_max_length=9, allow_inf_nan=False)
    assert text(Annotated[str, Field(max_length=3)], **config) == "Annotated[str, min_length=2, max_length=3]"
    assert text(float, **config) == "Annotated[float, allow_inf_nan=False]"
    assert text(int, **config) == "int"


def test_limits_of_what_has_none_of_its_own_are_kept_as_code() -> None:
    """A change of such limits is found, but not its meaning."""
    old, new = (model("Order", a=Annotated[Color, Field(gt=limit)]) for limit in (1, 2))
    assert [change.rule.id for change in changes(old, new)] == ["TS314"]


class Shapes(BaseModel):
    """What can be read of a model."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    known: int = Field(1, description="How many.", deprecated=True)


def record(kind: type) -> ModelRecord:
    models = ModelRecords()
    return models.records[models.add(kind)]


def test_a_model_is_recorded_with_what_people_say_of_it() -> None:
    """Its own docstring, descriptions, deprecations and settings are recorded."""
    found = record(Shapes)
    assert (found.doc, found.extra, found.settings) == (
        "What can be read of a model.",
        "allow",
        {"str_strip_whitespace": "True"},
    )
    assert (found.fields[0].description, found.fields[0].deprecated) == ("How many.", "deprecated")
    assert record(Money).doc is None
    assert record(model("Plain", a=int)).doc is None


def test_generated_aliases_are_those_on_the_wire() -> None:
    """An alias generator gives a field both its names in messages."""
    (field,) = record(model("Order", ConfigDict(alias_generator=to_camel), first_name=int)).fields
    assert (field.read_names, field.written_name) == (("firstName", "first_name"), "firstName")


class Options(TypedDict, total=False):
    a: Annotated[int, Field(gt=0)]


class Mixed(Options):
    b: NotRequired[int]
    c: str


@dataclasses.dataclass
class Parts:
    kept: int
    listed: list[int] = dataclasses.field(default_factory=list)
    derived: int = dataclasses.field(init=False, default=0)


def test_typed_dicts_and_dataclasses_are_models() -> None:
    """Keys that may be absent are recorded, and fields that cannot be passed are left out."""
    fields = record(Mixed).fields
    assert [(field.name, field.required, field.sometimes_absent) for field in fields] == [
        ("a", False, True),
        ("b", False, True),
        ("c", True, False),
    ]
    assert str(fields[0].type) == "Annotated[int, gt=0]"
    assert record(Mixed).flavour == "typeddict"
    assert [(field.name, field.required) for field in record(Parts).fields] == [("kept", True), ("listed", False)]


class Container(BaseModel, Generic[T]):
    item: T


def test_generic_models_are_named_in_one_way() -> None:
    """pydantic's own names for them depend on its version."""
    assert record(Container[int | None]).name.endswith("test_normalise.Container[int | None]")


def test_a_model_that_is_not_complete_is_refused() -> None:
    """The error shows the undefined name."""
    with pytest.raises(DeclarationError, match="Missing"):
        record(model("Order", a=ForwardRef("Missing")))


class Plain:
    pass


class Sized(NamedTuple):
    width: int = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "1"),
        ("a", "'a'"),
        ((1,), "(1,)"),
        ((1, 2), "(1, 2)"),
        ([Color.RED], "[Color.RED]"),
        ({3, 1, 2}, "set([1, 2, 3])"),
        ({"a": {"b": None}}, "{'a': {'b': None}}"),
        (Sized(), "Sized(1)"),
        (Node(children=[Node()]), "Node(children=[Node(children=[])])"),
        (pathlib.PurePosixPath("a/b"), "Path('a/b')"),
        (pathlib.PurePosixPath("/srv/shop"), "<pathlib.PurePosixPath>"),
        (Plain(), f"<{__name__}.Plain>"),
        (Plain, f"<{__name__}.Plain>"),
        (len, "<builtins.len>"),
    ],
)
def test_defaults_are_the_same_on_every_machine(value: Any, expected: str) -> None:
    """They contain no addresses, no absolute paths, and no order of sets."""
    assert default_text(value) == expected


def checked(value: int) -> int:
    # A comment

    return value


def test_comments_and_blank_lines_are_no_change() -> None:
    """The fingerprint is that of the code alone."""
    assert source_of(checked) == "def checked(value: int) -> int:\n    return value"
    assert source_of(partial(checked)) == source_of(checked)
    assert fingerprint("a", "b") != fingerprint("ab")


def test_code_without_source_is_told_apart_by_its_byte_code() -> None:
    """This works only within one version of Python."""
    spaces: list[dict[str, Any]] = [{}, {}, {}]
    bodies = ("1", "2", "lambda: 1")
    for space, body in zip(spaces, bodies, strict=True):
        code = compile(f"def made(): return {body}", "<nowhere>", "exec")
        exec(code, space)  # noqa: S102  # there is no other code without source
    sources = {source_of(space["made"]) for space in spaces}
    assert len(sources) == 3
    assert all(source.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}\n") for source in sources)
    assert source_of(len) == "builtins.len"


def with_validator(sign: int) -> type[BaseModel]:
    if sign > 0:

        class Positive(BaseModel):
            a: int

            @field_validator("a")
            @classmethod
            def check(cls, value: int) -> int:
                return value

        return Positive

    class Negative(BaseModel):
        a: int

        @field_validator("a")
        @classmethod
        def check(cls, value: int) -> int:
            return -value

    Negative.__qualname__ = with_validator(1).__qualname__
    return Negative


def test_a_changed_validator_cannot_be_decided() -> None:
    """It is shown with its name and its fields."""
    (change,) = changes(with_validator(1), with_validator(-1))
    assert (change.rule.id, change.message) == ("TS314", "payload: field validator check of a changed")
    assert changes(with_validator(1), with_validator(1)) == ()


def test_annotated_validators_and_settings_count_too() -> None:
    """Removing a validator is a change as well."""
    old = model("Order", a=Annotated[int, AfterValidator(checked)])
    found = changes(old, model("Order", a=int))
    assert [(change.rule.id, change.path) for change in found] == [("TS314", "a")]
    assert "AfterValidator" in found[0].message
    enums = model("Order", ConfigDict(use_enum_values=True), a=int)
    assert [change.rule.id for change in changes(enums, model("Order", a=int))] == ["TS314"]


class Doubled:
    """Metadata of the program."""

    __slots__ = ("times",)

    def __init__(self, times: int) -> None:
        self.times = times

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source)


class Tag(Doubled):
    """Metadata with the name of pydantic's that has no effect."""


class InstanceOf:
    """Metadata with the name of pydantic's, which means nothing without its method."""


def test_annotations_are_told_by_where_they_are_from() -> None:
    """The program's own metadata is not pydantic's, whatever its name."""
    assert len(record(model("Order", a=Annotated[int, Tag(2)])).fields[0].behaviours) == 1
    assert text(Annotated[int, InstanceOf()]) == "int"


@dataclasses.dataclass
class Rounded:
    places: int = 2

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source)


@dataclasses.dataclass
class RoundedMore(Rounded):
    places: int = 3


RoundedMore.__name__ = "Rounded"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (BeforeValidator(abs), "BeforeValidator(func=builtins.abs)"),
        (PlainValidator(abs), "PlainValidator(func=builtins.abs)"),
        (PlainSerializer(abs), "PlainSerializer(func=builtins.abs)"),
        (PlainSerializer(abs, when_used="json"), "PlainSerializer(func=builtins.abs, when_used='json')"),
        (BeforeValidator(abs, str), "BeforeValidator(func=builtins.abs, json_schema_input_type=builtins.str)"),
        (Rounded(), "Rounded()"),
        (Rounded(3), "Rounded(places=3)"),
        (Doubled(2), "Doubled()"),
    ],
)
def test_annotations_are_named_with_what_they_are_given(annotation: Any, expected: str) -> None:
    """Defaults are left out."""
    (behaviour,) = record(model("Order", a=Annotated[int, annotation])).fields[0].behaviours
    assert behaviour.name == expected


def test_what_an_annotation_of_ones_own_has_anyway_may_change() -> None:
    """Its name stays the same, but the fingerprint changes."""
    old, new = (model("Order", a=Annotated[int, annotation]) for annotation in (Rounded(), RoundedMore()))
    assert [change.message for change in changes(old, new)] == ["a: Rounded() changed"]


def never(value: object) -> bool:
    return False


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[int, Doubled(2)],
        Annotated[str, Json],
        Annotated[int, Field(exclude_if=never)],
        Annotated[Decimal, Field(gt=Decimal("Infinity"))],
        Annotated[Decimal, Field(gt=Decimal("0.10000000000000000001"))],
        Annotated[uuid.UUID, Field(gt=uuid.UUID(int=3))],
        Annotated[str, Field(pattern=re.compile("^a"))],
    ],
)
def test_rare_annotations_are_recorded(annotation: Any) -> None:
    """Their effect is unknown or rarely matters, but they are recorded."""
    field = record(model("Order", a=annotation)).fields[0]
    assert field.behaviours or field.type != read(annotation.__origin__)
    assert changes(model("Order", a=annotation), model("Order", a=annotation)) == ()


def test_a_zoo_of_models_does_not_change_by_itself() -> None:
    """Every kind of type equals itself."""
    assert changes(Zoo, Zoo) == ()


class Weird(enum.Enum):
    PAIR = (1, 2)
    NOTHING = None
    COLOR = Color.RED
    TEXT = "(1, 2)"
    HALF = "\ud83d"


def test_members_whose_values_json_does_not_have_are_known_by_their_text() -> None:
    """The text is not confused with a value."""
    choices = read(Weird).choices
    assert [choice.value for choice in choices] == [None, None, None, "(1, 2)", None]
    assert [choice.text for choice in choices] == ["(1, 2)", "None", "Color.RED", "", "'\\ud83d'"]
    assert [choice.literal for choice in choices][3] == "'(1, 2)'"


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (pathlib.Path, "pathlib.Path"),
        (DeclarationError, "typedsignals.DeclarationError"),
        (AnnotationReader, "typedsignals.catalog._describe.annotations.AnnotationReader"),
        (Color, f"{Color.__module__}.Color"),
    ],
)
def test_what_a_private_module_is_written_in_is_named_as_it_is_imported(thing: Any, expected: str) -> None:
    """The name stays the same if the class moves to another private module, as `pathlib.Path` did."""
    assert dotted_name(thing) == expected


class Parent(BaseModel, Generic[T]):
    item: T


class Child(Parent[int]):
    pass


@dataclasses.dataclass
class Shape:
    width: int
    name: str = dataclasses.field(kw_only=True, default="")


@dataclasses.dataclass
class Square(Shape):
    area: int = dataclasses.field(init=False, kw_only=True)


def test_models_name_the_models_they_derive_from() -> None:
    """Generic bases have no arguments, and bases that all models have are left out."""
    models = ModelRecords()
    for kind in (Parent, Child, Shape, Square):
        models.add(kind)
    bases = {name.rpartition(".")[2]: record.bases for name, record in models.records.items()}
    assert bases == {"Parent": (), "Child": (f"{__name__}.Parent",), "Shape": (), "Square": (f"{__name__}.Shape",)}


def test_fields_of_dataclasses_are_given_by_position_or_not() -> None:
    """Fields of models are never passed by position."""
    models = ModelRecords()
    square, child = (models.records[models.add(kind)] for kind in (Square, Child))
    assert (square.positional, square.keyword_only) == (("width",), ("name",))
    assert (child.positional, child.keyword_only) == ((), ())
