"""Which scalar types take the values of which others: in Python, and as JSON.

The tables say what pydantic does, and the tests hold them against it; they are the same for 2.12, 2.13 and 2.14.
A type always takes its own values; one that is not among `KNOWN` takes others only where `NARROWER` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from .._records.types import ScalarType

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
"""Types whose values are some of those of another."""

SENT_STRICT = _table(float="int")
SENT_LAX = _table(int="bool", float="int bool")
"""Where type checkers and pydantic agree that one may be sent for the other."""

RECEIVED = _table(int="bool", float="bool int", date="datetime")
"""Where code that expects one can do with the other."""

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
"""Where one reads all that the other writes."""

KEYS_STRICT = dict.fromkeys(("str", "bytes", "Path"), KNOWN) | _table(
    float="int Decimal", Decimal="int float", timedelta="time"
)
KEYS_LAX = KEYS_STRICT | _table(datetime="date")
"""The same for the keys of an object, which are text."""

UNCERTAIN = frozenset(
    {*product(("int", "float", "Decimal"), ("date", "datetime", "time", "timedelta"))}
    | {("int", "IPv4Address"), ("int", "IPv6Address"), ("Pattern[bytes]", "Pattern[str]"), ("Pattern", "Pattern[str]")}
)
"""Where it depends on the value whether one is read: numbers may be moments, patterns of bytes patterns of text."""

PATTERNS = frozenset({"Pattern[str]", "Pattern[bytes]"})
"""Of which neither takes the other."""

NUMBERS = frozenset({"bool", "int", "float", "Decimal"})


def takes(table: Table, source: ScalarType, target: ScalarType) -> bool | None:
    """Whether values of one type serve for another, their constraints aside."""
    if source.name == target.name or NARROWER.get(source.name) == target.name:
        return True
    if NARROWER.get(target.name) == source.name:
        return False
    if {source.name, target.name} == PATTERNS:
        return False
    if {source.name, target.name} <= KNOWN:
        return source.name in table.get(target.name, ())
    return None
