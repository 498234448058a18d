"""An example of sending a signal, made up from the types of its fields."""

from __future__ import annotations

import ast

from ._example_imports import Imports
from ._example_layout import Code, Group, laid_out
from ._example_values import PLACEHOLDER, Values, is_name, keywords, variable
from ._model import Catalog, SignalRecord

USUAL_SENDER = "sender"


def example_send(catalog: Catalog, signal: SignalRecord) -> str:
    """Python code that sends a signal with all fields that it must have, imports first.

    Values obey the constraints of their types where that is simple, and not what validators ask for besides;
    ``...`` stands where none can be made up. The sender is a variable named after its class.
    """
    imports = Imports()
    target = _reference(signal, imports)
    fields = keywords(_fields(catalog, signal, Values(catalog.models, imports)))
    call = laid_out(Group(f"{target}.send(", (("", _sender(signal, target)), *fields), ")"))
    return "\n".join((*imports.lines(), "", call)).lstrip("\n")


def _reference(signal: SignalRecord, imports: Imports) -> str:
    path = _normalised(signal.qualified_name)
    if path is None:
        return "signal"
    if path.startswith("signal("):
        return imports.imported("typedsignals", path)
    return imports.imported(signal.module if all(map(is_name, signal.module.split("."))) else "", path)


def _normalised(path: str) -> str | None:
    """The way from a module to a signal as Python writes it; None if it is none."""
    try:
        way = ast.parse(path, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return ast.unparse(way) if isinstance(way, ast.Name | ast.Attribute | ast.Subscript | ast.Call) else None


def _sender(signal: SignalRecord, target: str) -> str:
    name = USUAL_SENDER if signal.sender is None else variable(signal.sender.name)
    return USUAL_SENDER if name in (PLACEHOLDER, target) else name


def _fields(catalog: Catalog, signal: SignalRecord, values: Values) -> list[tuple[str, Code]]:
    payload = catalog.payload_of(signal)
    if payload is not None:
        return values.required(payload)
    sent = (keyword for send in signal.sends for keyword in send.keywords)
    return [(name, PLACEHOLDER) for name in dict.fromkeys(sent)]
