"""Read enumerations and ``Literal`` as records of types."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Iterable
from enum import Enum, Flag
from typing import Any

from .._records import types as t
from .._records.fingerprint import dotted_name, fingerprint, source_of
from .defaults import default_text

MIXED_IN: tuple[type, ...] = (str, int, float)
SURROGATE = re.compile("[\ud800-\udfff]")


def literal(values: tuple[Any, ...]) -> t.TypeRecord:
    """Return the type with exactly these values, which may be members of enumerations, ``None`` or others."""
    members: list[t.TypeRecord] = []
    plain = [value for value in values if value is not None and not isinstance(value, Enum)]
    if plain:
        members.append(t.ChoiceType(choices=tuple(map(_choice, plain))))
    for kind in dict.fromkeys(type(value) for value in values if isinstance(value, Enum)):
        chosen = [value for value in values if type(value) is kind]
        members.append(choices_of(kind, chosen))
    if None in values:
        members.append(t.NullType())
    return members[0] if len(members) == 1 else t.UnionType(members=tuple(members))


def choices_of(kind: type[Enum], members: Iterable[Enum], *, strict: bool = False) -> t.ChoiceType:
    """Return the type with some or all members of an enumeration."""
    text = _text_by(kind.__str__)
    formatted = text if kind.__format__ is Enum.__format__ else _text_by(kind.__format__)
    return t.ChoiceType(
        name=dotted_name(kind),
        choices=tuple(map(_member, members)),
        base=next((base.__name__ for base in kind.__mro__ if base in MIXED_IN), ""),
        text=text,
        formatted="" if formatted == text else formatted,
        boundary=_boundary(kind) if members is kind else "",
        strict=strict,
    )


def _boundary(kind: type[Enum]) -> str:
    return vars(kind)["_boundary_"].value if issubclass(kind, Flag) else ""


def _text_by(method: Any) -> str:
    """Say what a method shows of members: those of `Enum` show the name, those of `str` or `int` the value."""
    if not isinstance(method, types.FunctionType):
        return "value"
    return "name" if method.__module__ == Enum.__module__ else fingerprint(source_of(method))


def _member(member: Enum) -> t.Choice:
    names = (name for name, other in type(member).__members__.items() if other is member and name != member.name)
    return _choice(member.value, member.name, tuple(names))


def _choice(value: Any, name: str = "", aliases: tuple[str, ...] = ()) -> t.Choice:
    told = {"value": value} if _is_json(value) else {"text": default_text(value)}
    return t.Choice(name=name, aliases=aliases, **told)


def _is_json(value: Any) -> bool:
    """Whether JSON can represent a value: numbers have to be finite, and texts must not contain surrogates."""
    if isinstance(value, str):
        return not SURROGATE.search(value)
    return isinstance(value, int | float) and math.isfinite(value)
