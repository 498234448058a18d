"""Which scalar types accept the values of which others: in Python, and as JSON.

The tables say what pydantic does, and tests compare them with it; they are the same for 2.12, 2.13 and 2.14.
A type always accepts its own values. One that is not in `KNOWN` accepts others only if `NARROWER` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from .._records import types as t

Table = Mapping[str, frozenset[str]]


def _table(**rows: str) -> dict[str, frozenset[str]]:
    return {target: frozenset(sources.split()) for target, sources in rows.items()}


KNOWN = frozenset(
    "bool int float str bytes Decimal date datetime time timedelta UUID Path IPv4Address IPv6Address".split()
)

NARROWER = {
    "AwareDatetime": "datetime",
    "NaiveDatetime": "datetime",
    "PastDatetime": "datetime",
    "FutureDatetime": "datetime",
    "PastDate": "date",
    "FutureDate": "date",
    "EmailStr": "str",
    "Pattern[str]": "Pattern",
    "Pattern[bytes]": "Pattern",
}
"""Types whose values are a part of another type's values."""

SENT_STRICT = _table(float="int")
SENT_LAX = _table(int="bool", float="int bool")
"""What both type checkers and pydantic accept when it is sent."""

RECEIVED = _table(int="bool", float="bool int", date="datetime")
"""What code can use instead of the type that it expects."""

_TEXTS = "bytes Decimal date datetime time timedelta UUID Path IPv4Address IPv6Address"
READ_STRICT = _table(
    float="int",
    str=_TEXTS,
    bytes=f"str {_TEXTS}",
    Path=f"str {_TEXTS}",
    Decimal="int float",
    timedelta="time",
)
READ_LAX = {
    **READ_STRICT,
    **_table(int="bool", float="bool int Decimal", datetime="date", IPv4Address="bool", IPv6Address="bool"),
}
"""What a type can read from JSON, for all values that the other type writes."""

KEYS_STRICT = dict.fromkeys(("str", "bytes", "Path"), KNOWN) | _table(
    float="int Decimal", Decimal="int float", timedelta="time"
)
KEYS_LAX = KEYS_STRICT | _table(datetime="date")
"""The same for the keys of an object, which are text."""

UNCERTAIN = frozenset(
    {*product(("int", "float", "Decimal"), ("date", "datetime", "time", "timedelta"))}
    | {("int", "IPv4Address"), ("int", "IPv6Address"), ("Pattern[bytes]", "Pattern[str]"), ("Pattern", "Pattern[str]")}
)
"""Where the value decides whether it is read: a number may be a date, and a pattern of bytes a pattern of text."""

PATTERNS = frozenset({"Pattern[str]", "Pattern[bytes]"})
"""Neither accepts the other."""

NUMBERS = frozenset({"bool", "int", "float", "Decimal"})


def takes(table: Table, source: t.ScalarType, target: t.ScalarType) -> bool | None:
    """Whether a type accepts the values of another, ignoring constraints."""
    if source.name == target.name or NARROWER.get(source.name) == target.name:
        return True
    if NARROWER.get(target.name) == source.name:
        return False
    if {source.name, target.name} == PATTERNS:
        return False
    if {source.name, target.name} <= KNOWN:
        return source.name in table.get(target.name, ())
    return None
