"""Showing what was sent, values included: only for what people's own tests print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from ._dispatch import Delivery
    from ._signal import Signal


def carried(delivery: Delivery) -> Any:
    """The payload of a send; for a signal without one, the keywords."""
    return dict(delivery.fields) if delivery.payload is None else delivery.payload


def values_of(payload: BaseModel | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a payload, and what it has beyond them.

    They are read from the instance's dictionary: attribute access would warn for deprecated fields.
    """
    if not isinstance(payload, BaseModel):
        return dict(payload)
    values = {name: payload.__dict__[name] for name in type(payload).model_fields}
    return values | (payload.model_extra or {})


def shown_fields(fields: Mapping[str, Any]) -> str:
    """Fields as they would be written in a call."""
    return ", ".join(f"{name}={shown(value)}" for name, value in fields.items())


def shown(value: object) -> str:
    """The ``repr`` of a value, also where that fails: showing a send must never break it."""
    try:
        return repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"


def shown_send(signal: Signal[Any, Any, Any], sender: object, payload: BaseModel | Mapping[str, Any]) -> str:
    """One send."""
    return f"{signal!r} by {shown(sender)}: {shown_fields(values_of(payload)) or 'no fields'}"
