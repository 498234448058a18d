"""Explain what to do when an object is sent as a payload but is not one, or a payload is passed in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from .redeclared import dotted_name, repeats

if TYPE_CHECKING:
    from .._signal import Signal


def not_the_payload(signal: Signal[Any, Any, Any], payload_type: type[BaseModel], given: object) -> str:
    """Explain why an object cannot be sent as a payload of this type, and what to do."""
    kind, shown = type(given), payload_type.__name__
    problem = f"must be an instance of {shown}, got {kind.__name__}"
    if repeats(kind, payload_type):
        return (
            f"{problem} from another declaration: the class was declared twice, by a reload or a notebook; "
            f"use the class that the signal was declared with at {signal._declaration.place} (its payload_type)"
        )
    if kind.__name__ == shown:
        return f"{problem}: {dotted_name(kind)} is not {dotted_name(payload_type)}"
    if isinstance(given, Mapping):
        return f"{problem}; to send fields, use send(sender, **fields)"
    return f"{problem}; make it with {shown}(...)"


def refuse_positional(method: str, args: tuple[Any, ...]) -> None:
    """Refuse positional arguments after the sender.

    Raises:
        TypeError: There are some.
    """
    if args:
        number = "1 positional argument" if len(args) == 1 else f"{len(args)} positional arguments"
        problem = f"{method}() takes fields as keywords, but got {number} after the sender"
        raise TypeError(problem + _advice_for_positional(method, args[0]))


def _advice_for_positional(method: str, given: object) -> str:
    if issubclass(type(given), Mapping):
        return f"; to send its items as fields, use {method}(sender, **fields)"
    if not issubclass(type(given), BaseModel):
        return ""
    if method in ("send", "send_async"):
        return f"; to send a payload object, use {method.replace('send', 'send_payload')}(sender, payload)"
    return f"; send_payload takes payload objects, {method} takes their fields: {method}(sender, **dict(payload))"


def advice_for_payload(payload_type: type[BaseModel] | None, sender: object, fields: Mapping[str, object]) -> str:
    """Say what to do if a payload object seems to have been sent as the sender or as a field; empty otherwise."""
    if payload_type is None:
        return ""
    names = payload_type.model_fields.keys()
    if names.isdisjoint(fields) and _is_payload(payload_type, sender):
        role = "sender"
    elif any(name not in names and _is_payload(payload_type, value) for name, value in fields.items()):
        role = "value of a field"
    else:
        return ""
    return f"the {role} is a {payload_type.__name__}: to send a payload object, use send_payload(sender, payload)"


def _is_payload(payload_type: type[BaseModel], given: object) -> bool:
    """Look only at the object's type: it may be a proxy, which answers for another object."""
    return issubclass(type(given), payload_type) or repeats(type(given), payload_type)
