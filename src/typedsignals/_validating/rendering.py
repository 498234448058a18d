"""Showing what was sent, values included: only for what people's own tests print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery
    from .._signal import Signal

LONGEST_VALUE = 500
"""How many characters there are of one value."""

LONGEST_SEND = 2000
"""From how many characters on no further field of a send is shown; a payload may allow any number."""

HIDDEN = "<hidden>"
"""Stands for the value of a field that says that it is not to be shown."""

SECRETS = (SecretStr, SecretBytes, Secret)


def carried(delivery: Delivery) -> Any:
    """The payload of a send; for a signal without one, the keywords."""
    return dict(delivery.fields) if delivery.payload is None else delivery.payload


def values_of(payload: BaseModel | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a payload, and what it has beyond them.

    They are read from the instance's dictionary: attribute access would warn for deprecated fields. One that was
    made without validation, or before its class was rebuilt, may lack some.
    """
    if not isinstance(payload, BaseModel):
        return dict(payload)
    own = payload.__dict__
    values = {name: own[name] for name in type(payload).model_fields if name in own}
    return values | (payload.model_extra or {})


def type_of(payload: BaseModel | Mapping[str, Any]) -> type[BaseModel] | None:
    """The model of a payload; None for the keywords of a signal without one."""
    return type(payload) if isinstance(payload, BaseModel) else None


def is_hidden(payload_type: type[BaseModel] | None, name: str) -> bool:
    """Whether a field is not to be shown: it says so by ``repr=False``, or holds a secret."""
    field = None if payload_type is None else payload_type.model_fields.get(name)
    return field is not None and (not field.repr or _holds_secret(field.annotation))


def _holds_secret(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, SECRETS):
        return True
    return any(map(_holds_secret, get_args(annotation)))


def shown_field(payload_type: type[BaseModel] | None, name: str, value: object) -> str:
    """The value of a field, unless it is not to be shown."""
    return HIDDEN if is_hidden(payload_type, name) else shown(value)


def shown_fields(payload_type: type[BaseModel] | None, fields: Mapping[str, Any]) -> str:
    """Fields as they would be written in a call."""
    each: list[str] = []
    for name, value in fields.items():
        if sum(map(len, each)) > LONGEST_SEND:
            each.append(f"... and {len(fields) - len(each)} more")
            break
        each.append(f"{name}={shown_field(payload_type, name, value)}")
    return ", ".join(each)


def shown(value: object) -> str:
    """The ``repr`` of a value, shortened, also where that fails: showing a send must never break it."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}... ({len(text)} characters)"


def shown_send(signal: Signal[Any, Any, Any], sender: object, payload: BaseModel | Mapping[str, Any]) -> str:
    """One send."""
    return f"{signal!r} by {shown(sender)}: {shown_fields(type_of(payload), values_of(payload)) or 'no fields'}"
