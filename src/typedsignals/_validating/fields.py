"""Turn the keywords of one send into a validated payload, using the payload's own pydantic validator.

This is the reference: `fast_path` may take a shortcut only where nobody can tell the difference.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaValidator, core_schema

from .._exceptions import PayloadError
from .._json.keys import first_keys
from .fast_path import always_gives_whole_payloads
from .misplaced_payloads import advice_for_payload, not_the_payload
from .payload import field_names
from .problems import NO_STEPS, Refusal, Steps, declared_steps, message_of, unknown_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic.fields import FieldInfo
    from pydantic_core import CoreSchema

    from .._signal import Signal

    AnySignal = Signal[Any, Any, Any]

Validate: TypeAlias = Literal["always", "connected", "never"]
"""When a signal validates: at every send, only when a receiver is connected, or never."""


class FieldsValidator:
    """Makes payloads from the keywords of sends.

    Args:
        payload_type: The payload model, which is complete.
        check_values: Whether to validate the values; without it, only the field names are checked.

    Attributes:
        payload_type: As above.
        names: The names of the payload's fields, in order.
        takes_extra: Whether a payload may have extra fields.
        always_whole: Whether `validate` always gives an instance of the model with all its fields.
        refused: Further names by which the model's own validator would accept fields, with the fields' names.
        validate: Makes a payload; raises pydantic's error. The rest of the work is for `refuse_wire_names` before it,
            and `rejection` or `whole` after it: generated code does these steps itself.
    """

    __slots__ = ("_steps", "always_whole", "names", "payload_type", "refused", "takes_extra", "validate")

    def __init__(self, payload_type: type[BaseModel], *, check_values: bool) -> None:
        self.names = field_names(payload_type)
        self.takes_extra = payload_type.model_config.get("extra") == "allow"
        self.payload_type = payload_type
        self.validate = by_name(payload_type) if check_values else filling_in(payload_type)
        self._steps: Steps | None = None
        self.always_whole = always_gives_whole_payloads(payload_type)
        wires = wire_names(payload_type) if check_values else {}
        self.refused = {wire: name for wire, name in wires.items() if wire not in payload_type.model_fields}

    def __call__(self, signal: AnySignal, sender: object, fields: dict[str, Any]) -> BaseModel:
        """Make the payload of one send.

        Raises:
            PayloadError: Fields are missing, unknown or wrong.
        """
        self.refuse_wire_names(signal, sender, fields)
        try:
            payload = self.validate(fields)
        except ValidationError as error:
            refusal = error
        else:
            return payload if self.always_whole else self.whole(signal, sender, payload)
        # Raised outside the handler: inside it, the error's context would show the values in every report.
        raise self.rejection(signal, sender, fields, refusal)

    def refuse_wire_names(self, signal: AnySignal, sender: object, fields: dict[str, Any]) -> None:
        """Refuse fields that are given by the names that only pydantic takes.

        Raises:
            PayloadError: There are some.
        """
        problems = [unknown_field(wire, name) for wire, name in self.refused.items() if wire in fields]
        if problems:
            self._refuse(signal, sender, problems, advice_for_payload(self.payload_type, sender, fields))

    def rejection(
        self, signal: AnySignal, sender: object, fields: dict[str, Any], error: ValidationError
    ) -> PayloadError:
        """Make the error of a send whose fields pydantic refused with this error."""
        refusal = Refusal(error, self.payload_type, self._shown_steps())
        message = partial(refusal.message, signal, advice_for_payload(self.payload_type, sender, fields))
        rejection = PayloadError(message, signal=signal, sender=sender, details=error.errors())
        rejection.__cause__ = refusal.cause
        return rejection

    def _shown_steps(self) -> Steps:
        """Return the steps that may be shown; they are collected once, as that takes long."""
        if self._steps is None:
            self._steps = declared_steps(self.payload_type)
        return self._steps or NO_STEPS

    def accept(self, signal: AnySignal, sender: object, payload: object) -> BaseModel:
        """Return a payload object that was made elsewhere.

        Raises:
            PayloadError: It is not an instance of the payload type, or lacks fields.
        """
        if not isinstance(payload, self.payload_type):
            self._refuse(signal, sender, [f"payload: {not_the_payload(signal, self.payload_type, payload)}"])
        return self.whole(signal, sender, payload)

    def whole(self, signal: AnySignal, sender: object, payload: object) -> BaseModel:
        """Return what a validator made, or somebody else.

        Raises:
            PayloadError: It is not an instance of the payload type, or lacks fields.
        """
        if not isinstance(payload, self.payload_type):
            problem = f"payload: must be an instance of {self.payload_type.__name__}, got {type(payload).__name__}"
            self._refuse(signal, sender, [problem])
        missing = [name for name in self.names if name not in payload.__dict__]
        if missing:
            self._refuse(signal, sender, [f"{name}: field required" for name in missing])
        return payload

    def _refuse(self, signal: AnySignal, sender: object, problems: list[str], advice: str = "") -> NoReturn:
        message = partial(message_of, signal, self.payload_type, problems, advice)
        raise PayloadError(message, signal=signal, sender=sender)


def by_name(payload_type: type[BaseModel]) -> Callable[[dict[str, Any]], BaseModel]:
    """Return the model's own validator, set to take fields by their Python names whatever their aliases."""
    validate: Callable[..., BaseModel] = payload_type.__pydantic_validator__.validate_python
    config = payload_type.model_config
    if not wire_names(payload_type).keys().isdisjoint(payload_type.model_fields):
        # One field's wire name is another field's name. Nested models then go by names too: pydantic has one switch.
        return lambda fields: validate(fields, by_alias=False, by_name=True)
    if config.get("validate_by_name") or config.get("populate_by_name"):
        return validate
    if all(field.validation_alias is None for field in payload_type.model_fields.values()):
        return validate
    return lambda fields: validate(fields, by_name=True)


