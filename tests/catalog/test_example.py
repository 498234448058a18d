"""The examples of sends that are made up from the types of fields."""

from __future__ import annotations

import ast
import datetime as dt
import enum
import math
import re
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, SkipValidation
from typing_extensions import TypedDict

from examples.shop import domain
from typedsignals.catalog import (
    Catalog,
    FieldRecord,
    ModelRecord,
    ModelRecords,
    SenderRecord,
    TypeRecord,
    discover,
)
from typedsignals.catalog._example import example_send
from typedsignals.catalog._example_text import matching_text
from typedsignals.catalog._types import ChoiceType, Constraints, ModelType, ScalarType
from typedsignals.testing import capture

from .making import catalog, model, send, signal
from .zoo import Zoo


class Color(enum.Enum):
    RED = "red"


class Outer:
    class Inner(BaseModel):
        model_config = ConfigDict(strict=True)

        since: dt.date


class Address(TypedDict):
    street: str
    floor: NotRequired[int]


class Tree(BaseModel):
    name: str
    children: list[Tree]


class Chain(BaseModel):
    link: Chain


def only(made: Catalog) -> str:
    """The example of the only signal of a catalog."""
    (found,) = made.signals
    return example_send(made, found)


def evaluated(example: str, **known: Any) -> dict[str, Any]:
    """The keywords of an example's send, by running it with another signal in its place."""
    sent: dict[str, Any] = {}
    tree = ast.parse(example)
    call = tree.body[-1]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    call.value.func = ast.Name("keep", ast.Load())
    tree.body = [line for line in tree.body if not (isinstance(line, ast.ImportFrom) and line.module == "shop.orders")]

    def keep(sender: object, **fields: Any) -> None:
        sent.update(fields)

    exec(compile(ast.fix_missing_locations(tree), "example", "exec"), {"sender": None, "keep": keep, **known})  # noqa: S102 - made here
    return sent


def value_of(annotation: Any) -> Any:
    """The value that is made up for a field of that type; it must be valid, strictly."""
    payload = model(_config=ConfigDict(strict=True, arbitrary_types_allowed=True), field=annotation)
    values = evaluated(only(catalog(payload)))
    payload(**values)
    return values["field"]


def limited(kind: Any, **limits: Any) -> Any:
    return Annotated[kind, Field(**limits)]


def test_the_shop_takes_its_examples() -> None:
    """Each signal of the example program, with its own models and validators."""
    made = discover(["examples.shop"]).catalog
    assert len(made.signals) == 4
    for found in made.signals:
        example = example_send(made, found)
        with capture(getattr(domain, found.qualified_name)) as heard:
            exec(example, {"shop": domain.Shop("here")})  # noqa: S102 - made here
        assert len(heard) == 1


