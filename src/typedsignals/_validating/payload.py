"""The payload: the pydantic model that says which fields a signal carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from .._exceptions import DeclarationError
from .not_models import not_a_model

EXPLICIT_ALIAS = 2
"""pydantic's ``alias_priority`` of an alias that the author wrote, as opposed to one that was generated."""


class Payload(BaseModel):
    """The recommended base of payload models: strict, immutable, and closed to unknown fields.

    Any other ``pydantic.BaseModel`` subclass works too, with its own configuration. This one is configured so that
    type checkers and pydantic agree: a field declared ``int`` takes an ``int`` and nothing that merely looks like one,
    fields go by their Python names, and error messages show no values.

    Example:
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        ...     coupon: str | None = None
        >>> OrderPlaced(order_id=7)
        OrderPlaced(order_id=7, coupon=None)
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        validate_by_name=True,
        validate_by_alias=False,
        hide_input_in_errors=True,
    )


def check_payload_type(payload_type: object) -> None:
    """Refuse anything that cannot serve as a payload.

    Raises:
        DeclarationError: It is not a pydantic model class, it is a `RootModel`, which has no named fields, or one of
            its fields has ``alias=``, which type checkers interpret differently from each other.
    """
    if not (isinstance(payload_type, type) and issubclass(payload_type, BaseModel)) or payload_type is BaseModel:
        raise DeclarationError(f"a signal's payload must be a pydantic model class, got {not_a_model(payload_type)}")
    if payload_type.__pydantic_root_model__:
        raise DeclarationError(
            f"payload {payload_type.__name__} is a RootModel, which has no named fields to send: "
            "give the value a field of its own in a Payload"
        )
    check_aliases(payload_type)


def check_aliases(payload_type: type[BaseModel]) -> None:
    """Refuse ``alias=``: a field's name is the contract between senders and receivers.

    An ``alias_generator`` in the model's configuration is harmless: type checkers do not read it.
    """
    # `model_fields` gives the same, but takes ten times as long.
    for name, field in payload_type.__pydantic_fields__.items():
        if field.alias is not None and field.alias_priority == EXPLICIT_ALIAS:
            raise DeclarationError(
                f"field {name!r} of payload {payload_type.__name__} has alias={field.alias!r}: senders and "
                "receivers use the field's name; use validation_alias= or serialization_alias= for wire names"
            )


def field_names(payload_type: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the fields of a payload: those that the model was built with, once it is complete."""
    built = _built_fields(payload_type.__pydantic_core_schema__) if payload_type.__pydantic_complete__ else None
    return tuple(payload_type.model_fields if built is None else built)


def _built_fields(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Find the fields in a model's schema, inside its validators; None if the author replaced the schema."""
    definitions: Mapping[object, Any] = {known["ref"]: known for known in schema.get("definitions", ())}
    while schema["type"] != "model-fields":
        inner = schema.get("schema") or definitions.get(schema.get("schema_ref"))
        if not isinstance(inner, Mapping):
            return None
        schema = inner
    fields: Mapping[str, Any] = schema["fields"]
    return fields


def deprecated_fields(payload_type: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields that are declared ``Field(deprecated=...)``."""
    return frozenset(name for name, field in payload_type.model_fields.items() if field.deprecated)


def field_values(payload: BaseModel, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a payload's fields as the keywords that receivers get.

    Read from the instance's dictionary, because attribute access would warn about deprecated fields; only the named
    ones, because the dictionary may hold more than fields (a ``cached_property``).
    """
    values = payload.__dict__
    return {name: values[name] for name in names}
