"""The schemas of AsyncAPI documents are true: what pydantic writes is valid by them, and not much else."""

from __future__ import annotations

import datetime as dt
import json
import operator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import jsonschema
import pytest
from hypothesis import assume, given, note
from pydantic import AfterValidator, BaseModel, Field, SecretStr, computed_field
from pydantic_core import PydanticSerializationError

from examples.shop import domain
from examples.shop.domain import OrderPlaced
from typedsignals.catalog.formats import asyncapi

from ..making import catalog, model
from ..zoo import (
    Address,
    Cat,
    Chain,
    Color,
    Dog,
    Generated,
    Inherited,
    Joined,
    Money,
    Node,
    Odd,
    Page,
    Point,
    Tags,
    Weight,
    Zoo,
)
from .generated import valid_instances

ORDERS = Path(domain.__file__).parent / "data" / "orders.jsonl"


def validator(payload: type[BaseModel]) -> jsonschema.Draft7Validator:
    """What validates messages by the document alone."""
    document = json.loads(asyncapi.render(catalog(payload)))
    ((channel, described),) = document["channels"].items()
    schema = {**described["messages"][channel]["payload"], "components": document["components"]}
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def written(made: BaseModel) -> Any:
    """What is written of it; values that are not of the type that is declared are not asked for."""
    try:
        return made.model_dump(mode="json", by_alias=True, warnings="error")
    except (PydanticSerializationError, UnicodeError):
        assume(False)


@given(valid_instances())
def test_what_is_written_is_valid(made: BaseModel) -> None:
    """Whatever the fields, their aliases and the configuration."""
    message = written(made)
    check = validator(type(made))
    note(f"{message}\n{json.dumps(check.schema)}")
    check.validate(message)


@given(valid_instances())
def test_messages_without_a_field_are_refused(made: BaseModel) -> None:
    """Every field that is always written is required."""
    message = written(made)
    check = validator(type(made))
    sometimes = {f.serialization_alias or name for name, f in type(made).model_fields.items() if f.exclude_if}
    for name in message.keys() - sometimes - (made.model_extra or {}).keys():
        assert not check.is_valid({key: value for key, value in message.items() if key != name})


class Totalled(BaseModel):
    lines: list[Annotated[int, Field(ge=0)]]

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def total(self) -> int:
        return sum(self.lines)


def test_all_orders_of_the_shop_are_valid() -> None:
    """The orders of the example fit the schema of their payload once they are written."""
    check = validator(OrderPlaced)
    valid = 0
    for line in ORDERS.read_text(encoding="utf-8").splitlines():
        try:
            order = json.loads(line)
            order.pop("shop")
            made = OrderPlaced.model_validate(order)
        except (ValueError, KeyError, AttributeError, TypeError):
            continue  # there are wrong ones among them
        check.validate(json.loads(made.model_dump_json(by_alias=True)))
        valid += 1
    assert valid > 200


LIVE = {"connection", "instance", "factory", "callback"}


def test_the_zoo_is_written_as_its_schema_says() -> None:
    """One value of every kind; a live object accepts anything."""
    values: dict[str, Any] = dict(
        integer=1, lax=2, positive=None, amount=Decimal("2.5"), since=dt.date(2024, 2, 3), span=dt.timedelta(hours=1),
        aware=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), key=UUID(int=1), path=Path("a"), file=Path("b"), url="https://a.b/",
        pair=(1, "a"), sequence=[1], prices={"a": Decimal(1)}, mapping={}, untyped=[1, "a"], pet=Cat(),
        pets=[Dog(), Cat()], mixed="a", optional_page=Page[int | None](items=[1, None]), node=Node(children=[Node()]),
        chain=Chain[int | str](item=1, rest=Chain[int | str](item="a")),
        generated=Generated(first_name="x"), tags=Tags(["a"]), money=Money(Decimal(1)), weight=Weight(),
        address=Address(street="a"), point=Point(1, 2), user=1, skipped=1, json_text=[1], json_value={"a": [1]},
        odd=Odd.PAIR, below=1.5, anything=Decimal(1), joined=Joined([Money(Decimal(1))]),
        inherited=Inherited(price=Money(Decimal(1)), address={"street": "a"}, other=1),
        positive_text=1, color=Color.BLUE, literal=Color.BLUE, items=[2], secret=SecretStr("x"), **dict.fromkeys(LIVE),
    )  # fmt: skip
    message = Zoo.model_construct(**values).model_dump(
        mode="json", by_alias=True, exclude=LIVE, warnings=False
    ) | dict.fromkeys(LIVE)
    check = validator(Zoo)
    check.validate(message)
    assert not check.is_valid({**message, "ranged": 12})
    assert not check.is_valid({**message, "pet": {"kind": "cow"}})
    assert not check.is_valid({**message, "node": {"children": [{"children": 1}]}})


PETS = Annotated[Cat | Dog, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Decimal, Decimal("1E+5")),
        (Decimal, Decimal("-0.00")),
        (Annotated[Decimal, Field(allow_inf_nan=True)], Decimal("NaN")),
        (Annotated[int, Field(gt=0), AfterValidator(operator.neg)], 3),
        (Annotated[str, Field(pattern="^[a-z]$"), AfterValidator(str.upper)], "a"),
        (set[str | bytes], {"a", b"a"}),
        (Annotated[bytes, Field(min_length=2)], b"\xc3\xa9"),
        (Annotated[SecretStr, Field(min_length=12)], "a secret, really"),
    ],
)
def test_what_is_written_otherwise_is_valid(annotation: Any, value: object) -> None:
    """If what is written differs from what was validated, no constraint is claimed."""
    payload = model("Order", field=annotation)
    message = payload.model_validate({"field": value}).model_dump(mode="json")
    validator(payload).validate(message)


@pytest.mark.parametrize(
    ("annotation", "wrong"),
    [
        (int, "1"),
        (bool, 0),
        (str, None),
        (Annotated[int, Field(gt=0)], 0),
        (Annotated[float, Field(le=1)], 1.5),
        (Annotated[int, Field(multiple_of=3)], 4),
        (Annotated[str, Field(min_length=1)], ""),
        (Annotated[str, Field(pattern="^a+$")], "b"),
        (Decimal, 1.5),
        (Decimal, "abc"),
        (dt.date, "2024-13-01"),
        (Literal["a", 1], True),
        (Color, "green"),
        (list[int], ["a"]),
        (set[int], [1, 1]),
        (tuple[int, str], [1]),
        (tuple[int, str], [1, "a", 2]),
        (tuple[()], [1]),
        (dict[str, int], {"a": "b"}),
        (dict[Annotated[str, Field(max_length=1)], int], {"ab": 1}),
        (Annotated[list[int], Field(max_length=1)], [1, 2]),
        (int | None, "a"),
        (PETS, {"kind": "cow"}),
        (PETS, {}),
        (Node, {"children": [{"children": None}]}),
        (Totalled, {"lines": [-1], "total": -1}),
        (Totalled, {"lines": [1]}),
    ],
)
def test_wrong_messages_are_refused(annotation: Any, wrong: object) -> None:
    """A schema that accepts everything would also fit."""
    assert not validator(model("Order", field=annotation)).is_valid({"field": wrong})