@pytest.mark.parametrize(
    "annotation",
    [
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        Decimal,
        dt.date,
        dt.datetime,
        dt.time,
        dt.timedelta,
        uuid.UUID,
        Path,
        IPv4Address,
        HttpUrl,
        SecretStr,
        None,
        Color,
        Literal["a", 1],
        Literal[2],
        list[int],
        set[str],
        frozenset[int],
        deque[int],
        tuple[int, ...],
        tuple[int],
        tuple[int, str],
        tuple[()],
        Sequence[int],
        AbstractSet[int],
        dict[str, Decimal],
        Mapping[str, list[int]],
        Counter[str],
        OrderedDict[str, int],
        defaultdict[str, int],
        str | None,
        int | str,
        list[Outer.Inner],
        Address,
    ],
)
def test_each_type_has_a_value(annotation: Any) -> None:
    """One that a strict model takes."""
    value_of(annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        limited(int, gt=5),
        limited(int, ge=5, le=5),
        limited(int, lt=0),
        limited(int, gt=10, multiple_of=7),
        limited(int, le=-10, multiple_of=7),
        limited(float, gt=0, lt=1),
        limited(float, gt=0.25, le=0.5),
        limited(Decimal, max_digits=3, decimal_places=1, gt=Decimal("1.5")),
        limited(Decimal, max_digits=1),
        limited(Decimal, decimal_places=0),
        limited(Decimal, ge=1000, max_digits=4),
        limited(Decimal, multiple_of=Decimal("0.5"), gt=2),
        limited(dt.date, ge=dt.date(2030, 1, 1)),
        limited(dt.date, lt=dt.date(2020, 1, 1)),
        limited(dt.datetime, gt=dt.datetime(2030, 1, 1, tzinfo=dt.UTC)),
        limited(dt.datetime, le=dt.datetime(2020, 1, 1)),  # noqa: DTZ001 - a naive one
        limited(dt.date, le=dt.date.max),
        limited(float, lt=math.inf),
        limited(dt.time, le=dt.time(9)),
        limited(dt.timedelta, lt=dt.timedelta(minutes=1)),
        limited(str, min_length=10),
        limited(str, max_length=2),
        limited(str, max_length=0),
        limited(str, pattern=r"^[A-Z]{3}-\d{3}$"),
        limited(bytes, min_length=6),
        limited(list[int], min_length=3),
        limited(tuple[int, ...], min_length=2),
        limited(list[int], max_length=0),
        limited(tuple[int, ...], max_length=0),
        limited(set[int], max_length=0),
    ],
)
def test_values_are_within_the_limits_of_their_type(annotation: Any) -> None:
    """As far as these are simple."""
    value_of(annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        limited(int, gt=0, lt=1),
        limited(float, gt=1, lt=1),
        limited(Decimal, gt=Decimal("0.001"), lt=Decimal("0.002"), decimal_places=2),
        limited(dt.time, gt=dt.time(13)),
        limited(str, pattern="(?i)^x$"),
        limited(str, pattern="^a$", min_length=2),
        limited(str, min_length=100),
        limited(bytes, min_length=100),
        limited(list[int], min_length=100),
        limited(set[int], min_length=2),
        SkipValidation[int],
        dict[str, object],
        object,
        Any,
        re.Pattern[str],
        limited(list[Any], min_length=1),
    ],
)
def test_what_cannot_be_made_up_is_left_open(annotation: Any) -> None:
    """With the three dots that Python has for it."""
    assert "..." in only(catalog(model(_config=ConfigDict(arbitrary_types_allowed=True), field=annotation)))


@pytest.mark.parametrize(
    "record",
    [
        ScalarType(name="int", constraints=Constraints(gt="much")),
        ScalarType(name="date", constraints=Constraints(gt="later")),
        ScalarType(name="timedelta", constraints=Constraints(gt="later")),
        ScalarType(name="timedelta", constraints=Constraints(gt=1e300)),
        ScalarType(name="datetime", constraints=Constraints(gt="2026-01-01", lt="2026-12-01T00:00:00Z")),
        ScalarType(name="date", constraints=Constraints(gt="9999-12-31")),
        ScalarType(name="int", constraints=Constraints(ge="1e9999999")),
        ScalarType(name="float", constraints=Constraints(ge="inf")),
        ScalarType(name="float", constraints=Constraints(ge="nan")),
        ScalarType(name="Decimal", constraints=Constraints(ge="1e40")),
        ScalarType(name="str", constraints=Constraints(pattern="((((a{100}){100}){100}){100}){100}")),
        ScalarType(name="bytes", constraints=Constraints(pattern="é")),
        ScalarType(name="Unheard", constraints=Constraints(gt=1)),
        ChoiceType(name="shop.Empty", choices=()),
        ModelType(model="shop.Missing"),
    ],
)
def test_a_record_that_makes_no_sense_is_left_open(record: TypeRecord) -> None:
    """A catalog may be read from a file that anyone wrote."""
    payload = ModelRecord(name="shop.M", extra="ignore", fields=(FieldRecord(name="a", type=record, required=True),))
    assert only(Catalog.of(["shop"], {"shop.M": payload}, [signal("shop.M")])).endswith("placed.send(sender, a=...)")


