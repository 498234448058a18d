"""The app: it imports the modules in which a project connects its receivers, and checks what they connect."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules

from ._checks import check_receivers


class TypedSignalsConfig(AppConfig):
    """Imports the module ``receivers`` of each installed app that has one, when all models are loaded.

    It has no models. Put ``"typedsignals.django"`` into ``INSTALLED_APPS``.
    """

    name = "typedsignals.django"
    label = "typedsignals"

    def ready(self) -> None:
        """Register the checks, then import the modules; what importing them raises is raised."""
        checks.register(check_receivers, "signals")
        autodiscover_modules("receivers")