def wire_names(payload_type: type[BaseModel]) -> dict[str, str]:
    """Map each further name by which the model's own validator would accept a field to the field's own name."""
    if not payload_type.model_config.get("validate_by_alias", True):
        return {}
    fields = payload_type.model_fields.items()
    return {wire: name for name, field in fields for wire in first_keys(field.validation_alias) if wire != name}


def filling_in(payload_type: type[BaseModel]) -> Callable[[dict[str, Any]], BaseModel]:
    """Return a function that fills in a payload's defaults and takes the given values as they are.

    ``model_construct`` would take keywords by their aliases, refuse one named ``cls``, and accept unknown ones. A
    validator with a model schema would run the model's own validator.
    """
    fields = {name: core_schema.model_field(_trusted(field)) for name, field in payload_type.model_fields.items()}
    extra = payload_type.model_config.get("extra") or "ignore"
    config = core_schema.CoreConfig(title=payload_type.__name__, extra_fields_behavior=extra)
    fill_in = SchemaValidator(core_schema.model_fields_schema(fields), config).validate_python
    return lambda fields: _constructed(payload_type, *fill_in(fields))


def _constructed(
    payload_type: type[BaseModel], values: dict[str, Any], extra: dict[str, Any] | None, given: set[str]
) -> BaseModel:
    """Make a payload with these values, as ``model_construct`` does."""
    payload = payload_type.__new__(payload_type)
    parts = {"__dict__": values, "__pydantic_fields_set__": given, "__pydantic_extra__": extra}
    for name, part in {**parts, "__pydantic_private__": None}.items():
        object.__setattr__(payload, name, part)
    if payload_type.__pydantic_post_init__:
        payload.model_post_init(None)
    return payload


def _trusted(field: FieldInfo) -> CoreSchema:
    anything = core_schema.any_schema()
    if field.is_required():
        return anything
    if field.default_factory is None:
        return core_schema.with_default_schema(anything, default=field.default)
    return core_schema.with_default_schema(
        anything,
        default_factory=field.default_factory,
        default_factory_takes_data=field.default_factory_takes_validated_data,
    )
