"""What goes wrong with catalogs and their settings."""

from __future__ import annotations

from ..._exceptions import TypedSignalsError


class CatalogError(TypedSignalsError, ValueError):
    """A catalog cannot be read, written or relied on: the message says which and what to do."""


class MissingBaselineError(CatalogError):
    """A commit has no catalog yet, but the next one will: the file is added to git."""


class SettingsError(TypedSignalsError, ValueError):
    """The settings in ``[tool.typedsignals]`` of a pyproject.toml are wrong: the message says where."""
