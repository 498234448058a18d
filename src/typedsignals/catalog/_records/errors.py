"""The errors of catalogs and their settings."""

from __future__ import annotations

from ..._exceptions import TypedSignalsError


class CatalogError(TypedSignalsError, ValueError):
    """A catalog cannot be read, written or relied on. The message names it and says what to do."""


class MissingBaselineError(CatalogError):
    """A commit has no catalog yet, but the file is added to git, so the next commit will have one."""


class SettingsError(TypedSignalsError, ValueError):
    """The settings in ``[tool.typedsignals]`` of a pyproject.toml are wrong. The message says where."""
