"""The app: it has the tables of the relay, and the command ``manage.py relay``."""

from __future__ import annotations

from django.apps import AppConfig


class RelayConfig(AppConfig):
    """Put ``"typedsignals.django.relay"`` into ``INSTALLED_APPS``, and migrate."""

    name = "typedsignals.django.relay"
    label = "typedsignals_relay"
    verbose_name = "Relay"
