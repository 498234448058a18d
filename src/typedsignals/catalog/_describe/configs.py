"""Find the pydantic configuration of a class: its own or, if it has none, that of the class around it."""

from __future__ import annotations

from typing import Any, cast, get_origin

from pydantic import BaseModel, ConfigDict

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
