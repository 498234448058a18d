"""The settings of a check: those of the project, overridden by options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from ..catalog import Settings, Severity, find_settings_file, load_settings


class ProfileName(StrEnum):
    """Where signals go."""

    IN_PROCESS = "in-process"
    BROKERED = "brokered"


class Compat(StrEnum):
    """Which messages must stay readable."""

    BACKWARD = "backward"
    FORWARD = "forward"
    FULL = "full"


class FailOn(StrEnum):
    """From which severity on a check fails."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"
    OFF = "off"


def settings_file(config: Path | None) -> Path | None:
    """The file that the settings are from: the one that was named, or the nearest that has some."""
    return config or find_settings_file(Path.cwd())


def project_settings() -> Settings:
    """The settings of the project that the current folder is in.

    Raises:
        SettingsError: As `settings_from`.
    """
    return settings_from(settings_file(None))


def settings_from(
    file: Path | None,
    profile: ProfileName | None = None,
    compat: Compat | None = None,
    fail_on: FailOn | None = None,
) -> Settings:
    """The settings of a file, but for those that are given as options.

    Raises:
        SettingsError: The file cannot be read, has no settings, or a wrong one.
    """
    settings = Settings() if file is None else load_settings(file)
    given = {
        "profile": profile and profile.value,
        "compat": compat and compat.value,
        "fail_on": fail_on and Severity[fail_on.name],
    }
    return settings.model_copy(update={name: value for name, value in given.items() if value is not None})
