"""Show what was sent, values included: only for the output of people's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery
    from .._signal import Signal

LONGEST_VALUE = 500
"""How many characters of one value are shown."""

LONGEST_SEND = 2000
"""After how many characters no further field of a send is shown: a payload may allow any number of fields."""

HIDDEN = "<hidden>"
"""Shown in place of a value that must not be shown."""

SECRETS = (SecretStr, SecretBytes, Secret)


def carried(delivery: Delivery) -> Any:
    """Return the payload of a send, or its keywords if the signal has no payload."""
    return dict(delivery.fields) if delivery.payload is None else delivery.payload


def values_of(payload: BaseModel | Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a payload, and its extra fields.

    Read from the instance's dictionary, because attribute access would warn about deprecated fields. A payload that
    was made without validation, or before its class was rebuilt, may lack some.
    """
    if not isinstance(payload, BaseModel):
        return dict(payload)
    own = payload.__dict__
    values = {name: own[name] for name in type(payload).model_fields if name in own}
    return values | (payload.model_extra or {})


def type_of(payload: BaseModel | Mapping[str, Any]) -> type[BaseModel] | None:
    """Return the model of a payload; None for the keywords of a signal without a payload."""
    return type(payload) if isinstance(payload, BaseModel) else None


def is_hidden(payload_type: type[BaseModel] | None, name: str) -> bool:
    """Whether a field must not be shown: it is declared with ``repr=False``, or holds a secret."""
    field = None if payload_type is None else payload_type.model_fields.get(name)
    return field is not None and (not field.repr or _holds_secret(field.annotation))


def _holds_secret(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, SECRETS):
        return True
    return any(map(_holds_secret, get_args(annotation)))


def shown_field(payload_type: type[BaseModel] | None, name: str, value: object) -> str:
    """Show the value of a field, unless it must be hidden."""
    return HIDDEN if is_hidden(payload_type, name) else shown(value)


def shown_fields(payload_type: type[BaseModel] | None, fields: Mapping[str, Any]) -> str:
    """Show fields as they would be written in a call."""
    each: list[str] = []
    for name, value in fields.items():
        if sum(map(len, each)) > LONGEST_SEND:
            each.append(f"... and {len(fields) - len(each)} more")
            break
        each.append(f"{name}={shown_field(payload_type, name, value)}")
    return ", ".join(each)


def shown(value: object) -> str:
    """Return the ``repr`` of a value, shortened, or a substitute if it fails: showing a send must never break it."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}... ({len(text)} characters)"


def shown_send(signal: Signal[Any, Any, Any], sender: object, payload: BaseModel | Mapping[str, Any]) -> str:
    """Show one send: the signal, the sender and the fields."""
    return f"{signal!r} by {shown(sender)}: {shown_fields(type_of(payload), values_of(payload)) or 'no fields'}"
