"""The app: it has the tables of the relay, and the command ``manage.py relay``."""

from __future__ import annotations

from django.apps import AppConfig


class RelayConfig(AppConfig):
    """Put ``"typedsignals.django.relay"`` into ``INSTALLED_APPS``, and migrate."""

    name = "typedsignals.django.relay"
    label = "typedsignals_relay"

    def ready(self) -> None:
        """Register the checks, by importing them."""
        from . import _setting  # noqa: F401, PLC0415 - only now can models be imported
