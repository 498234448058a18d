"""An example of sending a signal: with the author's own values, plain literals, and ``...`` for the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from .._records.signals import Catalog, FieldRecord, SignalRecord
from .._records.types import (
    ArrayType,
    ChoiceType,
    Constraints,
    MappingType,
    NullType,
    ScalarType,
    TupleType,
    TypeRecord,
    UnionType,
    short,
)

PLACEHOLDER = "..."
"""For values that cannot be written as a plain literal."""

USUAL_SENDER = "sender"
LITERALS = {"bool": "True", "int": "1", "float": "1.5", "complex": "1j", "str": '"text"', "bytes": 'b"data"'}
ARRAYS = {"list": "[{}]", "tuple": "({},)", "set": "{{{}}}", "frozenset": "frozenset({{{}}})"}
WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
WIDTH = 88


def example_send(catalog: Catalog, signal: SignalRecord) -> str:
    """Python code that sends a signal with all fields that it must have, imports first.

    A field has the first value that its author gives in ``Field(examples=...)``, else a literal of its type.
    """
    module, path = _reference(signal)
    target = path or "signal"
    imported = re.split(r"\W", target, maxsplit=1)[0]
    lines = [f"from {module} import {imported}", ""] if module and path else []
    return "\n".join((*lines, _call(target, _sender(signal, target), _fields(catalog, signal))))


def _reference(signal: SignalRecord) -> tuple[str, str]:
    """The module that the signal is imported from, and the way from there to it; empty where there is none."""
    try:
        way = ast.parse(signal.qualified_name, mode="eval").body
    except (SyntaxError, ValueError):
        return "", ""
    if not isinstance(way, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
        return "", ""
    path = ast.unparse(way)
    if path.startswith("signal("):
        return "typedsignals", path
    return signal.module if all(map(_is_name, signal.module.split("."))) else "", path


def _sender(signal: SignalRecord, target: str) -> str:
    """A variable named after the sender's class: ``web_shop`` for ``chain.WebShop``."""
    if signal.sender is None or signal.sender.name.startswith("builtins."):
        return USUAL_SENDER
    name = WORD_START.sub("_", short(signal.sender.name)).lower()
    if not name.isidentifier() or name == target:
        return USUAL_SENDER
    return f"{name}_" if iskeyword(name) else name


def _fields(catalog: Catalog, signal: SignalRecord) -> dict[str, str]:
    payload = catalog.payload_of(signal)
    if payload is not None:
        return {field.name: _value(field) for field in payload.fields if field.required}
    return {name: PLACEHOLDER for send in signal.sends for name in send.keywords}


def _value(field: FieldRecord) -> str:
    return field.example or _literal(field.type) or PLACEHOLDER


def _literal(record: TypeRecord) -> str:
    """A literal that a type accepts; empty where that takes more than a look at the type."""
    match record:
        case NullType():
            return "None"
        case ScalarType(name=name, constraints=constraints) if name in LITERALS:
            return LITERALS[name] if _is_within(constraints, ast.literal_eval(LITERALS[name])) else ""
        case ChoiceType(name="", choices=(first, *_)) if not first.text:
            return first.literal
        case UnionType(members=members):
            return next((literal for literal in map(_literal, members) if literal not in ("", "None")), "")
    return _container(record)


def _is_within(constraints: Constraints, value: object) -> bool:
    try:
        limited: Any = Annotated[type(value), Field(**constraints.model_dump(exclude_none=True))]
        TypeAdapter(limited).validate_python(value)
    except Exception:  # not only where it is refused: a catalog's file may have limits that make no sense
        return False
    return True


def _container(record: TypeRecord) -> str:
    match record:
        case TupleType(items=items):
            return _joined("({},)" if len(items) == 1 else "({})", map(_literal, items))
        case ArrayType(container=container, item=item, constraints=constraints) if not constraints:
            return _joined(ARRAYS.get(container, ""), [_literal(item)])
        case MappingType(container="dict", key=key, value=value, constraints=constraints) if not constraints:
            return _joined("{{{}}}", [_joined("{}", map(_literal, (key, value)), ": ")])
    return ""


def _joined(brackets: str, parts: Iterable[str], separator: str = ", ") -> str:
    """The parts in brackets, unless one of them is missing."""
    parts = list(parts)
    return brackets.format(separator.join(parts)) if all(parts) else ""


def _call(target: str, sender: str, fields: dict[str, str]) -> str:
    """The call, on one line if it fits, otherwise with a line for each argument."""
    arguments = [sender, *(f"{name}={value}" for name, value in fields.items() if _is_name(name))]
    others = ", ".join(f'"{name}": {value}' for name, value in fields.items() if not _is_name(name))
    if others:
        arguments.append(f"**{{{others}}}")
    line = f"{target}.send({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    broken = "".join(f"    {argument},\n" for argument in arguments)
    return f"{target}.send(\n{broken})"


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text)
