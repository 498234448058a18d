"""Saying what to do with an object that was sent as a payload and is not one, or that is one in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._repetition import dotted_name, repeats

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ._signal import Signal


def not_the_payload(signal: Signal[Any, Any, Any], payload_type: type[BaseModel], given: object) -> str:
    """Why an object cannot be sent as a payload of this type, and what to do."""
    kind, shown = type(given), payload_type.__name__
    problem = f"must be of {shown}, got {kind.__name__}"
    if repeats(kind, payload_type):
        return (
            f"{problem} of another declaration: the class was declared twice, by a reload or a notebook; "
            f"use the one with which the signal was declared at {signal._place}, its payload_type"
        )
    if kind.__name__ == shown:
        return f"{problem}: {dotted_name(kind)} is not {dotted_name(payload_type)}"
    if isinstance(given, Mapping):
        return f"{problem}; to send fields, use send(sender, **fields)"
    return f"{problem}; make it with {shown}(...)"


def payload_in_wrong_place(payload_type: type[BaseModel] | None, given: object) -> str:
    """What to do if the payload was given as something else; empty if it was not.

    Only the type is looked at, as the object may be a proxy, or answer for another.
    """
    if payload_type is None or not issubclass(type(given), payload_type):
        return ""
    return f"it is a {type(given).__name__}: to send a payload object, use send_payload(sender, payload)"
