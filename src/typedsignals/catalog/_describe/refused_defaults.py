"""Find defaults that their own field refuses, because pydantic validates what is passed, but not defaults.

This is tried on a model that has only the field, without the rest of its class.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from inspect import signature
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WrapValidator,
    create_model,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError, PydanticUndefined

from .._records import types as t
from .configs import identity
from .enumerations import literal
from .metadata import field_metadata
from .methods import methods_for

PLAIN = (bool, int, float, str)
SIMPLE = (*PLAIN, Decimal, type(None))
CONTAINERS = (list, dict, set, frozenset, tuple)
EMPTY = t.Constraints(max_length=0)
VALIDATORS: dict[str, Callable[[Any], Any]] = {
    "before": BeforeValidator,
    "after": AfterValidator,
    "wrap": WrapValidator,
    "plain": PlainValidator,
}
OTHERS = {BeforeValidator: 1, AfterValidator: 1, PlainValidator: 1, WrapValidator: 2}
"""How many parameters a validator has if it does not look at the other fields."""


class Trial(NamedTuple):
    """Whether a field accepts its own default.

    Attributes:
        is_refused: Whether pydantic would refuse the default if it were passed.
        is_unread: Whether messages with the default cannot be read.
        is_given: Whether instances get the default anyway.
    """

    is_refused: bool = False
    is_unread: bool = False
    is_given: bool = True


TAKEN = Trial()
Answers = tuple[bool, bool]


def default_of(field: FieldInfo) -> Any:
    """Return the default that instances get, as far as that is known without calling the program's code.

    Returns:
        ``PydanticUndefined`` if there is no default, or it is unknown.
    """
    factory: Any = field.default_factory
    if factory is not None:
        return factory() if factory in (*CONTAINERS, *PLAIN) else PydanticUndefined
    return PydanticUndefined if field.default is ... else field.get_default()


class Trials:
    """Tries whether fields accept their own defaults: once for all fields with the same type and default."""

    def __init__(self) -> None:
        self._known: dict[object, Answers] = {}

    def of(
        self, field: FieldInfo, name: str, model: Any, config: ConfigDict, record: t.TypeRecord, *, has_code: bool
    ) -> Trial:
        """Try whether a field accepts its own default.

        Args:
            field: The field.
            name: Its name.
            model: Its class.
            config: The configuration of the class.
            record: Its type.
            has_code: Whether annotations in its type run code.
        """
        default, validators = default_of(field), [*_validators(model, name)]
        metadata = [*field_metadata(field), *validators]
        if default is PydanticUndefined or any(map(_asks_for_others, metadata)):
            return TAKEN
        if not (has_code or validators) and _is_plainly_taken(default, record):
            return TAKEN
        key = None if has_code or validators else _key(field, default, config)
        is_taken, is_read = self._known.get(key) or _answers(field, metadata, default, config)
        if key is not None:
            self._known[key] = is_taken, is_read
        if not is_taken and _is_validated(field, config):
            return Trial(is_refused=True, is_unread=True, is_given=False)
        is_open = bool(field.exclude) or any(methods_for(model, name, "field_serializers", "model_serializers"))
        return Trial(not is_taken, not (is_read or is_open))


def _key(field: FieldInfo, default: Any, config: ConfigDict) -> object:
    """Return a key that is equal for fields with the same result; None if that is unknown."""
    if not isinstance(default, SIMPLE):
        return None
    # The text of a type identifies it if it is a class without code.
    kind = field.annotation if isinstance(field.annotation, type) else None
    return kind and (kind, repr(field.metadata), identity(config), type(default), repr(default))


def _answers(field: FieldInfo, metadata: list[Any], default: Any, config: ConfigDict) -> Answers:
    """Whether the default is accepted, and whether it can be read as it is written."""
    alone = cache(partial(_alone, field, metadata, config))
    is_taken = _succeeds(lambda: alone().model_validate({"value": default}))
    return is_taken, _succeeds(lambda: _read_back(alone(), default))


def _is_validated(field: FieldInfo, config: ConfigDict) -> bool:
    own = field.validate_default
    return bool(config.get("validate_default") if own is None else own)


def _validators(model: Any, name: str) -> Iterator[Any]:
    """Yield the model's validators for a field, as metadata of the field."""
    for method in methods_for(model, name, "field_validators", "validators"):
        yield VALIDATORS[method.info.mode](method.func)


def _asks_for_others(item: Any) -> bool:
    """Whether a validator may look at the other fields, which do not exist in a trial."""
    if type(item) not in OTHERS:
        return False
    try:
        parameters = len(signature(item.func).parameters)
    except (TypeError, ValueError):  # it is not written in Python
        return False
    return parameters > OTHERS[type(item)]


def _is_plainly_taken(default: Any, record: t.TypeRecord) -> bool:
    """Whether the default is obviously accepted. This avoids most trials, which are slow."""
    if default is None:
        return t.is_nullable(record)
    kind = type(default).__name__
    for member in t.members_of(record):
        match member:
            case t.ScalarType(name=name) if not member.constraints and type(default) in PLAIN and name == kind:
                return type(default) is not float or math.isfinite(default)
            case t.ArrayType(container=name) | t.MappingType(container=name) if type(default) in CONTAINERS:
                return name == kind and not member.constraints and not default
            case t.ChoiceType(choices=choices) if member.name.endswith(f".{type(default).__qualname__}"):
                return any(choice.name == default.name for choice in choices)
    return False


def _alone(field: FieldInfo, metadata: list[Any], config: ConfigDict) -> type[BaseModel]:
    """Return a model that has only the field."""
    options: Any = {key: value for key, value in config.items() if key != "alias_generator"}
    kind: Any = Annotated[field.annotation, *metadata] if metadata else field.annotation
    return create_model("Alone", __config__=options, value=(kind, Field(discriminator=field.discriminator)))


def _read_back(alone: type[BaseModel], default: Any) -> None:
    alone.model_validate_json(alone.model_construct(value=default).model_dump_json(by_alias=True, warnings=False))


def _succeeds(action: Callable[[], object]) -> bool:
    """Whether pydantic succeeds. If anything but pydantic fails, that is unknown, and counts as success."""
    try:
        action()
    except (ValidationError, PydanticSerializationError, UnicodeError):
        return False
    except Exception:  # a type or validator may need something that does not exist in a trial
        return True
    return True


def type_of(value: Any) -> t.TypeRecord:
    """Return the type with only this value; any type if there is none."""
    if value is None or isinstance(value, Enum) or type(value) in PLAIN:
        return literal((value,))
    kind = type(value).__name__
    if type(value) is dict and not value:
        return t.MappingType(container=kind, key=t.AnyType(), value=t.AnyType(), constraints=EMPTY)
    if type(value) in CONTAINERS and not value:
        return t.ArrayType(container=kind, item=t.AnyType(), constraints=EMPTY)
    return t.AnyType()