def test_long_imports_are_broken_too() -> None:
    """As formatters lay them out."""
    models = [model(f"ARatherLongNameOfAModel{number}", a=int) for number in range(4)]
    fields: dict[str, Any] = {f"field_{number}": found for number, found in enumerate(models)}
    example = only(catalog(model(**fields)))
    assert "from shop import (\n    ARatherLongNameOfAModel0,\n" in example
    ast.parse(example)


def test_containers_of_anything_are_empty() -> None:
    """There is nothing to show in them."""
    payload = model(a=list, b=tuple[Any, ...], c=set[Any])
    assert only(catalog(payload)).endswith("placed.send(sender, a=[], b=(), c=set())")


def test_models_within_themselves_end_somewhere() -> None:
    """An empty list where that will do."""
    assert only(catalog(Tree)).endswith('placed.send(sender, name="text", children=[])')
    payload = model(tree=Tree)
    assert only(catalog(payload)).endswith('placed.send(sender, tree=Tree(name="text", children=[]))')
    assert only(catalog(model(chain=Chain))).endswith("placed.send(sender, chain=Chain(link=...))")


def test_only_what_must_be_given_is() -> None:
    """Fields with defaults are left out."""
    assert only(catalog(model(a=(int, 1), b=str))).endswith('placed.send(sender, b="text")')


def test_the_sender_is_named_after_its_class() -> None:
    """By a name that is free, and no word of Python's."""
    for name, expected in (
        ("shop.WebShop", "web_shop"),
        ("shop.Class", "class_"),
        ("shop.Placed", "sender"),
        ("builtins.str", "sender"),
        ("typing.Callable[[int], str]", "sender"),
    ):
        assert f"placed.send({expected})" in only(catalog(sender=SenderRecord(name=name)))


def test_a_signal_without_payload_is_sent_what_the_source_sends_it() -> None:
    """The names are known, the values are not."""
    sends = [send("a", "b"), send("b", "c")]
    assert only(catalog(sends=sends)).endswith("placed.send(sender, a=..., b=..., c=...)")


def test_live_objects_are_variables() -> None:
    """Named as their classes are."""
    example = only(catalog(Zoo))
    assert "connection=connection," in example
    assert "callback=..." in example
    ast.parse(example)


@pytest.mark.parametrize(
    ("path", "line", "call"),
    [
        ("placed", "from shop.orders import placed", "placed.send(sender)"),
        ("Order.placed", "from shop.orders import Order", "Order.placed.send(sender)"),
        ("events['placed']", "from shop.orders import events", "events['placed'].send(sender)"),
        ("signal('placed')", "from typedsignals import signal", "signal('placed').send(sender)"),
        ("not an expression", "", "signal.send(sender)"),
        ("a\nb", "", "signal.send(sender)"),
        ("a\0b", "", "signal.send(sender)"),
        ("a, b", "", "signal.send(sender)"),
        ("placed # it", "from shop.orders import placed", "placed.send(sender)"),
    ],
)
def test_the_signal_is_named_by_the_way_to_it(path: str, line: str, call: str) -> None:
    """With what must be imported for that."""
    found = signal(path=f"shop.orders:{path}")
    assert example_send(Catalog.of(["shop"], {}, [found]), found) == f"{line}\n\n{call}".lstrip()


def test_a_module_that_cannot_be_imported_by_name_is_not() -> None:
    """A script's file name need not be one."""
    found = signal(path="shop.2-do:placed")
    assert example_send(Catalog.of(["shop"], {}, [found]), found) == "placed.send(sender)"


