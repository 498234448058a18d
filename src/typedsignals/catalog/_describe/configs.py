"""Find the pydantic configuration of a class: its own or, if it has none, that of the class around it.

What a class does with unknown fields may be configured, too, or be part of its declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Never, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from typing_extensions import NoExtraItems, is_typeddict

from .._records.signals import Extra
from .hints import evaluated, extra_hint
from .namedtuples import is_namedtuple

SETTINGS = (
    "coerce_numbers_to_str revalidate_instances ser_json_bytes ser_json_inf_nan ser_json_temporal ser_json_timedelta "
    "str_strip_whitespace str_to_lower str_to_upper use_enum_values val_json_bytes val_temporal_unit validate_default"
).split()
"""Configuration that changes which values are accepted, produced or written."""

USUAL = {
    **dict.fromkeys((*SETTINGS, "strict", "str_min_length"), False),
    "extra": "ignore",
    **dict.fromkeys(("alias_generator", "allow_inf_nan", "str_max_length")),
}
"""All settings that records depend on, with their defaults."""


def settings_of(config: ConfigDict) -> dict[str, str]:
    """Return the settings in a configuration that change values, as text."""
    return {key: str(config[key]) for key in SETTINGS if config.get(key)}  # type: ignore[literal-required]  # one of all


def config_of(model: Any, outer: ConfigDict) -> ConfigDict:
    """Return the configuration of a model, dataclass, ``TypedDict`` or named tuple.

    Args:
        model: The class, or a generic one with its arguments.
        outer: The configuration of the class whose field contains it. It also applies to named tuples, and to
            dataclasses and ``TypedDict`` without a configuration of their own. pydantic's models and dataclasses always
            have their own.
    """
    kind = get_origin(model) or model
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_config
    own = None if is_namedtuple(kind) else _own(kind)
    return outer if own is None else own


def _own(kind: Any) -> ConfigDict | None:
    own = cast("ConfigDict | None", getattr(kind, "__pydantic_config__", None))
    if own is not None:
        return own
    # The bases of a `TypedDict` are not in its `__mro__`.
    inherited = map(_own, getattr(kind, "__orig_bases__", ()))
    return next((config for config in inherited if config is not None), None)


def identity(config: ConfigDict) -> tuple[tuple[str, str], ...]:
    """Return a key that is equal for configurations that lead to the same records."""
    found = ((name, config.get(name)) for name in USUAL)
    return tuple((name, repr(value)) for name, value in found if value not in (None, USUAL[name]))


def extra_of(model: Any, config: ConfigDict, flavour: str) -> Extra:
    """Return what happens to unknown fields. Classes that are written without names have none."""
    if flavour in ("rootmodel", "namedtuple"):
        return "forbid"
    if flavour == "typeddict" and (declared := _extra_items(model)) is not NoExtraItems:
        return "forbid" if declared is Never else "allow"
    return config.get("extra") or "ignore"


def extra_types(model: Any, flavour: str, around: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the types of the names and values of unknown fields that a class keeps.

    Args:
        model: The class.
        flavour: Its kind, as recorded.
        around: The `names_around` the model that contains it.
    """
    if flavour == "typeddict" and (declared := _extra_items(model)) is not NoExtraItems:
        return str, evaluated(declared, model.__module__, around)
    hint = extra_hint(model) if flavour == "model" else None
    if hint is None or isinstance(hint, str):  # text if it has a local name that is gone
        return str, Any
    given = _type_arguments(model)
    parameters = [given.get(parameter, parameter) for parameter in hint.__parameters__]
    return cast("tuple[Any, Any]", get_args(hint[tuple(parameters)] if parameters else hint))


def _type_arguments(model: type[BaseModel]) -> dict[Any, Any]:
    """Return what a model and its bases give for the type parameters of generic models."""
    generics = [getattr(base, "__pydantic_generic_metadata__", {"origin": None}) for base in model.__mro__]
    return {
        parameter: argument
        for generic in generics
        if (origin := generic["origin"]) is not None
        for parameter, argument in zip(origin.__pydantic_generic_metadata__["parameters"], generic["args"], strict=True)
    }


def _extra_items(kind: Any) -> Any:
    """Return the type of the items that a ``TypedDict`` or one of its bases allows; `Never` if it is closed."""
    kind = get_origin(kind) or kind
    own = vars(kind)
    if own.get("__closed__"):
        return Never
    if (declared := own.get("__extra_items__", NoExtraItems)) is not NoExtraItems:
        return declared
    bases = (base for base in getattr(kind, "__orig_bases__", ()) if is_typeddict(get_origin(base) or base))
    return next((items for base in bases if (items := _extra_items(base)) is not NoExtraItems), NoExtraItems)
