"""The tables of scalar types agree with what pydantic does with their values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from typedsignals.catalog._fit.scalars import KNOWN
from typedsignals.catalog._fit.types import Relation
from typedsignals.catalog._fit.use import Use
from typedsignals.catalog._records.types import MappingType, ScalarType

from .making import model

VALUES: dict[type, list[Any]] = {
    bool: [True, False],
    int: [0, 1, -7, 10**20],
    float: [0.0, 1.5, -2.25, 1e20],
    str: ["", "a", "1", "true", "1.5", "2024-01-01"],
    bytes: [b"", b"a", b"1"],
    Decimal: [Decimal("1.50"), Decimal(3), Decimal("-0.01")],
    date: [date(2024, 1, 1), date(1999, 12, 31)],
    datetime: [datetime(2024, 1, 1, 1, 2, 3), datetime(2024, 1, 1, tzinfo=UTC)],  # noqa: DTZ001  # as fields may be
    time: [time(1, 2, 3)],
    timedelta: [timedelta(days=1, seconds=2), timedelta(milliseconds=-5)],
    UUID: [UUID(int=5)],
    Path: [Path("a/b"), Path("/x")],
    IPv4Address: [IPv4Address("1.2.3.4")],
    IPv6Address: [IPv6Address("::1")],
}
PAIRS = [(source, target) for source in VALUES for target in VALUES]


def test_all_known_types_are_tried() -> None:
    """The tables contain no type that is missing here."""
    assert {kind.__name__ for kind in VALUES} == KNOWN


def record(kind: type, *, strict: bool) -> ScalarType:
    return ScalarType(name=kind.__name__, strict=strict)


def accepts(payload: type[BaseModel], message: str) -> bool:
    try:
        payload.model_validate_json(message)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda kind: kind.__name__)
def test_messages(source: type, target: type, strict: bool) -> None:
    """A type reads all that another writes, some of it, or it depends on the value."""
    writer = model("Writer", ConfigDict(strict=True), x=source)
    reader = model("Reader", ConfigDict(strict=strict), x=target)
    read = [accepts(reader, writer(x=value).model_dump_json()) for value in VALUES[source]]
    said = Relation(Use.WIRE, {}, {}).holds(record(source, strict=True), record(target, strict=strict))
    assert said in (all(read), None)
    assert said is not None or source in (int, float, Decimal)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda kind: kind.__name__)
def test_keys(source: type, target: type, strict: bool) -> None:
    """The same holds for the keys of mappings, which become text."""
    writer = model("Writer", ConfigDict(strict=True), x=dict[source, int])  # type: ignore[valid-type]  # a variable
    reader = model("Reader", ConfigDict(strict=strict), x=dict[target, int])  # type: ignore[valid-type]  # as above
    read = [accepts(reader, writer(x={value: 1}).model_dump_json()) for value in VALUES[source]]
    old, new = (
        MappingType(container="dict", key=key, value=ScalarType(name="int"))
        for key in (record(source, strict=True), record(target, strict=strict))
    )
    said = Relation(Use.WIRE, {}, {}).holds(old, new)
    assert said in (all(read), None)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda kind: kind.__name__)
def test_values_that_are_sent(source: type, target: type, strict: bool) -> None:
    """If one type may be sent for another, pydantic accepts its values, and type checkers agree."""
    reader = model("Reader", ConfigDict(strict=strict), x=target)
    if Relation(Use.SEND, {}, {}).holds(record(source, strict=True), record(target, strict=strict)):
        assert all(reader(x=value) for value in VALUES[source])
        assert source is target or (source, target) in {(int, float), (bool, int), (bool, float)}


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda kind: kind.__name__)
def test_values_that_are_received(source: type, target: type) -> None:
    """Receivers can use a subclass, and an integer instead of a float."""
    said = Relation(Use.RECEIVE, {}, {}).holds(record(source, strict=True), record(target, strict=True))
    assert said is (issubclass(source, target) or (source in (bool, int) and target is float))


@pytest.mark.parametrize("is_strict", [False, True])
def test_patterns_of_text_and_of_bytes_are_not_the_same(is_strict: bool) -> None:
    """pydantic accepts neither for the other, and cannot read patterns of bytes."""
    for_text, for_bytes, for_all = (
        model("Order", ConfigDict(strict=is_strict), a=kind)
        for kind in (re.Pattern[str], re.Pattern[bytes], re.Pattern)
    )
    for payload, wrong in ((for_text, re.compile(b"a")), (for_bytes, re.compile("a"))):
        with pytest.raises(ValidationError):
            payload(a=wrong)
        for_all(a=wrong)
    for_text.model_validate_json('{"a": "a"}')
    with pytest.raises(ValidationError):
        for_bytes.model_validate_json('{"a": "a"}')
