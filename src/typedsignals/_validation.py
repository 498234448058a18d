"""Turning the keywords of one send into a validated payload, by the payload's own pydantic validator.

This is the reference: `_fast_path` may shorten it only where nobody can tell the difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias

from pydantic import BaseModel, ValidationError

from ._exceptions import PayloadError
from ._payload import complete
from ._rejection import rejection, rejection_of_values, unknown_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._signal import Signal

Validate: TypeAlias = Literal["always", "connected", "never"]
"""When a signal validates: at every send, only when someone listens, or not at all."""


class FieldsValidator:
    """Makes payloads from the keywords of sends.

    Args:
        signal: The signal that is sent, for error messages.
        payload_type: Its payload; forward references in it are resolved now.
        check_values: Whether values are validated, or only which fields there are.

    Attributes:
        names: The names of the payload's fields, in order.

    Raises:
        DeclarationError: A forward reference cannot be resolved.
    """

    def __init__(self, signal: Signal[Any, Any, Any], payload_type: type[BaseModel], *, check_values: bool) -> None:
        complete(payload_type)
        self.names = tuple(payload_type.model_fields)
        self._signal = signal
        self._payload_type = payload_type
        self._validate = by_name(payload_type) if check_values else None

    def __call__(self, sender: object, fields: dict[str, Any]) -> BaseModel:
        """The payload of one send.

        Raises:
            PayloadError: Fields are missing, unknown or wrong.
        """
        if self._validate is None:
            return self._construct(sender, fields)
        try:
            payload = self._validate(fields)
        except ValidationError as error:
            refusal = error
        else:
            return self.accept(sender, payload)
        # Raised out here: inside the handler, the error's context would keep the values in every report.
        message, cause = rejection_of_values(self._signal, self._payload_type, refusal)
        raise PayloadError(message, signal=self._signal, sender=sender, details=refusal.errors()) from cause

    def accept(self, sender: object, payload: object) -> BaseModel:
        """A payload object made elsewhere, if it is one.

        Raises:
            PayloadError: It is no instance of the payload type, or lacks fields.
        """
        if not isinstance(payload, self._payload_type):
            self._refuse(sender, [f"payload: is a {type(payload).__name__}, no {self._payload_type.__name__}"])
        missing = [name for name in self._payload_type.model_fields if name not in payload.__dict__]
        if missing:
            self._refuse(sender, [f"{name}: field required" for name in missing])
        return payload

    def _construct(self, sender: object, fields: dict[str, Any]) -> BaseModel:
        """A payload with its defaults filled in, trusting the values."""
        declared = self._payload_type.model_fields
        extra = self._payload_type.model_config.get("extra", "ignore")
        unknown = [name for name in fields if name not in declared]
        problems = [
            f"{name}: field required" for name, field in declared.items() if field.is_required() and name not in fields
        ]
        if extra == "forbid":
            problems += [unknown_field(name, self._payload_type) for name in unknown]
        if problems:
            self._refuse(sender, problems)
        return self._payload_type.model_construct(**fields)

    def _refuse(self, sender: object, problems: list[str]) -> NoReturn:
        message = rejection(self._signal, self._payload_type, problems)
        raise PayloadError(message, signal=self._signal, sender=sender)


def by_name(payload_type: type[BaseModel]) -> Callable[[dict[str, Any]], BaseModel]:
    """The model's own validator, which takes fields by their Python names whatever aliases they have."""
    validate: Callable[..., BaseModel] = payload_type.__pydantic_validator__.validate_python
    config = payload_type.model_config
    if config.get("validate_by_name") or config.get("populate_by_name"):
        return validate
    if all(field.validation_alias is None for field in payload_type.model_fields.values()):
        return validate
    return lambda fields: validate(fields, by_name=True)