def test_two_classes_of_one_name_are_told_apart() -> None:
    """The second by its module."""
    models = ModelRecords()
    first, second = model("Item", a=int), model("Item", b=int)
    second.__module__ = "stock"
    payload = models.add(model(one=first, two=second))
    made = Catalog.of(["shop"], models.records, [signal(payload)])
    example = only(made)
    assert example.startswith("import stock\nfrom shop import Item\n")
    assert "placed.send(sender, one=Item(a=1), two=stock.Item(b=1))" in example


def test_a_class_of_the_standard_library_is_told_apart_too() -> None:
    """From a model of the same name."""
    namesake = model("Decimal", a=int)
    example = only(catalog(model(one=namesake, two=Decimal)))
    assert "import decimal\n" in example
    assert example.endswith('placed.send(sender, one=Decimal(a=1), two=decimal.Decimal("1.00"))')


def test_a_class_made_in_a_function_is_only_named() -> None:
    """It cannot be imported."""

    class Local(BaseModel):
        a: int

    assert only(catalog(model(local=Local))).endswith("placed.send(sender, local=Local(a=1))")
    assert "import Local" not in only(catalog(model(local=Local)))


def test_a_member_of_an_odd_name_is_looked_up() -> None:
    """Names such as `None` cannot be written after a dot."""
    odd = enum.Enum("odd", {"two words": "b", "None": "a"})
    odd.__module__ = "shop"
    assert 'field=odd["two words"]' in only(catalog(model(field=odd)))


def test_a_literal_that_json_does_not_have_is_left_open() -> None:
    """Its text need not be code."""
    assert "field=..." in only(catalog(model(field=Literal[b"a"])))


def test_fields_that_are_no_names_are_unpacked() -> None:
    """pydantic makes models of any."""
    odd: dict[str, Any] = {"class": int, "two words": int, "plain": int}
    payload = model(**odd)
    example = only(catalog(payload))
    assert example.endswith('placed.send(sender, plain=1, **{"class": 1, "two words": 1})')
    ast.parse(example)


def test_long_examples_have_a_line_for_each_part() -> None:
    """As formatters lay them out."""
    names = [f"a_rather_long_name_of_a_field_{number}" for number in range(4)]
    inner = model("Inner", **cast("Any", dict.fromkeys(names, int)))
    inner.__module__ = "shop.a_module_of_a_name_that_is_long_enough_to_break_the_line"
    example = only(catalog(model(**cast("Any", dict.fromkeys(names[:2], inner)), pair=tuple[int])))
    assert max(map(len, example.splitlines())) <= 88
    ast.parse(example)
    assert "        a_rather_long_name_of_a_field_0=1,\n" in example
    assert "    pair=(1,),\n" in example


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^[A-Z]{3}-\d{3}$", "AAA-000"),
        (r"^[^@\s]+@[^@\s]+\.[a-z]+$", "a@a.a"),
        ("a|b", "a"),
        ("^(a|b)c?(?:d)(?P<n>e)(?<x>f)?$", None),
        ("^(?P<n>ab|c)+d*$", "ab"),
        (r"\w{2,}\W.", "aa-a"),
        (r"^[\d]$", "0"),
        (r"^[]x]$", "]"),
        (r"^[^a-z]$", "A"),
        (r"^[^\w\W]$", None),
        ("^x{2,3}?$", "xx"),
        (r"^\+\.\\$", "+.\\"),
        ("(?i)x", None),
        ("(?=a)b", None),
        ("[", None),
        ("a)", None),
        ("(a", None),
        ("a{999999}", None),
        ("x{,2}", None),
        (r"^\p{L}$", None),
        ("", ""),
    ],
)
def test_a_text_is_made_for_simple_patterns(pattern: str, expected: str | None) -> None:
    """There is none for those that are not simple, or no patterns of Python's."""
    assert matching_text(pattern) == expected


@given(st.text(r"ab01[](){}?*+|^$.\-,", max_size=12))
def test_a_text_matches_its_pattern(pattern: str) -> None:
    """Whatever the pattern; a wrong text would be worse than none."""
    found = matching_text(pattern)
    assert found is None or re.search(pattern, found)
