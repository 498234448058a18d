"""What goes wrong with catalogs and their settings."""

from __future__ import annotations

from .._exceptions import TypedSignalsError


class CatalogError(TypedSignalsError, ValueError):
    """A catalog cannot be read, written or relied on: the message says which and what to do."""


class SettingsError(TypedSignalsError, ValueError):
    """The settings in ``[tool.typedsignals]`` of a pyproject.toml are wrong: the message says where."""
