"""Write an example that sends a signal: with the author's own values, plain literals, or ``...``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from .._records import types
from .._records.signals import Catalog, FieldRecord, SignalRecord

PLACEHOLDER = "..."
"""Stands for a value that is not a plain literal."""

USUAL_SENDER = "sender"
LITERALS = {"bool": "True", "int": "1", "float": "1.5", "complex": "1j", "str": '"text"', "bytes": 'b"data"'}
ARRAYS = {"list": "[{}]", "tuple": "({},)", "set": "{{{}}}", "frozenset": "frozenset({{{}}})"}
WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
WIDTH = 88


def example_send(catalog: Catalog, signal: SignalRecord) -> str:
    """Write Python code that imports a signal, and sends it with all required fields.

    The value of a field is the first of its ``Field(examples=...)``, else a literal of its type.
    """
    module, path = _reference(signal)
    target = path or "signal"
    imported = re.split(r"\W", target, maxsplit=1)[0]
    lines = [f"from {module} import {imported}", ""] if module and path else []
    return "\n".join((*lines, _call(target, _sender(signal, target), _fields(catalog, signal))))


def _reference(signal: SignalRecord) -> tuple[str, str]:
    """Return the module to import, and the expression for the signal from there; empty if there is none."""
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
    """Name a variable after the sender's class: ``web_shop`` for ``chain.WebShop``."""
    if signal.sender is None or signal.sender.name.startswith("builtins."):
        return USUAL_SENDER
    name = WORD_START.sub("_", types.short(signal.sender.name)).lower()
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


def _literal(record: types.TypeRecord) -> str:
    """Write a literal that a type accepts; empty if none is obvious from the type."""
    match record:
        case types.NullType():
            return "None"
        case types.ScalarType(name=name, constraints=constraints) if name in LITERALS:
            return LITERALS[name] if _is_within(constraints, ast.literal_eval(LITERALS[name])) else ""
        case types.ChoiceType(name="", choices=(first, *_)) if not first.text:
            return first.literal
        case types.UnionType(members=members):
            return next((literal for literal in map(_literal, members) if literal not in ("", "None")), "")
    return _container(record)


def _is_within(constraints: types.Constraints, value: object) -> bool:
    try:
        limited: Any = Annotated[type(value), Field(**constraints.model_dump(exclude_none=True))]
        TypeAdapter(limited).validate_python(value)
    except Exception:  # refused; or the file of the catalog has limits that make no sense
        return False
    return True


def _container(record: types.TypeRecord) -> str:
    match record:
        case types.TupleType(items=items):
            return _joined("({},)" if len(items) == 1 else "({})", map(_literal, items))
        case types.ArrayType(container=container, item=item, constraints=constraints) if not constraints:
            return _joined(ARRAYS.get(container, ""), [_literal(item)])
        case types.MappingType(container="dict", key=key, value=value, constraints=constraints) if not constraints:
            return _joined("{{{}}}", [_joined("{}", map(_literal, (key, value)), ": ")])
    return ""


def _joined(brackets: str, parts: Iterable[str], separator: str = ", ") -> str:
    """Put the parts in brackets, unless one of them is empty."""
    parts = list(parts)
    return brackets.format(separator.join(parts)) if all(parts) else ""


def _call(target: str, sender: str, fields: dict[str, str]) -> str:
    """Write the call in one line if it fits, otherwise with a line for each argument."""
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
