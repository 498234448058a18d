"""A value for each scalar type, as it would be typed in an example."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from ._example_numbers import MOMENTS, decimal, floating, integer, moment
from ._example_text import matching_text
from ._types import Constraints

TEXTS = frozenset({"str", "bytes"})

FIXED = {
    "bool": "True",
    "complex": "1j",
    "Fraction": "Fraction(1, 2)",
    "UUID": 'UUID("12345678-1234-5678-1234-567812345678")',
    "Path": 'Path("file.txt")',
    "PurePath": 'PurePath("file.txt")',
    "IPv4Address": 'IPv4Address("192.0.2.1")',
    "IPv6Address": 'IPv6Address("2001:db8::1")',
    "IPv4Interface": 'IPv4Interface("192.0.2.1/24")',
    "IPv6Interface": 'IPv6Interface("2001:db8::1/32")',
    "IPv4Network": 'IPv4Network("192.0.2.0/24")',
    "IPv6Network": 'IPv6Network("2001:db8::/32")',
    "ZoneInfo": 'ZoneInfo("Europe/Paris")',
    "JsonValue": '{"key": "value"}',
    "EmailStr": '"ann@example.org"',
    "SecretStr": 'SecretStr("secret")',
    "SecretBytes": 'SecretBytes(b"secret")',
    "AnyUrl": 'AnyUrl("https://example.org/")',
    "AnyHttpUrl": 'AnyHttpUrl("https://example.org/")',
    "HttpUrl": 'HttpUrl("https://example.org/")',
    "PastDate": "date(2000, 1, 31)",
    "FutureDate": "date(2999, 1, 31)",
    "AwareDatetime": "datetime(2026, 1, 31, 12, tzinfo=timezone.utc)",
    "NaiveDatetime": "datetime(2026, 1, 31, 12)",
    "PastDatetime": "datetime(2000, 1, 31, 12)",
    "FutureDatetime": "datetime(2999, 1, 31, 12)",
}
"""Scalars that are hardly ever constrained further."""

MODULES = {
    "Decimal": "decimal",
    "Fraction": "fractions",
    "UUID": "uuid",
    **dict.fromkeys(("Path", "PurePath"), "pathlib"),
    **dict.fromkeys("IPv4Address IPv6Address IPv4Interface IPv6Interface IPv4Network IPv6Network".split(), "ipaddress"),
    "ZoneInfo": "zoneinfo",
    **dict.fromkeys("SecretStr SecretBytes AnyUrl AnyHttpUrl HttpUrl".split(), "pydantic"),
    **dict.fromkeys("date datetime time timedelta timezone".split(), "datetime"),
}
"""Where the classes come from that values of scalars are made with."""

CLASS = re.compile(r"\b[A-Za-z]\w+(?=[(.])")
MOST_CHARACTERS = 60


def text_of(value: str) -> str:
    """A string as most people write it."""
    return json.dumps(value, ensure_ascii=False) if value.isprintable() else repr(value)


def scalar(name: str, constraints: Constraints) -> str | None:
    """A value of a scalar type; None if no simple one is allowed, or it cannot be told which are."""
    if name not in MADE:
        return FIXED.get(name)
    try:
        return MADE[name](constraints)
    except (ArithmeticError, TypeError, ValueError):  # limits that are no numbers or dates, or immense ones
        return None


def _text(constraints: Constraints) -> str | None:
    shortest, longest = constraints.min_length or 0, constraints.max_length
    if constraints.pattern is not None:
        text = matching_text(constraints.pattern)
    else:
        text = "text".ljust(shortest, "x")[:longest]
    if text is None or not shortest <= len(text) <= (MOST_CHARACTERS if longest is None else longest):
        return None
    return text_of(text)


def _bytes(constraints: Constraints) -> str | None:
    text = _text(constraints)
    return f"b{text}" if text is not None and text.isascii() else None


MADE: dict[str, Callable[[Constraints], str | None]] = {
    "int": integer,
    "float": floating,
    "Decimal": decimal,
    "str": _text,
    "bytes": _bytes,
    **{name: partial(moment, name) for name in MOMENTS},
}
