"""The example call of a signal: the author's examples, literals, and three dots for the rest."""

from __future__ import annotations

import ast
import datetime as dt
import enum
from collections import defaultdict, deque
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, SkipValidation

from typedsignals.catalog import Catalog, FieldRecord, ModelRecord, SenderRecord, TypeRecord, to_json
from typedsignals.catalog._records.types import ChoiceType, Constraints, ModelType, ScalarType
from typedsignals.catalog.formats._example import example_send

from .making import catalog, model, send, signal


class Color(enum.Enum):
    RED = "red"


class Tree(BaseModel):
    name: str
    children: list[Tree]


def only(made: Catalog) -> str:
    """The example of the only signal in a catalog."""
    (found,) = made.signals
    return example_send(made, found)


def evaluated(example: str, **known: Any) -> dict[str, Any]:
    """The keywords of an example's send, found by running it with another signal."""
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


def limited(kind: Any, **limits: Any) -> Any:
    return Annotated[kind, Field(**limits)]


@pytest.mark.parametrize(
    ("annotation", "literal"),
    [
        (bool, "True"),
        (int, "1"),
        (float, "1.5"),
        (complex, "1j"),
        (str, '"text"'),
        (bytes, 'b"data"'),
        (None, "None"),
        (Literal["a", 1], "'a'"),
        (Literal[2], "2"),
        (int | str, "1"),
        (str | None, '"text"'),
        (Color | int, "1"),
        (list[int], "[1]"),
        (set[str], '{"text"}'),
        (frozenset[int], "frozenset({1})"),
        (tuple[int, ...], "(1,)"),
        (tuple[int], "(1,)"),
        (tuple[int, str], '(1, "text")'),
        (tuple[()], "()"),
        (dict[str, list[int]], '{"text": [1]}'),
        (limited(int, ge=1, lt=5), "1"),
        (limited(float, gt=1), "1.5"),
        (limited(str, pattern="^[a-z]+$", max_length=4), '"text"'),
        (limited(bytes, min_length=4), 'b"data"'),
    ],
)
def test_a_type_that_has_literals_has_one(annotation: Any, literal: str) -> None:
    """A strict model accepts the literal."""
    payload = model(_config=ConfigDict(strict=True), field=annotation)
    example = only(catalog(payload))
    assert example.endswith(f"placed.send(sender, field={literal})")
    payload(**evaluated(example))


@pytest.mark.parametrize(
    "annotation",
    [
        Decimal,
        dt.date,
        Color,
        Literal[b"a"],
        Tree,
        Any,
        object,
        Color | None,
        list[Color],
        deque[int],
        dict[str, object],
        tuple[int, Any],
        defaultdict[str, int],
        SkipValidation[int],
        limited(int, gt=5),
        limited(str, pattern="^x$"),
        limited(str, max_length=3),
        limited(float, multiple_of=1),
        limited(list[int], min_length=2),
        limited(dict[str, int], max_length=2),
    ],
)
def test_what_takes_more_than_a_literal_is_left_open(annotation: Any) -> None:
    """Three dots stand for the value."""
    assert only(catalog(model(field=annotation))).endswith("placed.send(sender, field=...)")


def test_the_author_knows_better() -> None:
    """The first of a field's examples is shown, whatever its type."""
    payload = model(
        total=limited(Decimal, examples=["9.90", "0"]),
        since=limited(dt.date, examples=[dt.date(2026, 1, 31)]),
        number=limited(int, examples=[7]),
    )
    example = only(catalog(payload))
    assert example.endswith("placed.send(sender, total='9.90', since=datetime.date(2026, 1, 31), number=7)")


def test_an_example_that_is_not_to_be_shown_is_not() -> None:
    """A secret field shows no example, just as it shows no default."""
    payload = model(
        token=limited(SecretStr, examples=["hunter2"]), password=limited(str, repr=False, examples=["hunter2"])
    )
    made = catalog(payload)
    assert only(made).endswith('placed.send(sender, token=..., password="text")')
    assert "hunter2" not in to_json(made)


def test_fields_that_are_no_names_are_unpacked() -> None:
    """pydantic allows fields with any name."""
    odd: dict[str, Any] = {"class": int, "two words": int, "plain": int}
    example = only(catalog(model(**odd)))
    assert example.endswith('placed.send(sender, plain=1, **{"class": 1, "two words": 1})')
    ast.parse(example)


def test_long_examples_have_a_line_for_each_argument() -> None:
    """They are laid out as formatters do."""
    names = [f"a_rather_long_name_of_a_field_{number}" for number in range(4)]
    example = only(catalog(model(**cast("Any", dict.fromkeys(names, int)))))
    assert max(map(len, example.splitlines())) <= 88
    assert example.endswith("placed.send(\n    sender,\n" + "".join(f"    {name}=1,\n" for name in names) + ")")


def test_only_what_must_be_given_is() -> None:
    """Fields with defaults are left out."""
    assert only(catalog(model(a=(int, 1), b=str))).endswith('placed.send(sender, b="text")')


def test_the_sender_is_named_after_its_class() -> None:
    """The name is free, and is not a Python keyword."""
    for name, expected in (
        ("shop.WebShop", "web_shop"),
        ("shop.Class", "class_"),
        ("shop.Placed", "sender"),
        ("builtins.str", "sender"),
        ("typing.Callable[[int], str]", "sender"),
    ):
        assert f"placed.send({expected})" in only(catalog(sender=SenderRecord(name=name)))


def test_a_signal_without_payload_is_sent_what_the_source_sends_it() -> None:
    """The names are known from the source, but the values are not."""
    sends = [send("a", "b"), send("b", "c")]
    assert only(catalog(sends=sends)).endswith("placed.send(sender, a=..., b=..., c=...)")


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
    """The example shows the path to the signal, and the import that it needs."""
    found = signal(path=f"shop.orders:{path}")
    assert example_send(Catalog.of(["shop"], {}, [found]), found) == f"{line}\n\n{call}".lstrip()


def test_a_module_that_cannot_be_imported_by_name_is_not() -> None:
    """The file name of a script need not be an identifier."""
    found = signal(path="shop.2-do:placed")
    assert example_send(Catalog.of(["shop"], {}, [found]), found) == "placed.send(sender)"


@pytest.mark.parametrize(
    "record",
    [
        ScalarType(name="int", constraints=Constraints(gt="much")),
        ScalarType(name="float", constraints=Constraints(ge="nan")),
        ScalarType(name="str", constraints=Constraints(pattern="((((a{100}){100}){100}){100}){100}")),
        ScalarType(name="Unheard", constraints=Constraints(gt=1)),
        ChoiceType(name="shop.Empty", choices=()),
        ChoiceType(choices=()),
        ModelType(model="shop.Missing"),
    ],
)
def test_a_record_that_makes_no_sense_is_left_open(record: TypeRecord) -> None:
    """A catalog may be read from a file that anyone wrote."""
    payload = ModelRecord(name="shop.M", extra="ignore", fields=(FieldRecord(name="a", type=record, required=True),))
    assert only(Catalog.of(["shop"], {"shop.M": payload}, [signal("shop.M")])).endswith("placed.send(sender, a=...)")
