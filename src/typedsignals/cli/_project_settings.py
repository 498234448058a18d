"""The settings of a check: those of the project, overridden by options."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ..catalog import Settings, Severity, find_settings_file, load_settings

Profile = Literal["in-process", "brokered"]
Compat = Literal["backward", "forward", "full"]
FailOn = Literal["error", "warn", "info", "off"]


def settings_file(config: Path | None = None) -> Path | None:
    """Find the file with the settings: the one given, or the nearest pyproject.toml that has some."""
    return config or find_settings_file(Path.cwd())


def settings_from(
    file: Path | None, profile: Profile | None = None, compat: Compat | None = None, fail_on: FailOn | None = None
) -> Settings:
    """Read the settings from a file, and override those that are given as options.

    Raises:
        SettingsError: The file cannot be read, has no settings, or has a wrong one.
    """
    settings = Settings() if file is None else load_settings(file)
    given = {"profile": profile, "compat": compat, "fail_on": fail_on and Severity[fail_on.upper()]}
    return settings.model_copy(update={name: value for name, value in given.items() if value is not None})
