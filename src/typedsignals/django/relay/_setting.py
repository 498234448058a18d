"""Which relay the project has."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from ...relay import RelayError
from ._checks import ID
from ._relay import DjangoRelay

SETTING = "TYPEDSIGNALS_RELAY"


def relay_named(name: str | None = None) -> DjangoRelay:
    """Import a relay.

    Args:
        name: Where it is, such as ``shop.relay.relay``; by default, what the setting says.

    Raises:
        RelayError: There is no such relay.
    """
    where = name or getattr(settings, SETTING, None)
    if not where:
        raise RelayError(f"say which relay: give {SETTING} in the settings, or --relay, such as shop.relay.relay")
    try:
        found = import_string(where)
    except ImportError as error:
        if not _is_about(error, where):
            raise
        raise RelayError(f"there is no relay {where}: {error}") from None
    if not isinstance(found, DjangoRelay):
        raise RelayError(f"{where} is not a DjangoRelay but a {type(found).__name__}")
    return found


@checks.register("relay")
def check_setting(**options: Any) -> list[checks.CheckMessage]:  # noqa: ARG001 - what Django passes
    """Report a setting that names no relay."""
    if getattr(settings, SETTING, None):
        try:
            relay_named()
        except RelayError as error:
            return [checks.Error(f"{SETTING} is wrong: {error}", id=f"{ID}.E003")]
    return []


def _is_about(error: ImportError, where: str) -> bool:
    """Whether the name is wrong, and not what is imported."""
    return error.name is None or f"{where}.".startswith(f"{error.name}.")
